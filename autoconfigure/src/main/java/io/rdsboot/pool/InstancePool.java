package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import org.jspecify.annotations.Nullable;

/**
 * HikariCP pool of connections to one instance, whatever role the instance has.
 * Thread-safe.
 */
public final class InstancePool implements AutoCloseable {

	private final DatabaseInstance instance;

	private final InstanceConnectionFactory connectionFactory;

	private final OpenConnections connections;

	private final FormerUsers formerUsers;

	private final HikariDataSource dataSource;

	/**
	 * The pool within the data source, which alone can limit a single borrow.
	 */
	private final HikariPool pool;

	private final RecentLoss recentLoss = new RecentLoss(System::nanoTime);

	private final LossLog lossLog;

	private volatile InstanceRole role;

	private volatile boolean warm;

	private volatile boolean retired;

	InstancePool(DatabaseInstance instance, InstanceRole role, InstanceConnectionFactory connectionFactory,
			OpenConnections connections, FormerUsers formerUsers, HikariConfig config) {
		this.instance = instance;
		this.lossLog = new LossLog(instance);
		this.role = role;
		this.connectionFactory = connectionFactory;
		this.connections = connections;
		this.formerUsers = formerUsers;
		identify(config);
		config.setExceptionOverride(new InstanceExceptionOverride(() -> this.role, connections::mayHaveRefusedWrite,
				this::statementFailed, config.getExceptionOverride()));
		// InstancePools opens the first connection itself: HikariCP would wait a second
		// before it tells of a failure.
		config.setInitializationFailTimeout(-1);
		this.dataSource = new HikariDataSource(config);
		this.pool = (HikariPool) this.dataSource.getHikariPoolMXBean();
	}

	private void identify(HikariConfig config) {
		// HikariCP refuses a colon where it registers MBeans.
		config.setPoolName(config.isRegisterMbeans() ? this.instance.name().replace(':', '_') : this.instance.name());
		config.setDataSource(this.connectionFactory);
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
	 * time, or is no longer part of the cluster
	 * @throws SQLTransientConnectionException if every connection stayed in use
	 */
	public Connection getConnection() throws SQLException {
		return getConnection(connectionTimeout());
	}

	/**
	 * Borrow a connection, waiting no longer than given, and not longer than the pool's
	 * connection time-out. Where an idle connection does not answer, the validation
	 * time-out of the pool may be spent on top of that.
	 * @param timeout the longest to wait; with less than a millisecond, only what is idle
	 * is borrowed
	 * @return the connection; closing it gives it back
	 * @throws InstanceRefusedException if the instance lets no connection be opened in
	 * time, or is no longer part of the cluster
	 * @throws SQLTransientConnectionException if every connection stayed in use
	 */
	public Connection getConnection(Duration timeout) throws SQLException {
		checkNotRetired();
		if (this.dataSource.isClosed()) {
			throw new SQLException("The pool of instance " + this.instance + " is closed");
		}
		long millis = Math.max(0, timeout.toMillis());
		try {
			Connection connection = borrow(Math.min(millis, this.dataSource.getConnectionTimeout()));
			this.formerUsers.borrowed(connection, this.dataSource::evictConnection);
			return connection;
		}
		catch (SQLTransientConnectionException ex) {
			throw refusal(ex);
		}
	}

	/**
	 * What HikariCP hands out untested is tested here while a loss is recent, so that a
	 * caller who has seen one connection die is not given the next dead one.
	 */
	private Connection borrow(long millis) throws SQLException {
		Connection connection = this.pool.getConnection(millis);
		while (this.recentLoss.isRecent() && !connection.isValid(validationSeconds())) {
			this.dataSource.evictConnection(connection);
			connection = this.pool.getConnection(millis);
		}
		return connection;
	}

	private int validationSeconds() {
		return (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(this.dataSource.getValidationTimeout()));
	}

	private void statementFailed(SQLException failure) {
		if (ConnectionFailures.isLostConnection(failure)) {
			this.recentLoss.connectionLost();
			this.lossLog.lost(failure);
		}
		this.connectionFactory.statementFailed(failure);
	}

	private void checkNotRetired() throws InstanceRefusedException {
		if (this.retired) {
			throw new InstanceRefusedException(this.instance,
					new SQLException("It is no longer part of the cluster", "08001"));
		}
	}

	/**
	 * Return the longest that a borrow may wait.
	 */
	public Duration connectionTimeout() {
		return Duration.ofMillis(this.dataSource.getConnectionTimeout());
	}

	/**
	 * Where there are as many connections as there may be, a borrow failed because all
	 * are in use, and otherwise because none could be opened, be it that the instance
	 * refused or that it does not answer.
	 */
	private SQLTransientConnectionException refusal(SQLTransientConnectionException failure) {
		boolean exhausted = this.pool.getTotalConnections() >= this.dataSource.getMaximumPoolSize();
		return exhausted ? failure : new InstanceRefusedException(this.instance, ConnectionFailures.causeOf(failure));
	}

	/**
	 * Open a physical connection outside the pool, and close it again.
	 * @throws SQLException the driver's own, if the instance cannot be connected to
	 */
	void verify() throws SQLException {
		this.connectionFactory.getConnection().close();
	}

	/**
	 * Return how many connections there may be at present.
	 */
	public int maximumSize() {
		return this.dataSource.getMaximumPoolSize();
	}

	/**
	 * Return how many connections are in use.
	 */
	public int activeConnections() {
		return this.pool.getActiveConnections();
	}

	/**
	 * Return how many connections are open and in no use.
	 */
	public int idleConnections() {
		return this.pool.getIdleConnections();
	}

	/**
	 * Return how many connections are open.
	 */
	public int totalConnections() {
		return this.pool.getTotalConnections();
	}

	/**
	 * Return how many threads wait for a connection.
	 */
	public int waitingThreads() {
		return this.pool.getThreadsAwaitingConnection();
	}

	/**
	 * Return whether the pool has opened the connections that it keeps idle, so that a
	 * borrow need not wait for a login. False again after connections were evicted
	 * because the instance did not answer, until there are new ones. A pool that keeps
	 * none idle is always warm.
	 */
	public boolean isWarm() {
		if (!this.warm && this.pool.getTotalConnections() >= this.dataSource.getMinimumIdle()) {
			this.warm = true;
		}
		return this.warm;
	}

	/**
	 * Return the role that the instance is believed to have.
	 */
	InstanceRole role() {
		return this.role;
	}

	/**
	 * Take note of the role that the instance is believed to have from now on.
	 */
	void role(InstanceRole role) {
		this.role = role;
	}

	/**
	 * Take over what HikariCP can change at run time: sizes at once, time-outs within
	 * half a minute.
	 */
	void reconfigure(HikariConfig config) {
		identify(config);
		config.validate();
		this.dataSource.setMaximumPoolSize(config.getMaximumPoolSize());
		this.dataSource.setMinimumIdle(config.getMinimumIdle());
		this.dataSource.setIdleTimeout(config.getIdleTimeout());
		this.dataSource.setMaxLifetime(config.getMaxLifetime());
		this.dataSource.setConnectionTimeout(config.getConnectionTimeout());
		this.dataSource.setValidationTimeout(config.getValidationTimeout());
		this.dataSource.setLeakDetectionThreshold(config.getLeakDetectionThreshold());
	}

	/**
	 * Close idle connections while there are more than there may be.
	 */
	void closeExcess() {
		try {
			while (this.pool.getTotalConnections() > this.dataSource.getMaximumPoolSize()
					&& this.pool.getIdleConnections() > 0) {
				this.dataSource.evictConnection(this.pool.getConnection(0));
			}
		}
		catch (SQLException ex) {
			// the idle ones were borrowed meanwhile
		}
	}

	/**
	 * Close idle connections, and those in use when they are given back.
	 */
	void evict() {
		this.pool.softEvictConnections();
	}

	/**
	 * Return whether a connection was borrowed here and has not gone back.
	 */
	boolean isSourceOf(Connection connection) {
		try {
			return !connection.isClosed() && this.connections.user(connection.unwrap(Connection.class)) != null;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * End a borrowed connection.
	 */
	void evict(Connection connection) {
		this.dataSource.evictConnection(connection);
	}

	/**
	 * Connect to the instance, which its listener hears of, and if nothing answers there
	 * give up every connection: threads that wait for an answer get an exception.
	 * @param limit the longest to wait for an answer
	 * @param aborting closes sockets, each without waiting for another
	 * @return the connections that were given up, or {@code null} if the instance
	 * answered
	 */
	@Nullable GivenUp abortUnlessAnswered(Duration limit, Executor aborting) throws SQLException {
		if (answers(limit)) {
			return null;
		}
		this.warm = false;
		int inUse = this.pool.getActiveConnections();
		// Evicted first, so that no borrower gets one that was just aborted.
		evict();
		return new GivenUp(this.connections.abort(aborting), inUse);
	}

	private boolean answers(Duration limit) {
		try {
			this.connectionFactory.connect(limit).close();
			return true;
		}
		catch (SQLException ex) {
			return !ConnectionFailures.isUnanswered(ex);
		}
	}

	/**
	 * Refuse borrowers from now on, close idle connections, and those in use when they
	 * are given back.
	 */
	void retire() {
		this.retired = true;
		this.dataSource.setMinimumIdle(0);
		evict();
	}

	/**
	 * Return whether nobody uses a connection or waits for one.
	 */
	boolean isUnused() {
		return this.pool.getActiveConnections() == 0 && this.pool.getThreadsAwaitingConnection() == 0;
	}

	/**
	 * Close all connections, also those in use.
	 */
	@Override
	public void close() {
		this.lossLog.close();
		this.dataSource.close();
		this.connectionFactory.close();
	}

	@Override
	public String toString() {
		return "InstancePool[" + this.instance + "]";
	}

	/**
	 * Connections that were given up.
	 *
	 * @param open how many there were
	 * @param inUse how many of them were borrowed
	 */
	record GivenUp(int open, int inUse) {

	}

}
