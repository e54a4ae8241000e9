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
			useAllAndEndTheirSessions(pool, cluster, followed.applicationName);
			try (Connection dead = pool.getConnection()) {
				assertThatExceptionOfType(SQLException.class).isThrownBy(() -> FollowedPools.backend(dead));
			}
			for (int i = 0; i < FollowedPools.WRITER_SIZE; i++) {
				try (Connection connection = pool.getConnection()) {
					assertThat(FollowedPools.backend(connection)).isPositive();
				}
			}
		}
	}

	private static void useAllAndEndTheirSessions(InstancePool pool, LocalRdsCluster cluster, String applicationName)
			throws SQLException {
		List<Connection> all = new ArrayList<>();
		for (int i = 0; i < FollowedPools.WRITER_SIZE; i++) {
			all.add(pool.getConnection());
		}
		try (Connection admin = cluster.adminConnection(cluster.writer());
				Statement statement = admin.createStatement()) {
			for (Connection connection : all) {
				connection.close();
			}
			statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '%s'"
				.formatted(applicationName));
		}
	}

}
