package io.rdsboot.benchmarks.failover;

import java.util.Map;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.benchmarks.switchover.ServiceSource;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Who has to get through a failover. All have the same number of connections, and
 * HikariCP's defaults.
 */
enum Contender {

	/** This library, with its defaults. */
	LIBRARY {

		@Override
		ConnectionSource open(LocalRdsCluster cluster) {
			return new ServiceSource(RoutingService.on(cluster, "rds.pool.maximum-pool-size=" + CONNECTIONS));
		}

	},

	/**
	 * AWS's JDBC wrapper with its failover and monitoring plugins, with their defaults.
	 */
	WRAPPER {

		@Override
		ConnectionSource open(LocalRdsCluster cluster) {
			return new WrapperSource(cluster, configuration(), Map.of("wrapperPlugins", "failover2,efm2"));
		}

	},

	/**
	 * AWS's JDBC wrapper with the plugin that closes a former writer's connections, a
	 * limit on everything that waits for a server, and a silence of two seconds taken for
	 * a failure.
	 */
	WRAPPER_TUNED {

		@Override
		ConnectionSource open(LocalRdsCluster cluster) {
			return new WrapperSource(cluster, configuration(),
					Map.ofEntries(Map.entry("wrapperPlugins", "auroraConnectionTracker,failover2,efm2"),
							Map.entry("failoverTimeoutMs", "30000"), Map.entry("failureDetectionTime", "1000"),
							Map.entry("failureDetectionInterval", "500"), Map.entry("failureDetectionCount", "2"),
							Map.entry("connectTimeout", "1000"), Map.entry("monitoring-connectTimeout", "1000"),
							Map.entry("monitoring-socketTimeout", "1000"),
							Map.entry("topology-monitoring-connectTimeout", "1000"),
							Map.entry("topology-monitoring-socketTimeout", "1000")));
		}

	},

	/** pgjdbc with the addresses of all instances, of which it looks for the writer. */
	DRIVER {

		@Override
		ConnectionSource open(LocalRdsCluster cluster) {
			return new DriverSource(cluster, configuration());
		}

	};

	/** As many as there are threads, so that nobody waits for another's connection. */
	private static final int CONNECTIONS = WriteLoad.THREADS;

	/**
	 * Opens connections to the cluster's writer.
	 */
	abstract ConnectionSource open(LocalRdsCluster cluster);

	private static HikariConfig configuration() {
		HikariConfig config = new HikariConfig();
		config.setMaximumPoolSize(CONNECTIONS);
		return config;
	}

}
