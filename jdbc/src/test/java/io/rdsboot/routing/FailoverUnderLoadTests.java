package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.ConfiguredDiscovery;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.tls.TlsSettings;
import org.junit.jupiter.api.Test;

/**
 * Test of writes from many threads while the writer crashes and a reader is promoted,
 * with the topology as the monitor sees it.
 */
class FailoverUnderLoadTests {

	private static final int THREADS = 16;

	@Test
	void eachThreadSeesOneErrorAtMostAndNoAcknowledgedRowIsLost() throws Exception {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).start()) {
			acknowledgeWhatTheReaderHas(cluster);
			DatabaseCredentials credentials = new DatabaseCredentials(cluster.username(), cluster.password());
			MonitoringConnector connector = new MonitoringConnector(cluster.database(), (address) -> credentials,
					TlsSettings.DEFAULT, List.of());
			List<InstanceState> instances = List.of(state(cluster.writer(), InstanceRole.WRITER),
					state(cluster.readers().get(0), InstanceRole.READER));
			HikariPoolCustomizer eight = (config, instance, role) -> config.setMaximumPoolSize(8);
			try (TopologyMonitor monitor = TopologyMonitor.builder(new ConfiguredDiscovery(instances), connector)
				.build();
					InstancePools pools = new InstancePools(cluster.database(), (address) -> credentials,
							TlsSettings.DEFAULT, monitor, List.of(eight))) {
				pools.follow(monitor);
				monitor.start();
				ReadWriteRoutingDataSource dataSource = ReadWriteRoutingDataSource.builder(monitor, pools).build();
				writeThroughAFailover(cluster, dataSource);
			}
		}
	}

	private void writeThroughAFailover(LocalRdsCluster cluster, ReadWriteRoutingDataSource dataSource) {
		WriteLoad load = WriteLoad.start(dataSource, THREADS);
		try (load) {
			load.awaitMore(200);
			cluster.crash(cluster.writer());
			cluster.failover();
			load.awaitMore(200);
		}
		load.verifyOneFailureAtMost();
		load.verifyNumbers();
	}

	/**
	 * Lets the writer acknowledge a commit when the reader has it, as RDS and Aurora do
	 * where a failover loses nothing.
	 */
	private static void acknowledgeWhatTheReaderHas(LocalRdsCluster cluster) throws SQLException {
		try (Connection admin = cluster.adminConnection(cluster.writer());
				Statement statement = admin.createStatement()) {
			statement.execute("ALTER SYSTEM SET synchronous_standby_names = '*'");
			statement.execute("SELECT pg_reload_conf()");
		}
	}

	private static InstanceState state(LocalRdsInstance instance, InstanceRole role) {
		return new InstanceState(RoutedCluster.instance(instance, 1), role, true);
	}

}
