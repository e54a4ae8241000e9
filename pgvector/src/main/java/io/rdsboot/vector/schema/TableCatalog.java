package io.rdsboot.vector.schema;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.vector.schema.ExistingTable.DependentIndex;
import io.rdsboot.vector.schema.ExistingTable.ExistingKeyMoves;
import io.rdsboot.vector.schema.ExistingTable.Kind;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * What a database's catalogue says about vector tables.
 */
final class TableCatalog {

	private static final String RELATION = """
			SELECT c.oid, c.relkind, pg_relation_size(c.oid) = 0, row_security_active(c.oid), pg_table_size(c.oid),
				c.relrowsecurity, c.relforcerowsecurity,
				EXISTS (SELECT 1 FROM pg_index i
					JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
					WHERE i.indrelid = c.oid AND a.attname = ? AND i.indisunique AND i.indisvalid
						AND i.indnkeyatts = 1 AND i.indpred IS NULL),
				EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary),
				EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgtype & 7 = 7
					AND t.tgenabled <> 'D' AND t.tgname <> ?)
			FROM pg_class c WHERE c.oid = to_regclass(?)""";

	private static final String COLUMNS = """
			SELECT a.attname, CASE
					WHEN EXISTS (SELECT 1 FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
						WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid
							AND d.refclassid = 'pg_extension'::regclass AND e.extname = 'vector')
					THEN t.typname || CASE WHEN a.atttypmod > 0 THEN '(' || a.atttypmod || ')' ELSE '' END
					ELSE format_type(a.atttypid, a.atttypmod)
				END,
				a.attnotnull, a.atthasdef OR a.attidentity <> '', a.attidentity = 'a',
				CASE WHEN a.attgenerated <> '' THEN pg_get_expr(f.adbin, f.adrelid) END
			FROM pg_attribute a
			JOIN pg_type t ON t.oid = a.atttypid
			LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
			WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped
			ORDER BY a.attnum""";

	private static final String INDEXES = """
			SELECT c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname),
				ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum > 0
					AND (a.attnum = ANY (i.indkey) OR EXISTS (SELECT 1 FROM pg_depend d
						WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
							AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum)))
			FROM pg_index i
			JOIN pg_class c ON c.oid = i.indexrelid
			JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE i.indrelid = ?
			ORDER BY c.oid""";

	private static final String POLICIES = """
			SELECT polname, polpermissive, polcmd = '*' AND polroles = '{0}',
				COALESCE(pg_get_expr(polqual, polrelid), ''), COALESCE(pg_get_expr(polwithcheck, polrelid), '')
			FROM pg_policy WHERE polrelid = ? ORDER BY polname""";

	private static final String KEY_MOVES = """
			SELECT p.prosrc, t.oid IS NOT NULL, COALESCE(obj_description(t.oid, 'pg_trigger') = ?, false),
				'moves of ' || c.oid || ' ended',
				COALESCE(obj_description(p.oid, 'pg_proc') = 'moves of ' || c.oid || ' ended', false)
			FROM pg_class c
			JOIN pg_proc p ON p.oid = to_regprocedure(?)
			LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = ? AND t.tgfoid = p.oid
			WHERE c.oid = ?""";

	private static final String REVEALABLE = """
			SELECT c.relforcerowsecurity AND pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = to_regclass(?)""";

	private final JdbcOperations jdbc;

	private final boolean migrating;

	/**
	 * Create a catalogue.
	 * @param migrating whether the session is within a transaction that may change tables
	 */
	TableCatalog(JdbcOperations jdbc, boolean migrating) {
		this.jdbc = jdbc;
		this.migrating = migrating;
	}

	/**
	 * Return what has the table's name, or {@code null} if nothing has.
	 */
	@Nullable ExistingTable find(VectorTable table) {
		Relation relation = first(this.jdbc.query(RELATION, (row, number) -> new Relation(row), table.idColumn(),
				KeyMoves.TRIGGER, table.quotedName()));
		if (relation == null) {
			return null;
		}
		boolean empty = relation.withoutPages
				|| (relation.kind == Kind.TABLE && !relation.rowSecurityActive && hasNoRows(table));
		return new ExistingTable(relation.kind, empty, relation.rowSecurityActive, relation.bytes,
				columns(relation.oid), relation.idUnique, relation.primaryKey, relation.triggered,
				indexes(relation.oid), relation.rowSecurity, relation.rowSecurityForced, policies(relation.oid),
				keyMoves(table, relation.oid));
	}

	/**
	 * Whether no row is visible. Says nothing about a table whose row-level security
	 * counts for this session.
	 */
	private boolean hasNoRows(VectorTable table) {
		return this.jdbc.queryForList("SELECT 1 FROM %s LIMIT 1".formatted(table.quotedName())).isEmpty();
	}

	private Map<String, ExistingColumn> columns(long oid) {
		Map<String, ExistingColumn> columns = new LinkedHashMap<>();
		this.jdbc.query(COLUMNS, (row) -> {
			columns.put(row.getString(1), new ExistingColumn(row.getString(1), row.getString(2), row.getBoolean(3),
					row.getBoolean(4), row.getBoolean(5), row.getString(6)));
		}, oid);
		return columns;
	}

	private List<DependentIndex> indexes(long oid) {
		return this.jdbc.query(INDEXES,
				(row, number) -> new DependentIndex(row.getString(1), row.getString(2), strings(row.getArray(3))), oid);
	}

	private static List<String> strings(Array array) throws SQLException {
		return List.of((String[]) array.getArray());
	}

	private List<ExistingPolicy> policies(long oid) {
		return this.jdbc.query(POLICIES, (row, number) -> new ExistingPolicy(row.getString(1), row.getBoolean(2),
				row.getBoolean(3), row.getString(4), row.getString(5)), oid);
	}

	private ExistingKeyMoves keyMoves(VectorTable table, long oid) {
		ExistingKeyMoves found = first(this.jdbc.query(KEY_MOVES,
				(row, number) -> new ExistingKeyMoves(row.getString(1), row.getBoolean(2), row.getBoolean(3),
						row.getString(4), row.getBoolean(5)),
				KeyMoves.COMPLETE, KeyMoves.function(table) + "()", KeyMoves.TRIGGER, oid));
		return (found != null) ? found : ExistingKeyMoves.NONE;
	}

	/**
	 * Whether a row that this session sees has no value in a column.
	 */
	boolean hasNull(VectorTable table, String column) {
		return !this.jdbc
			.queryForList("SELECT 1 FROM %s WHERE %s IS NULL LIMIT 1".formatted(table.quotedName(),
					VectorTable.quote(column)))
			.isEmpty();
	}

	/**
	 * Whether this session can see the rows that row-level security hides from it: the
	 * owner, for whom it need not be forced for the moment of a look.
	 */
	boolean canReveal(VectorTable table) {
		return this.migrating
				&& Boolean.TRUE.equals(this.jdbc.queryForObject(REVEALABLE, Boolean.class, table.quotedName()));
	}

	/**
	 * Whether the {@code jsonb} of a row that this session sees, or can, has a member.
	 */
	boolean hasMember(VectorTable table, String metadataColumn, String member) {
		String query = "SELECT 1 FROM %s WHERE %s -> ? IS NOT NULL LIMIT 1".formatted(table.quotedName(),
				VectorTable.quote(metadataColumn));
		if (!canReveal(table)) {
			return !this.jdbc.queryForList(query, member).isEmpty();
		}
		// Takes the lock that the change takes which follows.
		this.jdbc.execute("SET LOCAL lock_timeout = '10s'");
		this.jdbc.execute("ALTER TABLE %s NO FORCE ROW LEVEL SECURITY".formatted(table.quotedName()));
		boolean found = !this.jdbc.queryForList(query, member).isEmpty();
		this.jdbc.execute("ALTER TABLE %s FORCE ROW LEVEL SECURITY".formatted(table.quotedName()));
		return found;
	}

	/**
	 * Return the name of a text search configuration as the server prints it, or
	 * {@code null} if there is none of that name.
	 */
	@Nullable String textSearchConfiguration(String name) {
		return first(this.jdbc.query("""
				SELECT c.oid::regconfig::text FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
				WHERE ? IN (c.oid::regconfig::text, n.nspname || '.' || c.cfgname)
					OR (c.cfgname = ? AND pg_ts_config_is_visible(c.oid))
				ORDER BY pg_ts_config_is_visible(c.oid) DESC LIMIT 1""", (row, number) -> row.getString(1), name,
				name));
	}

	boolean hasSchema(String name) {
		return !this.jdbc.queryForList("SELECT 1 FROM pg_namespace WHERE nspname = ?", name).isEmpty();
	}

	String database() {
		return String.valueOf(this.jdbc.queryForObject("SELECT current_database()", String.class));
	}

	String searchPath() {
		return String.valueOf(this.jdbc.queryForObject("SHOW search_path", String.class));
	}

	private static <T> @Nullable T first(List<T> rows) {
		return rows.isEmpty() ? null : rows.get(0);
	}

	/**
	 * Row about one relation.
	 */
	private record Relation(long oid, Kind kind, boolean withoutPages, boolean rowSecurityActive, long bytes,
			boolean rowSecurity, boolean rowSecurityForced, boolean idUnique, boolean primaryKey, boolean triggered) {

		Relation(ResultSet row) throws SQLException {
			this(row.getLong(1), Kind.of(row.getString(2)), row.getBoolean(3), row.getBoolean(4), row.getLong(5),
					row.getBoolean(6), row.getBoolean(7), row.getBoolean(8), row.getBoolean(9), row.getBoolean(10));
		}

	}

}
