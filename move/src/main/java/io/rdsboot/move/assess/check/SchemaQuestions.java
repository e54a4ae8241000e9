package io.rdsboot.move.assess.check;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.move.assess.MoveFinding.Level;
import io.rdsboot.move.MoveTables;
import io.rdsboot.move.Side;

/**
 * What of the source's schema logical replication does not bring to the target.
 */
final class SchemaQuestions {

	private static final int FIRST_WITH_GENERATED_COLUMNS_PUBLISHED = 18;

	/**
	 * Share of a sequence's range in percent from which on it is worth a warning.
	 */
	private static final int NEARLY_USED_UP = 90;

	private SchemaQuestions() {
	}

	/**
	 * An update or a delete of a table without identity fails on the source, once the
	 * table is published.
	 */
	static void replicaIdentity(Database source, Database target, Findings findings) throws SQLException {
		for (String table : relations(source,
				"c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND " + MoveTables.WITHOUT_IDENTITY)) {
			findings.add(Level.BLOCKS, Side.SOURCE, table,
					"The table has no primary key or other replica identity: once it is published, each UPDATE and DELETE of it fails in the source.",
					"Add a primary key, or, which reads the target's whole table for each change without an index that fits:",
					"ALTER TABLE %s REPLICA IDENTITY FULL".formatted(table));
		}
	}

	static void unloggedTables(Database source, Database target, Findings findings) throws SQLException {
		for (String table : relations(source, "c.relkind = 'r' AND c.relpersistence = 'u'")) {
			findings.add(Level.WARNS, Side.SOURCE, table, "The table is unlogged, so that its rows do not move.",
					"Leave it empty on the target, or before the copy:", "ALTER TABLE %s SET LOGGED".formatted(table));
		}
	}

	static void foreignTables(Database source, Database target, Findings findings) throws SQLException {
		for (String table : relations(source, "c.relkind = 'f'")) {
			findings.add(Level.WARNS, Side.SOURCE, table,
					"The rows of a foreign table are on another server, which the target must reach, too.",
					"Create the foreign server and the user mappings on the target.", null);
		}
	}

	static void materializedViews(Database source, Database target, Findings findings) throws SQLException {
		for (String view : relations(source, "c.relkind = 'm'")) {
			findings.add(Level.WARNS, Side.SOURCE, view, "A materialized view does not move with its rows.",
					"Run on the target after the copy, and again at the cutover if it must be up to date:",
					"REFRESH MATERIALIZED VIEW %s".formatted(view));
		}
	}

	private static List<String> relations(Database database, String condition) throws SQLException {
		return database.texts("SELECT c.oid::regclass::text FROM pg_class c WHERE %s AND %s ORDER BY 1"
			.formatted(Database.USERS_RELATION, condition));
	}

	static void largeObjects(Database source, Database target, Findings findings) throws SQLException {
		long objects = source.numbers("SELECT count(*) FROM pg_largeobject_metadata").get(0);
		if (objects > 0) {
			findings.add(Level.BLOCKS, Side.SOURCE, null,
					"%,d large objects do not move: logical replication does not bring them.".formatted(objects),
					"Store them in a column of type bytea, or delete those that nobody refers to (vacuumlo).", null);
		}
	}

	static void generatedColumns(Database source, Database target, Findings findings) throws SQLException {
		if (source.majorVersion() >= FIRST_WITH_GENERATED_COLUMNS_PUBLISHED) {
			return;
		}
		for (String column : source.texts("""
				SELECT c.oid::regclass || '.' || quote_ident(a.attname) FROM pg_class c
				JOIN pg_attribute a ON a.attrelid = c.oid AND a.attgenerated <> '' AND NOT a.attisdropped
				WHERE %s AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"""
			.formatted(Database.USERS_RELATION))) {
			findings.add(Level.NOTES, Side.SOURCE, column,
					"The target computes the generated column by itself, with its own functions and collations.", null,
					null);
		}
	}

	static void triggers(Database source, Database target, Findings findings) throws SQLException {
		for (Database.Row trigger : source
			.rows("""
					SELECT c.oid::regclass::text AS table, quote_ident(t.tgname) AS name FROM pg_trigger t
					JOIN pg_class c ON c.oid = t.tgrelid WHERE %s AND NOT t.tgisinternal AND t.tgenabled IN ('A', 'R') ORDER BY 1, 2"""
				.formatted(Database.USERS_RELATION))) {
			findings.add(Level.WARNS, Side.SOURCE, "%s on %s".formatted(trigger.text("name"), trigger.text("table")),
					"The trigger fires for replicated rows as well, so that on the target it does again what it has done in the source.",
					"Create it on the target as an ordinary trigger:",
					"ALTER TABLE %s ENABLE TRIGGER %s".formatted(trigger.text("table"), trigger.text("name")));
		}
	}

	static void eventTriggers(Database source, Database target, Findings findings) throws SQLException {
		for (String trigger : source.texts("""
				SELECT quote_ident(e.evtname) FROM pg_event_trigger e WHERE NOT EXISTS (
					SELECT FROM pg_depend d WHERE d.classid = 'pg_event_trigger'::regclass AND d.objid = e.oid
						AND d.deptype = 'e') ORDER BY 1""")) {
			findings.add(Level.WARNS, Side.SOURCE, trigger,
					"An event trigger belongs to the database, and does not come with the schema of its tables.",
					"Create it on the target, where rds_superuser may do so on RDS.", null);
		}
	}

	static void rowSecurity(Database source, Database target, Findings findings) throws SQLException {
		for (String table : source.texts("""
				SELECT c.oid::regclass::text FROM pg_class c
				WHERE %s AND c.relkind IN ('r', 'p') AND row_security_active(c.oid) ORDER BY 1"""
			.formatted(Database.USERS_RELATION))) {
			findings.add(Level.BLOCKS, Side.SOURCE, table,
					"Row-level security hides rows from role '%s', which the copy would not bring."
						.formatted(source.fact("user")),
					"Use the login of a role that it does not bind: a superuser, one with BYPASSRLS, or the owner if it is not forced.",
					null);
		}
	}

	static void sequences(Database source, Database target, Findings findings) throws SQLException {
		long sequences = source
			.numbers("SELECT count(*) FROM pg_class c WHERE %s AND c.relkind = 'S'".formatted(Database.USERS_RELATION))
			.get(0);
		if (sequences > 0) {
			findings.add(Level.NOTES, Side.SOURCE, null,
					"%,d sequences stay where they are on the target until the cutover sets them.".formatted(sequences),
					null, null);
		}
		for (Database.Row sequence : source
			.rows("""
					SELECT format('%%I.%%I', schemaname, sequencename) AS name,
						(100 * (last_value - min_value::numeric) / greatest(1, max_value::numeric - min_value))::bigint AS percent
					FROM pg_sequences WHERE increment_by > 0 AND NOT cycle
						AND 100 * (last_value - min_value::numeric) > %d * (max_value::numeric - min_value) ORDER BY 1"""
				.formatted(NEARLY_USED_UP))) {
			findings.add(Level.WARNS, Side.SOURCE, sequence.text("name"),
					"%s %% of the sequence's values are used, and the cutover leaves out some more."
						.formatted(sequence.text("percent")),
					"Give its column a larger type first.", null);
		}
	}

}
