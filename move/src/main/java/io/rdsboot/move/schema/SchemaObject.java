package io.rdsboot.move.schema;

import java.sql.ResultSet;
import java.sql.SQLException;

import io.rdsboot.move.TableName;
import io.rdsboot.move.schema.SchemaDifference.Kind;
import org.jspecify.annotations.Nullable;

/**
 * An object in one side's catalog.
 *
 * @param kind its kind
 * @param name its name, as SQL has it
 * @param table the table that it belongs to
 * @param definition all that is compared
 * @param strict the part of the definition that may refuse rows
 * @param refuses whether it refuses rows of a side that does not have it
 * @param create statement that makes it
 * @param alter statement that gives an existing one this definition
 * @param drop statement that removes it
 */
record SchemaObject(Kind kind, String name, @Nullable TableName table, String definition, String strict,
		boolean refuses, @Nullable String create, @Nullable String alter, @Nullable String drop) {

	/**
	 * Read a row with the columns that the queries of {@link SchemaCatalog} have.
	 */
	static SchemaObject read(Kind kind, ResultSet row) throws SQLException {
		String schema = row.getString("schema");
		TableName table = (schema != null) ? new TableName(schema, row.getString("table")) : null;
		return new SchemaObject(kind, row.getString("name"), table, text(row, "definition"), text(row, "strict"),
				row.getBoolean("refuses"), row.getString("create"), row.getString("alter"), row.getString("drop"));
	}

	private static String text(ResultSet row, String column) throws SQLException {
		String text = row.getString(column);
		return (text != null) ? text : "";
	}

	Key key() {
		return new Key(this.kind, this.name);
	}

	/**
	 * What identifies an object on both sides.
	 *
	 * @param kind its kind
	 * @param name its name
	 */
	record Key(Kind kind, String name) implements Comparable<Key> {

		@Override
		public int compareTo(Key other) {
			int byKind = this.kind.compareTo(other.kind);
			return (byKind != 0) ? byKind : this.name.compareTo(other.name);
		}

	}

}
