package io.rdsboot.benchmarks.failover;

import java.sql.Connection;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.test.LocalRdsCluster;

/**
 * The data source that this library configures for a service. Thread-safe.
 */
final class LibrarySource implements ConnectionSource {

	private final RoutingService service;

	LibrarySource(LocalRdsCluster cluster, int connections) {
		this.service = RoutingService.on(cluster, "rds.pool.maximum-pool-size=" + connections);
	}

	@Override
	public Connection getConnection() {
		return this.service.dataSource().getConnection();
	}

	@Override
	public void close() {
		this.service.close();
	}

}
