package io.rdsboot.vector.jdbc.write;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.rdsboot.vector.jdbc.sql.RecordColumn;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;

/**
 * Statements that change the rows of one table. Values are bind parameters, identifiers
 * are quoted. Immutable.
 */
public final class WriteSql {

	private static final String STAGING = "pg_temp.rdsboot_load";

	private static final String POSITION_SETTING = "rdsboot.position";

	private final VectorTable table;

	private final List<RecordColumn> columns;

	private final String names;

	private final String id;

	private WriteSql(VectorTable table, List<RecordColumn> columns) {
		this.table = table;
		this.columns = columns;
		this.names = columns.stream().map(RecordColumn::name).collect(Collectors.joining(", "));
		this.id = VectorTable.quote(table.idColumn());
	}

	/**
	 * Return the statements for records with ids.
	 */
	public static WriteSql of(VectorTable table) {
		return new WriteSql(table, RecordColumn.of(table));
	}

	/**
	 * Return the statements for records whose ids the database generates.
	 */
	static WriteSql withoutIds(VectorTable table) {
		List<RecordColumn> columns = RecordColumn.of(table);
		return new WriteSql(table, columns.subList(1, columns.size()));
	}

	/**
	 * Return the columns that rows are given values in.
	 */
	List<RecordColumn> columns() {
		return this.columns;
	}

	boolean hasIds() {
		return this.columns.get(0).name().equals(this.id);
	}

	/**
	 * Return the statement that inserts or replaces rows; its parameters are one array
	 * for each column.
	 */
	String upsertArrays() {
		return insertFromArrays() + onConflict();
	}

	/**
	 * Return the statement that inserts those rows whose ids are new, and returns their
	 * ids; its parameters are one array for each column.
	 */
	String insertArrays() {
		return insertFromArrays() + " ON CONFLICT (%s) DO NOTHING RETURNING t.%1$s".formatted(this.id);
	}

	private String insertFromArrays() {
		// Among what is selected, arrays are taken apart row by row; behind FROM, all
		// rows would be stored before the first one is used.
		String values = this.columns.stream()
			.map((column) -> "unnest(?)" + column.element().cast())
			.collect(Collectors.joining(", "));
		return "%s SELECT %s".formatted(insert(), values);
	}

	/**
	 * Return the statement that inserts those rows whose generated ids are new, and
	 * returns their ids, each with the row's index in the arrays. Its parameters are one
	 * array for each column and the last index.
	 */
	String insertGenerating() {
		List<String> values = new ArrayList<>();
		for (int i = 0; i < this.columns.size(); i++) {
			values.add("unnest(?)%s AS c%d".formatted(this.columns.get(i).element().cast(), i));
		}
		String names = IntStream.range(0, this.columns.size())
			.mapToObj((column) -> "s.c" + column)
			.collect(Collectors.joining(", "));
		return generating(names, "SELECT %s, generate_series(0, ?) AS position".formatted(String.join(", ", values)),
				"position");
	}

	/**
	 * PostgreSQL promises no order of the rows that an insert returns, and no column of
	 * the source can be returned. So each row notes its position in a setting when it is
	 * selected, and returns what the setting is when it has been inserted. That both
	 * happens row by row shows in that no position is returned twice; the offset keeps
	 * the planner from selecting rows any earlier.
	 */
	private String generating(String names, String source, String position) {
		return "%s SELECT %s FROM (%s OFFSET 0) s WHERE set_config('%s', s.%s::text, true) IS NOT NULL ON CONFLICT (%s) DO NOTHING RETURNING t.%6$s, current_setting('%4$s')::integer"
			.formatted(insert(), names, source, POSITION_SETTING, position, this.id);
	}

	/**
	 * An id that a record has is stored, also in a column that is {@code GENERATED
	 * ALWAYS}, as {@code COPY} does.
	 */
	private String insert() {
		return "INSERT INTO %s AS t (%s)%s".formatted(this.table.quotedName(), this.names,
				(this.table.hasGeneratedIds() && hasIds()) ? " OVERRIDING SYSTEM VALUE" : "");
	}

	/**
	 * A row of another tenant stays as it is, and is missing in the number of rows.
	 */
	private String onConflict() {
		String assignments = this.columns.stream()
			.map(RecordColumn::name)
			.filter((name) -> !name.equals(this.id))
			.map((name) -> "%1$s = EXCLUDED.%1$s".formatted(name))
			.collect(Collectors.joining(", "));
		MetadataColumn tenant = this.table.tenantKey();
		return " ON CONFLICT (%s) DO UPDATE SET %s%s".formatted(this.id, assignments,
				(tenant != null) ? " WHERE t.%1$s = EXCLUDED.%1$s".formatted(VectorTable.quote(tenant.column())) : "");
	}

	/**
	 * Return the statement that deletes rows; its parameters are an array of ids and, in
	 * a table with tenants, the tenant.
	 */
	String delete() {
		return deleteInOrder(this.table, "t.%s = ANY (?)%s".formatted(this.id, ofTenant(" AND t.")));
	}

	/**
	 * Return the statement that finds those of an array of ids that exist.
	 */
	String existingIds() {
		return "SELECT t.%s FROM %s t WHERE t.%1$s = ANY (?)".formatted(this.id, this.table.quotedName());
	}

	/**
	 * Return the query that tells whether records can be stored by {@code COPY}: none of
	 * their ids exists, and the table has neither policies for the role, which
	 * {@code COPY} refuses, nor rules, which it ignores, as views have. Its parameters
	 * are an array of ids and the name of the table.
	 */
	String canBeCopied() {
		// All are counted, because for the first one the planner would read the whole
		// table in the hope to find it soon.
		return "SELECT NOT c.relhasrules AND NOT row_security_active(c.oid) AND (SELECT count(*) FROM %s t WHERE t.%s = ANY (?)) = 0 FROM pg_catalog.pg_class c WHERE c.oid = ?::regclass"
			.formatted(this.table.quotedName(), this.id);
	}

	/**
	 * Return a statement that deletes the rows that fulfil a condition. It locks them in
	 * the order of their ids, as all writes do.
	 * @param condition the condition; the table has the alias {@code t}
	 */
	public static String deleteInOrder(VectorTable table, String condition) {
		String id = VectorTable.quote(table.idColumn());
		return "DELETE FROM %1$s WHERE %2$s = ANY (ARRAY(SELECT t.%2$s FROM %1$s t WHERE %3$s ORDER BY %4$s FOR UPDATE))"
			.formatted(table.quotedName(), id, condition, IdOrder.sql(table, "t." + id));
	}

	/**
	 * Return the statement that makes all other writes wait until the transaction ends,
	 * and waits for those that have begun.
	 */
	public String lockAgainstWrites() {
		return "LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE".formatted(this.table.quotedName());
	}

	/**
	 * Return the statement that deletes all rows, of the tenant in a table with tenants.
	 */
	public String deleteAll() {
		return "DELETE FROM %s%s".formatted(this.table.quotedName(), ofTenant(" WHERE "));
	}

	private String ofTenant(String conjunction) {
		MetadataColumn tenant = this.table.tenantKey();
		return (tenant != null) ? conjunction + VectorTable.quote(tenant.column()) + " = ?" : "";
	}

	/**
	 * Return the statement that makes a temporary table of what is to be stored, which is
	 * gone when the transaction ends.
	 */
	String createStaging() {
		return "CREATE TEMPORARY TABLE %s ON COMMIT DROP AS SELECT %s, 0::bigint AS %s FROM %s WITH NO DATA"
			.formatted(STAGING.substring("pg_temp.".length()), this.names, position(), this.table.quotedName());
	}

	/**
	 * Return the statement that takes rows in the binary format.
	 */
	String copy() {
		return "COPY %s (%s) FROM STDIN (FORMAT binary)".formatted(this.table.quotedName(), this.names);
	}

	String copyToStaging() {
		return "COPY %s (%s, %s) FROM STDIN (FORMAT binary)".formatted(STAGING, this.names, position());
	}

	String insertStaged() {
		return "%s SELECT %s FROM %s ORDER BY %s".formatted(insert(), this.names, STAGING, position());
	}

	/**
	 * Return the statement that inserts those staged rows whose generated ids are new,
	 * and returns their ids, each with the row's position.
	 */
	String insertStagedGenerating() {
		return generating(this.names, "SELECT * FROM %s ORDER BY %s".formatted(STAGING, position()), position());
	}

	/**
	 * Return the statement that inserts or replaces rows, in the order of the ids, so
	 * that concurrent ones lock rows in the same order.
	 */
	String upsertStaged() {
		String order = IdOrder.sql(this.table, this.id);
		return "%s SELECT DISTINCT ON (%s) %s FROM %s ORDER BY %s, %s DESC%s".formatted(insert(), order, this.names,
				STAGING, order, position(), onConflict());
	}

	String countStagedIds() {
		return "SELECT count(DISTINCT %s) FROM %s".formatted(this.id, STAGING);
	}

	String dropStaging() {
		return "DROP TABLE " + STAGING;
	}

	/**
	 * Return a column of the temporary table that has the name of no other.
	 */
	private String position() {
		StringBuilder name = new StringBuilder("position");
		while (this.columns.stream().anyMatch((column) -> column.name().equals(VectorTable.quote(name.toString())))) {
			name.append('_');
		}
		return VectorTable.quote(name.toString());
	}

}
