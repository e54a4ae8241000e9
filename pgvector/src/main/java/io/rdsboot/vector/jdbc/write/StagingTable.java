package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.vector.table.VectorTable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.QueryExecutor;

/**
 * Temporary table that rows go through on their way to a vector table. It is gone when
 * the transaction ends.
 */
final class StagingTable {

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private StagingTable() {
	}

	static void create(Connection connection, VectorTable table, WriteSql sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql.createStaging());
		}
		catch (SQLException ex) {
			if (!INSUFFICIENT_PRIVILEGE.equals(ex.getSQLState())) {
				throw ex;
			}
			QueryExecutor executor = connection.unwrap(BaseConnection.class).getQueryExecutor();
			throw new SQLException(
					"Write of vector table %s needs a temporary table, which the role may not create: as the owner of the database, GRANT TEMPORARY ON DATABASE %s TO %s"
						.formatted(table, VectorTable.quote(executor.getDatabase()),
								VectorTable.quote(executor.getUser())),
					ex.getSQLState(), ex);
		}
	}

	static void drop(Connection connection, WriteSql sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql.dropStaging());
		}
	}

}
