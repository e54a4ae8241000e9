package io.rdsboot.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * A local cluster of a writer and one reader, the routing data source as auto-configured
 * for it without any property, and bare HikariCP pools of the same settings on the same
 * servers.
 */
public final class LocalDatabase implements AutoCloseable {

	private final LocalRdsCluster cluster;

	private final RoutingService service;

	private LocalDatabase(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.service = RoutingService.on(cluster);
	}

	/**
	 * Starts a cluster, and on it a service.
	 */
	public static LocalDatabase start() {
		return new LocalDatabase(LocalRdsCluster.builder().readers(1).start());
	}

	/**
	 * Returns the service's routing data source.
	 */
	public ReadWriteRoutingDataSource routing() {
		return this.service.dataSource();
	}

	/**
	 * Opens a pool as an application without this library would have it. Its driver
	 * settings are pgjdbc's defaults: with ours, {@code setReadOnly} outside a
	 * transaction is a round trip.
	 * @param role which of the two servers
	 * @return a new pool, which the caller closes
	 */
	public HikariDataSource bare(InstanceRole role) {
		LocalRdsInstance server = (role == InstanceRole.READER) ? this.cluster.readers().get(0) : this.cluster.writer();
		DatabaseInstance instance = DatabaseInstance.at(new InstanceAddress(server.host(), server.port()));
		HikariConfig config = new HikariConfig();
		this.service.beans(HikariPoolCustomizer.class)
			.forEach((customizer) -> customizer.customize(config, instance, role));
		config.setJdbcUrl(server.jdbcUrl());
		config.setUsername(this.cluster.username());
		config.setPassword(this.cluster.password());
		return new HikariDataSource(config);
	}

	@Override
	public void close() {
		this.service.close();
		this.cluster.close();
	}

}
