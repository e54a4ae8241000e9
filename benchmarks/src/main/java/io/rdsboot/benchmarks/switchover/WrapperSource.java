package io.rdsboot.benchmarks.switchover;

import java.sql.Connection;
import java.sql.SQLException;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import software.amazon.jdbc.Driver;

/**
 * A pool of HikariCP over AWS's JDBC wrapper. Thread-safe.
 */
public final class WrapperSource implements ConnectionSource {

	private final HikariDataSource pool;

	/**
	 * Creates a source.
	 * @param config the pool, whose driver is the wrapper
	 */
	public WrapperSource(HikariConfig config) {
		this.pool = new HikariDataSource(config);
	}

	@Override
	public Connection getConnection() throws SQLException {
		return this.pool.getConnection();
	}

	/**
	 * Closes the pool, and ends what the wrapper runs beside its connections.
	 */
	@Override
	public void close() {
		this.pool.close();
		Driver.releaseResources();
	}

}
