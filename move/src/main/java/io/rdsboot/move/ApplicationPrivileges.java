package io.rdsboot.move;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.apiguardian.api.API;

/**
 * What the application's role may do on one side of a move and not on the other one.
 * Privileges count however the role has them: as the owner, by a grant to itself, to a
 * role whose privileges it inherits or to everybody, or as a superuser.
 *
 * <p>
 * Partitions are left out, because statements that name their table need no privilege for
 * them; so are sequences of identity columns and functions of triggers, which need none,
 * and {@code REFERENCES} and {@code TRIGGER}, which are for changes of the schema.
 *
 * @see <a href="https://www.postgresql.org/docs/current/ddl-priv.html">Privileges in
 * PostgreSQL's documentation</a>
 */
@API(status = API.Status.INTERNAL)
public final class ApplicationPrivileges {

	/**
	 * Asks, with the role's name as its only parameter, for each privilege: what it is on
	 * ({@code object}) and which ({@code privilege}), whether the role has it
	 * ({@code held}), what gives it ({@code statement}), and whether the application's
	 * statements need it ({@code needed}). Has no rows if there is no such role.
	 */
	public static final String QUERY = """
			WITH role AS (SELECT oid, rolname, rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = ?),
				relation AS (SELECT c.oid, c.relkind, c.oid::regclass::text AS name, c.relrowsecurity, c.relforcerowsecurity, c.relowner
					FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
					WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT c.relispartition AND {SCHEMA} AND {OWN}
						AND (c.relkind <> 'S' OR NOT EXISTS (SELECT FROM pg_depend d
							WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i')))
			SELECT 'schema ' || quote_ident(n.nspname) AS object, p.privilege, has_schema_privilege(r.oid, n.oid, p.privilege) AS held,
				format('GRANT %s ON SCHEMA %I TO %I', p.privilege, n.nspname, r.rolname) AS statement, p.privilege = 'USAGE' AS needed
			FROM pg_namespace n, role r, (VALUES ('USAGE'), ('CREATE')) p(privilege) WHERE {SCHEMA}
			UNION ALL
			SELECT 'table ' || c.name, p.privilege, has_table_privilege(r.oid, c.oid, p.privilege),
				format('GRANT %s ON TABLE %s TO %I', p.privilege, c.name, r.rolname), true
			FROM relation c, role r, (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) p(privilege)
			WHERE c.relkind <> 'S' AND (p.privilege = 'SELECT' OR c.relkind <> 'm') AND (p.privilege <> 'TRUNCATE' OR c.relkind IN ('r', 'p'))
			UNION ALL
			SELECT format('column %s.%I', c.name, a.attname), p.privilege, has_column_privilege(r.oid, c.oid, a.attnum, p.privilege),
				format('GRANT %s (%I) ON TABLE %s TO %I', p.privilege, a.attname, c.name, r.rolname), true
			FROM relation c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
				role r, (VALUES ('SELECT'), ('INSERT'), ('UPDATE')) p(privilege)
			WHERE c.relkind IN ('r', 'p', 'v', 'f') AND NOT has_table_privilege(r.oid, c.oid, p.privilege)
			UNION ALL
			SELECT 'sequence ' || c.name, p.privilege, has_sequence_privilege(r.oid, c.oid, p.privilege),
				format('GRANT %s ON SEQUENCE %s TO %I', p.privilege, c.name, r.rolname), true
			FROM relation c, role r, (VALUES ('USAGE'), ('SELECT'), ('UPDATE')) p(privilege) WHERE c.relkind = 'S'
			UNION ALL
			SELECT 'routine ' || f.oid::regprocedure, 'EXECUTE', has_function_privilege(r.oid, f.oid, 'EXECUTE'),
				format('GRANT EXECUTE ON ROUTINE %s TO %I', f.oid::regprocedure, r.rolname), true
			FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace AND {SCHEMA}, role r
			WHERE f.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype) AND NOT EXISTS (SELECT FROM pg_depend d
				WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.deptype = 'e')
			UNION ALL
			SELECT 'table ' || s.name, x.privilege, s.secured = x.secured, CASE WHEN x.privilege = 'all rows'
					THEN format('GRANT %I TO %I', s.relowner::regrole, s.rolname)
					WHEN NOT s.relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', s.name)
					WHEN s.bypasses THEN format('ALTER ROLE %I NOBYPASSRLS', s.rolname)
					ELSE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', s.name) END, true
			FROM (SELECT c.name, c.relowner, c.relrowsecurity, r.rolname, r.bypasses, c.relrowsecurity AND NOT r.bypasses
					AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE')) AS secured
				FROM relation c, role r WHERE c.relkind IN ('r', 'p')) s,
				(VALUES ('all rows', false), ('row level security', true)) x(privilege, secured)"""
		.replace("{SCHEMA}", MoveTables.APPLICATION_SCHEMA)
		.replace("{OWN}", MoveTables.OF_NO_EXTENSION);

	private static final Set<String> ALWAYS_REQUIRED = Set.of("all rows", "row level security", "LOGIN");

	private ApplicationPrivileges() {
	}

	/**
	 * Ask one side.
	 * @param role the application's
	 * @return its privileges, none if there is no such role
	 */
	private static List<Privilege> of(MoveSession session, String role) throws SQLException {
		return session.rows(QUERY, (row) -> new Privilege(row.getString(1), row.getString(2), row.getBoolean(3),
				row.getString(4), row.getBoolean(5)), role);
	}

	/**
	 * Return what a side lacks that the other one has. What is on that other side alone
	 * is a difference of the schemas, and not of the privileges.
	 * @param from the privileges on the side that the application writes to
	 * @param to those on the side that it will write to
	 * @param role the application's on that side
	 */
	public static List<Privilege> missing(List<Privilege> from, List<Privilege> to, String role) {
		if (to.isEmpty() && !from.isEmpty()) {
			return List.of(new Privilege("the database", "LOGIN", false,
					"CREATE ROLE %s LOGIN PASSWORD '...'".formatted(Sql.identifier(role)), true));
		}
		Map<String, Privilege> there = new HashMap<>();
		to.forEach((privilege) -> there.put(privilege.key(), privilege));
		List<Privilege> missing = new ArrayList<>();
		for (Privilege each : from) {
			Privilege other = there.get(each.key());
			if (each.held() && other != null && !other.held()) {
				missing.add(other);
			}
		}
		return missing;
	}

	/**
	 * Return what the application's statements need on a side, and its role has on the
	 * other side only.
	 * @param from the side that the application writes to
	 * @param to the side that it will write to
	 * @param fewerAllowed whether fewer privileges are meant
	 * @param limit of each statement
	 */
	public static List<Privilege> needed(MoveDatabase from, MoveDatabase to, boolean fewerAllowed, Duration limit)
			throws SQLException {
		try (MoveSession inFrom = MoveSession.open(from, limit); MoveSession inTo = MoveSession.open(to, limit)) {
			String role = to.application();
			return missing(of(inFrom, from.application()), of(inTo, role), role).stream()
				.filter((privilege) -> privilege.isRequired(fewerAllowed))
				.toList();
		}
	}

	/**
	 * A privilege, and whether the role has it.
	 *
	 * @param object what it is on, such as {@code table public.item}
	 * @param privilege which it is, such as {@code INSERT}
	 * @param held whether the role has it
	 * @param statement what gives it
	 * @param needed whether the application's statements need it, and not only its
	 * changes of the schema
	 */
	public record Privilege(String object, String privilege, boolean held, String statement, boolean needed) {

		String key() {
			return this.object + '\n' + this.privilege;
		}

		/**
		 * Return whether writes must not be switched without it. That a role sees the
		 * same rows is required in any case, and so is that it exists.
		 * @param fewerAllowed whether fewer privileges are meant
		 */
		public boolean isRequired(boolean fewerAllowed) {
			return this.needed && (!fewerAllowed || ALWAYS_REQUIRED.contains(this.privilege));
		}

		/**
		 * Return what is missing, and the statement.
		 */
		@Override
		public String toString() {
			return "%s on %s: %s".formatted(this.privilege, this.object, this.statement);
		}

	}

}
