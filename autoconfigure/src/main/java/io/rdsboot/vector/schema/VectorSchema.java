package io.rdsboot.vector.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.rdsboot.vector.VectorExpressions;
import io.rdsboot.vector.VectorTable;

import org.springframework.jdbc.core.JdbcOperations;

/**
 * Declared vector tables against those that a database has: creates, adapts, compares.
 * Looks at the catalogue, whoever made the table.
 */
public final class VectorSchema {

	private final JdbcOperations jdbc;

	/**
	 * Create an instance for the database that the given operations reach.
	 * @param jdbc the operations
	 */
	public VectorSchema(JdbcOperations jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Create the table, or make it fit its declaration as far as no data is lost by it:
	 * missing columns for content and metadata are added, and an empty table is given
	 * other dimensions.
	 * @param table the table
	 * @throws VectorSchemaException if the table exists and cannot be made to fit
	 */
	public void migrate(VectorTable table) {
		Map<String, Column> columns = columns(table);
		if (columns.isEmpty()) {
			create(table);
			return;
		}
		if (!columns.containsKey(String.valueOf(table.contentColumn()))) {
			alter(table, "ADD COLUMN %s text".formatted(VectorTable.quote(String.valueOf(table.contentColumn()))));
		}
		if (!columns.containsKey(String.valueOf(table.metadataColumn()))) {
			alter(table, "ADD COLUMN %s jsonb NOT NULL DEFAULT '{}'"
				.formatted(VectorTable.quote(String.valueOf(table.metadataColumn()))));
		}
		Column embedding = columns.get(table.embedding().name());
		if (embedding != null && embedding.type().startsWith("vector") && !embedding.type().equals(vectorType(table))
				&& isEmpty(table)) {
			alter(table, "ALTER COLUMN %s TYPE %s".formatted(VectorTable.quote(table.embedding().name()),
					vectorType(table)));
		}
		validate(table);
	}

	/**
	 * Check that the table exists and fits its declaration.
	 * @param table the table
	 * @throws VectorSchemaException if it does not; names every column that differs, with
	 * what is declared and what is there
	 */
	public void validate(VectorTable table) {
		Map<String, Column> columns = columns(table);
		if (columns.isEmpty()) {
			throw new VectorSchemaException(
					"Vector table %s does not exist in database '%s' (search_path: %s).".formatted(table,
							this.jdbc.queryForObject("SELECT current_database()", String.class),
							this.jdbc.queryForObject("SHOW search_path", String.class)),
					"Create the table, declare the one that exists, or let it be made by schema: migrate.");
		}
		List<String> problems = new ArrayList<>();
		compare(columns, table.idColumn(), table.idType().sqlType(), problems);
		compare(columns, table.embedding().name(), vectorType(table), problems);
		compare(columns, String.valueOf(table.contentColumn()), "text", problems);
		compare(columns, String.valueOf(table.metadataColumn()), "jsonb", problems);
		if (problems.isEmpty() && !isUnique(table)) {
			problems.add("column %s is declared as the id, but has no primary key or unique index of its own"
				.formatted(table.idColumn()));
		}
		columns.values()
			.stream()
			.filter((column) -> column.required() && !isMapped(table, column.name()))
			.forEach((column) -> problems
				.add("column %s is not declared, but must not be null and has no default".formatted(column.name())));
		if (!problems.isEmpty()) {
			throw new VectorSchemaException(
					"Vector table %s does not fit its declaration:\n%s".formatted(table,
							problems.stream().map("    - %s"::formatted).collect(Collectors.joining("\n"))),
					"Change the declaration to what the table has, declare another table, or change the table by a migration of your own.");
		}
	}

	private void create(VectorTable table) {
		if (table.schema() != null
				&& this.jdbc.queryForList("SELECT 1 FROM pg_namespace WHERE nspname = ?", table.schema()).isEmpty()) {
			this.jdbc.execute("CREATE SCHEMA " + VectorTable.quote(table.schema()));
		}
		this.jdbc.execute("CREATE TABLE %s (%s %s PRIMARY KEY, %s %s NOT NULL, %s text, %s jsonb NOT NULL DEFAULT '{}')"
			.formatted(table.quotedName(), VectorTable.quote(table.idColumn()), table.idType().sqlType(),
					VectorTable.quote(table.embedding().name()), vectorType(table),
					VectorTable.quote(String.valueOf(table.contentColumn())),
					VectorTable.quote(String.valueOf(table.metadataColumn()))));
	}

	private void alter(VectorTable table, String change) {
		this.jdbc.execute("ALTER TABLE %s %s".formatted(table.quotedName(), change));
	}

	private boolean isEmpty(VectorTable table) {
		return this.jdbc.queryForList("SELECT 1 FROM %s LIMIT 1".formatted(table.quotedName())).isEmpty();
	}

	private boolean isUnique(VectorTable table) {
		return !this.jdbc.queryForList("""
				SELECT 1 FROM pg_index i
				JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
				WHERE i.indrelid = to_regclass(?) AND a.attname = ? AND i.indisunique AND i.indisvalid
					AND i.indnkeyatts = 1 AND i.indpred IS NULL""", table.quotedName(), table.idColumn()).isEmpty();
	}

	private Map<String, Column> columns(VectorTable table) {
		return this.jdbc.query("""
				SELECT attname, format_type(atttypid, atttypmod),
					attnotnull AND NOT atthasdef AND attidentity = '' AND attgenerated = ''
				FROM pg_attribute
				WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
				ORDER BY attnum""", (row, number) -> new Column(row.getString(1), row.getString(2), row.getBoolean(3)),
				table.quotedName())
			.stream()
			.collect(Collectors.toMap(Column::name, Function.identity()));
	}

	private static void compare(Map<String, Column> columns, String name, String declared, List<String> problems) {
		Column column = columns.get(name);
		if (column == null) {
			problems.add("column %s is declared as %s, but does not exist".formatted(name, declared));
		}
		else if (!column.type().equals(declared)
				&& !(declared.equals("text") && column.type().startsWith("character varying"))) {
			problems.add("column %s is declared as %s, but is %s".formatted(name, declared, column.type()));
		}
	}

	private static boolean isMapped(VectorTable table, String column) {
		return List
			.of(table.idColumn(), table.embedding().name(), String.valueOf(table.contentColumn()),
					String.valueOf(table.metadataColumn()))
			.contains(column);
	}

	private static String vectorType(VectorTable table) {
		return new VectorExpressions(table, table.embedding()).columnType();
	}

	private record Column(String name, String type, boolean required) {

	}

}
