package io.rdsboot.benchmarks.switchover;

import java.sql.Connection;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.rotation.ConnectionSource;

/**
 * The data source that this library configures for a service. Thread-safe.
 */
public final class ServiceSource implements ConnectionSource {

	private final RoutingService service;

	/**
	 * Creates a source.
	 * @param service the service, which ends with the source
	 */
	public ServiceSource(RoutingService service) {
		this.service = service;
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
