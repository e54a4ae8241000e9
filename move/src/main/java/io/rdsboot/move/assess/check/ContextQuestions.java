package io.rdsboot.move.assess.check;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.move.assess.MoveFinding.Level;
import io.rdsboot.move.ForeignSessions;
import io.rdsboot.move.Side;

/**
 * What a database needs besides its tables, and whether the target is free for it.
 */
final class ContextQuestions {

	private ContextQuestions() {
	}

	static void extensions(Database source, Database target, Findings findings) throws SQLException {
		Map<String, String> available = pairs(target, "SELECT name, default_version FROM pg_available_extensions");
		Map<String, String> installed = pairs(target, "SELECT extname, extversion FROM pg_extension");
		pairs(source, "SELECT extname, extversion FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")
			.forEach((name, version) -> {
				String there = installed.getOrDefault(name, available.get(name));
				if (there == null) {
					findings.add(Level.BLOCKS, Side.TARGET, name,
							"The source has the extension %s, which the target cannot have.".formatted(version),
							"Remove it from the source, or use a target that has it.", null);
				}
				else if (compare(there, version) < 0) {
					boolean upgradable = installed.containsKey(name)
							&& compare(available.getOrDefault(name, there), version) >= 0;
					findings.add(upgradable ? Level.WARNS : Level.BLOCKS, Side.TARGET, name,
							"The extension is of version %s, and the source's of %s: what only the newer one has does not move."
								.formatted(there, version),
							upgradable ? null : "Upgrade the target's engine to a version that has it.",
							upgradable ? "ALTER EXTENSION \"%s\" UPDATE".formatted(name) : null);
				}
				else if (!installed.containsKey(name)) {
					findings.add(Level.NOTES, Side.TARGET, name, "The extension is not there yet.",
							"The schema needs it:", "CREATE EXTENSION \"%s\"".formatted(name));
				}
			});
	}

	private static Map<String, String> pairs(Database database, String query) throws SQLException {
		Map<String, String> pairs = new LinkedHashMap<>();
		for (Database.Row row : database.rows(query)) {
			List<String> values = row.all();
			pairs.put(values.get(0), values.get(1));
		}
		return pairs;
	}

	/**
	 * Compare versions such as {@code 0.8.0} and {@code 1.10}, number by number.
	 */
	static int compare(String one, String other) {
		return Arrays.compare(numbers(one), numbers(other));
	}

	private static int[] numbers(String version) {
		return Arrays.stream(version.split("\\D+"))
			.filter((part) -> !part.isEmpty())
			.mapToInt(Integer::parseInt)
			.toArray();
	}

	static void roles(Database source, Database target, Findings findings) throws SQLException {
		Set<String> there = new HashSet<>(target.texts("SELECT rolname FROM pg_roles"));
		for (Database.Row role : source.rows("""
				SELECT rolname AS name, quote_ident(rolname) AS quoted, rolcanlogin AS login FROM pg_roles r
				WHERE rolname !~ '^(pg_|rds)' AND EXISTS (SELECT FROM pg_shdepend d
					JOIN pg_database b ON b.oid = d.dbid AND b.datname = current_database()
					WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid) ORDER BY 1""")) {
			if (!there.contains(role.text("name"))) {
				findings.add(Level.WARNS, Side.TARGET, role.text("name"),
						"The role owns something in the source or has rights on it, and the target does not have the role.",
						"Create it, with its memberships and settings, before the schema:", "CREATE ROLE %s%s"
							.formatted(role.text("quoted"), role.is("login") ? " LOGIN PASSWORD '...'" : ""));
			}
		}
	}

	/**
	 * Settings of a database and of its roles are not part of a schema.
	 */
	static void settings(Database source, Database target, Findings findings) throws SQLException {
		for (Database.Row setting : source.rows("""
				SELECT coalesce(r.rolname, '') AS role, unnest(s.setconfig) AS setting FROM pg_db_role_setting s
				LEFT JOIN pg_roles r ON r.oid = s.setrole JOIN pg_database d ON d.oid = s.setdatabase
				WHERE d.datname = current_database() ORDER BY 1, 2""")) {
			String role = setting.text("role");
			findings.add(Level.NOTES, Side.SOURCE, setting.text("setting"),
					"The database has this setting%s, which does not come with the schema."
						.formatted(role.isEmpty() ? "" : " for role '%s'".formatted(role)),
					"Set it on the target, if the service needs it.", null);
		}
		String timeout = source.setting("statement_timeout");
		long roleTimeout = source.numbers("""
				SELECT count(*) FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole
				WHERE r.rolname = current_user AND array_to_string(s.setconfig, ',') LIKE '%statement_timeout=%'""")
			.get(0);
		if (roleTimeout > 0 && timeout != null) {
			findings.add(Level.WARNS, Side.SOURCE, "statement_timeout",
					"Role '%s' has a time limit for statements, which would end the copy of a large table."
						.formatted(source.fact("user")),
					"Replicate by a role without one:",
					"ALTER ROLE \"%s\" RESET statement_timeout".formatted(source.fact("user").replace("\"", "\"\"")));
		}
	}

	static void foreignSessions(Database source, Database target, Findings findings) throws SQLException {
		for (Database.Row row : source.rows(ForeignSessions.QUERY)) {
			String who = ForeignSessions.describe(Long.parseLong(row.text("sessions")), row.text("role"),
					row.text("application"));
			findings.add(Level.WARNS, Side.SOURCE, row.text("role"),
					who + " in the source take no part in the move: what they write fails once the source is closed.",
					"Before the cutover, deploy the move to all instances of the service, and end what else writes.",
					null);
		}
	}

	static void emptyTarget(Database source, Database target, Findings findings) throws SQLException {
		List<String> tables = target.texts("""
				SELECT c.oid::regclass::text FROM pg_class c WHERE %s AND c.relkind = 'r' ORDER BY 1"""
			.formatted(Database.USERS_RELATION));
		for (String table : tables) {
			if (target.is("SELECT EXISTS (SELECT FROM %s)".formatted(table)) && !isHistory(table)) {
				findings.add(Level.BLOCKS, Side.TARGET, table,
						"The table has rows already, beside which the source's would be copied.",
						"Use an empty database, or if nobody needs the rows:", "TRUNCATE %s".formatted(table));
			}
		}
	}

	/**
	 * The history of migrations comes with the schema.
	 */
	private static boolean isHistory(String table) {
		return table.endsWith("flyway_schema_history") || table.endsWith("databasechangelog")
				|| table.endsWith("databasechangeloglock");
	}

	static void otherSubscriptions(Database source, Database target, Findings findings) throws SQLException {
		for (String subscription : target.texts("""
				SELECT quote_ident(subname) FROM pg_subscription
				WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY 1""")) {
			findings.add(Level.BLOCKS, Side.TARGET, subscription,
					"The target has a subscription already: another move, or a replication that somebody needs.",
					"End the other one first, or if nobody needs it:", "DROP SUBSCRIPTION %s".formatted(subscription));
		}
	}

}
