package io.rdsboot.benchmarks.consistency;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

/**
 * The table that pairs of a write and a read are made on.
 */
final class PairTable {

	static final String CREATE = "CREATE TABLE pair (id bigint PRIMARY KEY)";

	private PairTable() {
	}

	/**
	 * Writes a row.
	 * @param transaction whether in a transaction, and not in a statement that commits by
	 * itself
	 */
	static void write(DataSource dataSource, long id, boolean transaction) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			connection.setAutoCommit(!transaction);
			try (PreparedStatement statement = connection.prepareStatement("INSERT INTO pair VALUES (?)")) {
				statement.setLong(1, id);
				statement.executeUpdate();
			}
			if (transaction) {
				connection.commit();
			}
		}
	}

	/**
	 * Returns whether a read-only transaction sees a row.
	 */
	static boolean contains(DataSource dataSource, long id) throws SQLException {
		try (Connection connection = dataSource.getConnection()) {
			connection.setReadOnly(true);
			try (PreparedStatement statement = connection.prepareStatement("SELECT FROM pair WHERE id = ?")) {
				statement.setLong(1, id);
				try (ResultSet result = statement.executeQuery()) {
					return result.next();
				}
			}
		}
	}

}
