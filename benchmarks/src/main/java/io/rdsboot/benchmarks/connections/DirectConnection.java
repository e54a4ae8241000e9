package io.rdsboot.benchmarks.connections;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.test.LocalRdsCluster;

/**
 * Connections of the application's role to a cluster's writer, past everything that is
 * measured: to prepare, and to count afterwards.
 */
public final class DirectConnection {

	private DirectConnection() {
	}

	/**
	 * Opens a connection, which the caller closes.
	 */
	public static Connection open(LocalRdsCluster cluster) throws SQLException {
		return DriverManager.getConnection(cluster.writer().jdbcUrl(), cluster.username(), cluster.password());
	}

	/**
	 * Runs statements, one after the other.
	 */
	public static void execute(LocalRdsCluster cluster, String... statements) throws SQLException {
		try (Connection connection = open(cluster); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

}
