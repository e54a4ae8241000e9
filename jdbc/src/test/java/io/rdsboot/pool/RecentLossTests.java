package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of what a borrower gets right after a server has ended all of its sessions.
 */
@LocalRds
class RecentLossTests {

	@Test
	void borrowerWhoSawOneConnectionDieIsNotGivenAnotherDeadOne(LocalRdsCluster cluster) throws Exception {
		try (FollowedPools followed = new FollowedPools(cluster, (config, instance, role) -> {
		}, Duration.ofSeconds(10), FollowedPools.state(cluster.writer(), InstanceRole.WRITER, true))) {
			InstancePool pool = followed.pools.pool(FollowedPools.instance(cluster.writer()), InstanceRole.WRITER);
			useAllAndLoseThem(pool, cluster, followed.applicationName);
			for (int i = 0; i < FollowedPools.WRITER_SIZE; i++) {
				try (Connection connection = pool.getConnection()) {
					assertThat(FollowedPools.backend(connection)).isPositive();
				}
			}
		}
	}

	/**
	 * Returns all connections but one right before their sessions end, and finds that one
	 * dead: HikariCP lends those that were used within half a second untested.
	 */
	private static void useAllAndLoseThem(InstancePool pool, LocalRdsCluster cluster, String applicationName)
			throws SQLException {
		List<Connection> idle = new ArrayList<>();
		for (int i = 1; i < FollowedPools.WRITER_SIZE; i++) {
			idle.add(pool.getConnection());
		}
		try (Connection dead = pool.getConnection();
				Connection admin = cluster.adminConnection(cluster.writer());
				Statement statement = admin.createStatement()) {
			for (Connection connection : idle) {
				connection.close();
			}
			statement
				.execute("SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity WHERE application_name = '%s'"
					.formatted(applicationName));
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> FollowedPools.backend(dead));
		}
	}

}
