package io.rdsboot.benchmarks.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Collectors;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.test.LocalRdsCluster;

/**
 * HikariCP pool over pgjdbc's URL with the hosts of all instances. Thread-safe.
 */
final class DriverSource implements ConnectionSource {

	private final HikariDataSource dataSource;

	DriverSource(LocalRdsCluster cluster, HikariConfig config) {
		String hosts = cluster.instances()
			.stream()
			.map((instance) -> instance.host() + ":" + instance.port())
			.collect(Collectors.joining(","));
		config.setJdbcUrl("jdbc:postgresql://%s/%s?targetServerType=primary".formatted(hosts, cluster.database()));
		config.setUsername(cluster.username());
		config.setPassword(cluster.password());
		this.dataSource = new HikariDataSource(config);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.dataSource.getConnection();
	}

	@Override
	public void close() {
		this.dataSource.close();
	}

}
