package io.rdsboot.benchmarks;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * Chooses whom to promote where the local RDS lets the caller choose.
 */
public final class Promotions {

	private Promotions() {
	}

	/**
	 * Returns the reader that has received most of the log. If another one is promoted,
	 * this one has a piece of log that the new writer lacks, and cannot follow it.
	 * @param cluster a cluster all of whose readers run
	 */
	public static LocalRdsInstance mostAdvancedReader(LocalRdsCluster cluster) throws SQLException {
		LocalRdsInstance first = cluster.readers().get(0);
		for (LocalRdsInstance reader : cluster.readers()) {
			first = (receivedBytes(cluster, reader) > receivedBytes(cluster, first)) ? reader : first;
		}
		return first;
	}

	private static long receivedBytes(LocalRdsCluster cluster, LocalRdsInstance reader) throws SQLException {
		try (Connection connection = cluster.adminConnection(reader);
				Statement statement = connection.createStatement();
				ResultSet result = statement.executeQuery(
						"SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) - '0/0'::pg_lsn")) {
			result.next();
			return result.getLong(1);
		}
	}

}
