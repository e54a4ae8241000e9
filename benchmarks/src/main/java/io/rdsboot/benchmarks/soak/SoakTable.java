package io.rdsboot.benchmarks.soak;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.test.LocalRdsCluster;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The table of numbered rows. It has no unique key, so that a row that was written twice
 * is there twice.
 */
final class SoakTable {

	private SoakTable() {
	}

	static void create(LocalRdsCluster cluster) throws SQLException {
		DirectConnection.execute(cluster, "CREATE TABLE soak (writer int NOT NULL, number int NOT NULL)",
				"CREATE INDEX ON soak (writer, number)");
	}

	static void insert(JdbcTemplate jdbc, LedgerRow row) {
		jdbc.update("INSERT INTO soak VALUES (?, ?)", row.writer(), row.number());
	}

	/**
	 * Looks for a row.
	 */
	static Sight find(JdbcTemplate jdbc, LedgerRow row) {
		return Objects.requireNonNull(jdbc.queryForObject(
				"SELECT EXISTS (SELECT FROM soak WHERE writer = ? AND number = ?), pg_is_in_recovery(), "
						+ "current_setting('cluster_name')",
				(result, number) -> new Sight(result.getBoolean(1), result.getBoolean(2), result.getString(3)),
				row.writer(), row.number()));
	}

	/**
	 * Returns how often each row is there, as the writer has it.
	 */
	static Map<LedgerRow, Long> rows(LocalRdsCluster cluster) throws SQLException {
		Map<LedgerRow, Long> rows = new HashMap<>();
		try (Connection connection = DirectConnection.open(cluster);
				Statement statement = connection.createStatement();
				ResultSet result = statement
					.executeQuery("SELECT writer, number, count(*) FROM soak GROUP BY writer, number")) {
			while (result.next()) {
				rows.put(new LedgerRow(result.getInt(1), result.getInt(2)), result.getLong(3));
			}
		}
		return rows;
	}

	/**
	 * What a read has seen.
	 *
	 * @param present whether the row was there
	 * @param byReader whether a reader has served
	 * @param instance name of the server
	 */
	record Sight(boolean present, boolean byReader, String instance) {

	}

}
