package io.rdsboot.benchmarks.failover;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.benchmarks.rotation.WrapperDriver;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import software.amazon.jdbc.Driver;
import software.amazon.jdbc.util.HikariCPSQLException;

/**
 * HikariCP pool over AWS's JDBC wrapper, which takes the local cluster for Aurora.
 * Thread-safe.
 */
final class WrapperSource implements ConnectionSource {

	private final HikariDataSource dataSource;

	/**
	 * Opens a pool.
	 * @param cluster a cluster with Aurora's functions, of two-digit identifiers
	 * @param config of the pool
	 * @param settings properties of the wrapper beyond those that say where everything is
	 */
	WrapperSource(LocalRdsCluster cluster, HikariConfig config, Map<String, String> settings) {
		LocalRdsInstance writer = cluster.writer();
		Properties properties = new Properties();
		properties.putAll(settings);
		properties.setProperty("wrapperDialect", "aurora-pg");
		properties.setProperty("clusterInstanceHostPattern", "127.0.0.?:" + writer.port());
		properties.setProperty("clusterId", String.valueOf(writer.port()));
		// On Aurora, the address of the cluster moves with the writer.
		properties.setProperty("enableConnectFailover", "true");
		WrapperDriver.configure(config, writer.host(), writer.port(), cluster.database(), properties);
		// As its documentation says: else HikariCP would close the connections that the
		// wrapper has just moved to the new writer.
		config.setExceptionOverrideClassName(HikariCPSQLException.class.getName());
		config.setUsername(cluster.username());
		config.setPassword(cluster.password());
		this.dataSource = new HikariDataSource(config);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.dataSource.getConnection();
	}

	/**
	 * Closes the pool, and ends what the wrapper keeps for the whole JVM.
	 */
	@Override
	public void close() {
		this.dataSource.close();
		Driver.releaseResources();
	}

}
