package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import com.zaxxer.hikari.util.UtilityElf;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.pool.PoolEviction.GivenUp;
import io.rdsboot.pool.borrow.Leases;
import io.rdsboot.pool.borrow.PoolBorrower;
import io.rdsboot.pool.borrow.PoolClosedException;
import io.rdsboot.pool.borrow.RecentLoss;
import io.rdsboot.pool.borrow.WaitScope;
import io.rdsboot.pool.connection.FormerUsers;
import io.rdsboot.pool.connection.InstanceConnectionFactory;
import io.rdsboot.pool.connection.InstanceExceptionOverride;
import io.rdsboot.pool.connection.OpenConnections;
import io.rdsboot.pool.connection.ReadOnlyServerDetection;
import io.rdsboot.pool.connection.RefusedWrites;
import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.pool.login.FailedInstance;
import io.rdsboot.pool.login.InstanceRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * HikariCP pool of connections to one instance, whatever role the instance has.
 * Thread-safe.
 */
public final class InstancePool implements AutoCloseable {

	/**
	 * How long a refused write may wait for an answer to whose fault that is.
	 */
	private static final Duration WRITE_ACCESS_LIMIT = Duration.ofMillis(1500);

	private final DatabaseInstance instance;

	private final InstanceConnectionFactory connectionFactory;

	private final OpenConnections connections;

	private final HikariDataSource dataSource;

	/**
	 * The pool within the data source, which alone can limit a single borrow.
	 */
	private final HikariPool pool;

	private final PoolBorrower borrower;

	private final PoolThreads threads;

	private final PoolEviction eviction;

	private final RecentLoss recentLoss = new RecentLoss(System::nanoTime);

	private final LossLog lossLog;

	private volatile InstanceRole role;

	private volatile boolean warm;

	InstancePool(DatabaseInstance instance, InstanceRole role, InstanceConnectionFactory connectionFactory,
			OpenConnections connections, FormerUsers formerUsers, Leases leases, PoolFilling filling,
			HikariConfig config) {
		this.instance = instance;
		this.lossLog = new LossLog(instance);
		this.role = role;
		this.connectionFactory = connectionFactory;
		this.connections = connections;
		identify(config);
		RefusedWrites refusedWrites = new RefusedWrites(connections,
				() -> connectionFactory.takesWrites(WRITE_ACCESS_LIMIT), System::nanoTime);
		config.setExceptionOverride(
				new InstanceExceptionOverride(() -> this.role, refusedWrites::mayBeOwn, this::statementFailed,
						(failure) -> FailedInstance.addTo(failure, instance), config.getExceptionOverride()));
		// InstancePools opens the first connection itself: HikariCP would wait a second
		// before it tells of a failure.
		config.setInitializationFailTimeout(-1);
		this.threads = PoolThreads.configure(config, instance.name(), filling);
		this.dataSource = new HikariDataSource(config);
		this.pool = (HikariPool) this.dataSource.getHikariPoolMXBean();
		this.borrower = new PoolBorrower(instance, () -> this.role, this.dataSource, formerUsers, this.recentLoss,
				leases, connectionFactory::credentialsFailure, System::nanoTime);
		this.eviction = new PoolEviction(this.dataSource, connectionFactory, connections);
		connectionFactory.onAttempt(this.borrower::attempted);
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
	 * @throws io.rdsboot.pool.borrow.PoolExhaustedException if every connection stayed in
	 * use
	 * @throws io.rdsboot.pool.borrow.PoolClosedException if the pool is closed, or is
	 * closed meanwhile
	 */
	public Connection getConnection() throws SQLException {
		return getConnection(connectionTimeout());
	}

	/**
	 * Borrow a connection, waiting no longer than given. Where an idle connection does
	 * not answer, the validation time-out of the pool may be spent on top of that.
	 * @param limit the longest to wait; with less than a millisecond, only what is idle
	 * is borrowed
	 * @return the connection; closing it gives it back
	 * @throws InstanceRefusedException if the instance lets no connection be opened in
	 * time, or is no longer part of the cluster
	 * @throws io.rdsboot.pool.borrow.PoolExhaustedException if every connection stayed in
	 * use
	 * @throws io.rdsboot.pool.borrow.PoolClosedException if the pool is closed, or is
	 * closed meanwhile
	 */
	public Connection getConnection(Duration limit) throws SQLException {
		return Objects.requireNonNull(getConnectionWhile(() -> true, limit));
	}

	/**
	 * Borrow a connection as {@link #getConnection(Duration)} does, for as long as there
	 * is a reason to wait for it here. A wait is one wait, whose place HikariCP keeps; to
	 * have the reason looked at again, call {@link #wakeWaiters()}.
	 * @param worthwhile whether to wait here; asked before the wait and when it is woken
	 * @param limit the longest to wait
	 * @return the connection, or {@code null} once it is not worthwhile
	 */
	public @Nullable Connection getConnectionWhile(BooleanSupplier worthwhile, Duration limit) throws SQLException {
		return this.borrower.borrowWhile(worthwhile, limit);
	}

	/**
	 * Take part in what holds for those who wait for a connection of this pool, while
	 * waiting for the permission to borrow one: {@link #wakeWaiters()} interrupts the
	 * calling thread, and a wait that would make a deadlock complete is refused.
	 * @return the end of it, to be closed on the same thread
	 * @throws InstanceRefusedException if the instance is no longer part of the cluster
	 * @throws io.rdsboot.pool.borrow.PoolClosedException if the pool is closed
	 * @throws io.rdsboot.pool.borrow.PoolDeadlockException if nobody would be left to
	 * give a connection back
	 */
	public WaitScope beginWait() throws SQLException {
		return this.borrower.enter();
	}

	/**
	 * Return whether the instance could be reached when a connection was last opened, or
	 * none was opened yet.
	 */
	public boolean isReachable() {
		return this.borrower.isReachable();
	}

	/**
	 * Return why the instance could not be reached when a connection was last opened, or
	 * {@code null} if it could.
	 */
	public @Nullable InstanceRefusedException unreachableFailure() {
		return this.borrower.unreachableFailure();
	}

	/**
	 * Have those who wait for a connection ask again whether that is worthwhile.
	 */
	public void wakeWaiters() {
		this.borrower.wake();
	}

	private void statementFailed(SQLException failure) {
		if (ConnectionFailures.isLostConnection(failure)) {
			this.recentLoss.connectionLost();
			this.lossLog.lost(failure);
		}
		else {
			// The sessions that are open now would refuse the next write, too; a new one
			// tells at its login that it does.
			this.eviction.evictAll();
		}
		this.connectionFactory.statementFailed(failure);
	}

	/**
	 * Return the longest that a borrow may wait.
	 */
	public Duration connectionTimeout() {
		return Duration.ofMillis(this.dataSource.getConnectionTimeout());
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
	 * Return how many connections are kept open at least, where there are not so many in
	 * use.
	 */
	public int minimumIdle() {
		return this.dataSource.getMinimumIdle();
	}

	/**
	 * Return whether connections begin in auto-commit mode.
	 */
	public boolean isAutoCommit() {
		return this.dataSource.isAutoCommit();
	}

	/**
	 * Return whether the pool is configured for connections whose transactions are
	 * serializable.
	 */
	public boolean isSerializable() {
		String isolation = this.dataSource.getTransactionIsolation();
		return isolation != null
				&& UtilityElf.getTransactionIsolation(isolation) == Connection.TRANSACTION_SERIALIZABLE;
	}

	/**
	 * Return whether the pool's own data source has a type.
	 */
	public boolean isWrapperFor(Class<?> type) {
		return type.isInstance(this.dataSource);
	}

	/**
	 * Return the pool's own data source, for tools that look at it. Its connections are
	 * not routed.
	 * @throws ClassCastException if it does not have the type
	 */
	public <T> T unwrap(Class<T> type) {
		return type.cast(this.dataSource);
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
		PoolConfigurations.apply(config, this.dataSource);
	}

	/**
	 * Keep as many connections idle as a configuration says, if these are more than now,
	 * and begin to open them.
	 */
	void prepareFor(HikariConfig config) {
		identify(config);
		config.validate();
		int idle = Math.min(config.getMinimumIdle(), this.dataSource.getMaximumPoolSize());
		if (idle > this.dataSource.getMinimumIdle()) {
			this.dataSource.setMinimumIdle(idle);
			for (int missing = idle - this.pool.getIdleConnections(); missing > 0; missing--) {
				this.pool.addBagItem(idle);
			}
		}
	}

	/**
	 * Close idle connections now, and those in use when they are given back. New ones are
	 * opened as they are needed.
	 */
	public void renewConnections() {
		this.eviction.evictAll();
	}

	/**
	 * Return what takes connections out of this pool before their time.
	 */
	PoolEviction eviction() {
		return this.eviction;
	}

	/**
	 * Return whether a connection was borrowed here and has not gone back.
	 */
	boolean isSourceOf(Connection connection) {
		return this.connections.haveLent(connection);
	}

	/**
	 * Return whether a connection that was borrowed here was opened to another server
	 * than a given one.
	 */
	public boolean leadsElsewhereThan(Connection borrowed, ServerIdentity server) {
		return this.connections.leadsElsewhereThan(borrowed, server);
	}

	/**
	 * Close a connection that was borrowed here for the writer, and leads to a server
	 * that takes no writes: the instance's address has moved, its server was started
	 * again as a replica, or was closed to writes.
	 * @return whether it was closed
	 */
	public boolean evictIfReadOnlyServer(Connection borrowed) {
		if (!ReadOnlyServerDetection.leadsToReadOnlyServer(borrowed)) {
			return false;
		}
		this.eviction.evict(borrowed);
		return true;
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
		if (this.connectionFactory.answers(limit)) {
			return null;
		}
		this.warm = false;
		return this.eviction.abortAll(aborting);
	}

	/**
	 * Refuse borrowers from now on, close idle connections, and those in use when they
	 * are given back.
	 */
	void retire() {
		this.borrower.retire();
		this.dataSource.setMinimumIdle(0);
		this.eviction.evictAll();
	}

	/**
	 * Return whether nobody uses a connection or waits for one.
	 */
	boolean isUnused() {
		return this.pool.getActiveConnections() == 0 && this.pool.getThreadsAwaitingConnection() == 0;
	}

	/**
	 * End all waits, and refuse borrowers from now on.
	 */
	void endWaits() {
		this.borrower.close();
		this.connectionFactory.refuse(() -> new PoolClosedException(this.instance));
	}

	/**
	 * Close all connections, also those in use.
	 */
	@Override
	public void close() {
		endWaits();
		this.threads.interrupt();
		this.lossLog.close();
		this.dataSource.close();
		this.threads.close();
		this.connectionFactory.close();
	}

	@Override
	public String toString() {
		return "InstancePool[" + this.instance + "]";
	}

}
