package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Objects;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.rdsboot.cluster.DatabaseInstance;

/**
 * HikariCP pool of connections to one instance, whatever role the instance has.
 * Thread-safe.
 */
public final class InstancePool implements AutoCloseable {

	private final DatabaseInstance instance;

	private final InstanceConnectionFactory connectionFactory;

	private final FormerUsers formerUsers;

	private final HikariDataSource dataSource;

	private final HikariPoolMXBean statistics;

	InstancePool(DatabaseInstance instance, InstanceConnectionFactory connectionFactory, FormerUsers formerUsers,
			HikariConfig config) {
		this.instance = instance;
		this.connectionFactory = connectionFactory;
		this.formerUsers = formerUsers;
		config.setPoolName(poolName(instance, config));
		config.setDataSource(connectionFactory);
		// InstancePools opens the first connection itself: HikariCP would wait a second
		// before it tells of a failure.
		config.setInitializationFailTimeout(-1);
		this.dataSource = new HikariDataSource(config);
		this.statistics = this.dataSource.getHikariPoolMXBean();
	}

	/**
	 * Names a pool as its instance. HikariCP refuses a colon where it registers MBeans.
	 */
	private static String poolName(DatabaseInstance instance, HikariConfig config) {
		return config.isRegisterMbeans() ? instance.name().replace(':', '_') : instance.name();
	}

	/**
	 * Return the instance that the connections lead to.
	 */
	public DatabaseInstance instance() {
		return this.instance;
	}

	/**
	 * Borrow a connection, waiting up to the pool's connection time-out.
	 * @return the connection; closing it gives it back
	 * @throws InstanceRefusedException if the instance lets no connection be opened in
	 * time
	 * @throws SQLTransientConnectionException if every connection stayed in use
	 */
	public Connection getConnection() throws SQLException {
		try {
			Connection connection = this.dataSource.getConnection();
			this.formerUsers.borrowed(connection, this.dataSource::evictConnection);
			return connection;
		}
		catch (SQLTransientConnectionException ex) {
			if (isExhausted()) {
				throw ex;
			}
			throw new InstanceRefusedException(this.instance, ConnectionFailures.causeOf(ex));
		}
	}

	/**
	 * Borrow a connection, waiting no longer than given, and not longer than the pool's
	 * connection time-out.
	 * @param timeout the longest to wait
	 * @return the connection; closing it gives it back
	 * @throws InstanceRefusedException if the instance lets no connection be opened in
	 * time
	 * @throws SQLTransientConnectionException if every connection stayed in use
	 */
	public Connection getConnection(Duration timeout) throws SQLException {
		Objects.requireNonNull(timeout, "timeout");
		return getConnection();
	}

	/**
	 * Return whether there are as many connections as there may be: then a borrow failed
	 * because all are in use, and otherwise because none could be opened, be it that the
	 * instance refused or that it does not answer.
	 */
	private boolean isExhausted() {
		return this.statistics.getTotalConnections() >= this.dataSource.getMaximumPoolSize();
	}

	/**
	 * Open a physical connection outside the pool, and close it again.
	 * @throws SQLException the driver's own, if the instance cannot be connected to
	 */
	void verify() throws SQLException {
		this.connectionFactory.getConnection().close();
	}

	/**
	 * Return how many connections are in use.
	 */
	public int activeConnections() {
		return this.statistics.getActiveConnections();
	}

	/**
	 * Close the idle connections at once and the others as they come back.
	 */
	@Override
	public void close() {
		this.dataSource.close();
		this.connectionFactory.close();
	}

	@Override
	public String toString() {
		return "InstancePool[" + this.instance + "]";
	}

}
