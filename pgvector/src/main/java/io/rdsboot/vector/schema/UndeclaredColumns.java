package io.rdsboot.vector.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.rdsboot.vector.table.VectorTable;
import org.apiguardian.api.API;

/**
 * Columns of a table that its declaration does not name.
 */
@API(status = API.Status.INTERNAL)
public final class UndeclaredColumns {

	private static final String COLUMN = """
			SELECT COALESCE((SELECT prosrc FROM pg_proc WHERE oid = to_regprocedure(?)), '') FROM pg_attribute
			WHERE attrelid = to_regclass(?) AND attname = ? AND attgenerated = '' AND NOT attisdropped""";

	private UndeclaredColumns() {
	}

	/**
	 * Return whether the values of a column are lost to those who read the table as it is
	 * declared: the column is there, but not declared, the server does not generate it,
	 * and its values were not moved to where a key is declared now.
	 * @param connection a connection to the database
	 * @param table the table
	 * @param column name of the column, without quotes
	 * @return whether its values are neither found nor read
	 * @throws SQLException if the catalogue cannot be read
	 */
	public static boolean areLost(Connection connection, VectorTable table, String column) throws SQLException {
		if (new TableDefinition(table).columns().stream().anyMatch((declared) -> declared.name().equals(column))) {
			return false;
		}
		try (PreparedStatement statement = connection.prepareStatement(COLUMN)) {
			statement.setString(1, KeyMoves.function(table) + "()");
			statement.setString(2, table.quotedName());
			statement.setString(3, column);
			try (ResultSet row = statement.executeQuery()) {
				return row.next() && !KeyMoves.hasMovedFrom(row.getString(1), column);
			}
		}
	}

}
