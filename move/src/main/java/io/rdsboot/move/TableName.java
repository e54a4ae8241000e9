package io.rdsboot.move;

import java.util.Comparator;
import java.util.Objects;

/**
 * Name of a table with its schema. Ordered by schema and name. Immutable.
 *
 * @param schema name of the schema, as the catalog has it
 * @param table name of the table in it, as the catalog has it
 */
public record TableName(String schema, String table) implements Comparable<TableName> {

	private static final Comparator<TableName> ORDER = Comparator.comparing(TableName::schema)
		.thenComparing(TableName::table);

	public TableName {
		Objects.requireNonNull(schema, "schema must not be null");
		Objects.requireNonNull(table, "table must not be null");
	}

	/**
	 * Return the name as SQL has it, with both parts in quotes.
	 */
	public String quoted() {
		return Sql.identifier(this.schema) + "." + Sql.identifier(this.table);
	}

	@Override
	public int compareTo(TableName other) {
		return ORDER.compare(this, other);
	}

	/**
	 * Return the name for a reader, such as {@code public.item}.
	 */
	@Override
	public String toString() {
		return this.schema + "." + this.table;
	}

}
