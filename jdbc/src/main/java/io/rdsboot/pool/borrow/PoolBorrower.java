package io.rdsboot.pool.borrow;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.connection.FormerUsers;
import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.pool.login.InstanceRefusedException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Borrows from one HikariCP pool: ends waits that have lost their reason, and says why
 * there was no connection. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class PoolBorrower {

	private final DatabaseInstance instance;

	private final Supplier<InstanceRole> role;

	private final HikariDataSource dataSource;

	/**
	 * The pool within the data source, which alone can limit a single borrow.
	 */
	private final HikariPool pool;

	private final FormerUsers formerUsers;

	private final RecentLoss recentLoss;

	private final Leases leases;

	/**
	 * Says that a login waits for its credentials, if one does.
	 */
	private final Supplier<@Nullable SQLException> credentialsFailure;

	private final LongSupplier nanoTime;

	private final PoolWaiters waiters = new PoolWaiters();

	private volatile boolean retired;

	private volatile boolean closed;

	/**
	 * Why no connection could be opened when that was last tried, or {@code null} if the
	 * instance could be reached.
	 */
	private volatile @Nullable SQLException unreachable;

	public PoolBorrower(DatabaseInstance instance, Supplier<InstanceRole> role, HikariDataSource dataSource,
			FormerUsers formerUsers, RecentLoss recentLoss, Leases leases,
			Supplier<@Nullable SQLException> credentialsFailure, LongSupplier nanoTime) {
		this.instance = instance;
		this.role = role;
		this.dataSource = dataSource;
		this.pool = (HikariPool) dataSource.getHikariPoolMXBean();
		this.formerUsers = formerUsers;
		this.recentLoss = recentLoss;
		this.leases = leases;
		this.credentialsFailure = credentialsFailure;
		this.nanoTime = nanoTime;
	}

	/**
	 * Borrow a connection.
	 * @param worthwhile whether to wait here; asked before the wait and when it is woken
	 * @param limit the longest to wait
	 * @return the connection, or {@code null} once it is not worthwhile
	 */
	public @Nullable Connection borrowWhile(BooleanSupplier worthwhile, Duration limit) throws SQLException {
		long begin = this.nanoTime.getAsLong();
		while (true) {
			WaitScope waiter = enter();
			try {
				return worthwhile.getAsBoolean() ? borrow(begin, limit) : null;
			}
			catch (SQLTransientConnectionException ex) {
				throw refusal(ex, Duration.ofNanos(this.nanoTime.getAsLong() - begin));
			}
			catch (SQLException ex) {
				if (!waiter.isWoken()) {
					throw ex;
				}
			}
			finally {
				waiter.close();
			}
		}
	}

	/**
	 * Register the calling thread as one that waits for a connection of this pool, be it
	 * in another place.
	 * @throws InstanceRefusedException if the instance is no longer part of the cluster
	 * @throws PoolClosedException if the pool is closed
	 * @throws PoolDeadlockException if nobody would be left to give a connection back
	 */
	public WaitScope enter() throws SQLException {
		PoolWaiters.Waiter waiter = this.waiters.enter();
		try {
			checkServing();
			checkNotDeadlocked(waiter);
			return waiter;
		}
		catch (SQLException ex) {
			waiter.close();
			throw ex;
		}
	}

	private void checkServing() throws SQLException {
		if (this.closed) {
			throw new PoolClosedException(this.instance);
		}
		if (this.retired) {
			throw new InstanceRefusedException(this.instance,
					new SQLException("It is no longer part of the cluster", "08001"));
		}
	}

	/**
	 * A deadlock is complete when the last holder of a connection begins to wait, and is
	 * broken by this one. Only connections of transactions count, because another thread
	 * may give back what is not bound to one.
	 */
	private void checkNotDeadlocked(PoolWaiters.Waiter waiter) throws PoolDeadlockException {
		int maximum = this.dataSource.getMaximumPoolSize();
		if (!this.leases.mayBeAtLeast(maximum)) {
			return;
		}
		synchronized (this.waiters) {
			List<Leases.Lease> held = this.leases.of(this);
			long own = held.stream().filter((lease) -> lease.thread() == Thread.currentThread()).count();
			if (held.size() < maximum || own == 0) {
				return;
			}
			Set<Thread> waiting = this.waiters.threads();
			if (held.stream().allMatch((lease) -> lease.transactional() && waiting.contains(lease.thread()))) {
				waiter.close();
				long threads = held.stream().map(Leases.Lease::thread).distinct().count();
				throw new PoolDeadlockException(this.instance, properties(), held.size(), (int) threads, own);
			}
		}
	}

	/**
	 * What HikariCP hands out untested is tested here while a loss is recent, so that a
	 * caller who has seen one connection die is not given the next dead one.
	 */
	private Connection borrow(long begin, Duration limit) throws SQLException {
		Connection connection = this.pool.getConnection(millisLeft(begin, limit));
		while (this.recentLoss.isRecent() && !connection.isValid(validationSeconds())) {
			this.dataSource.evictConnection(connection);
			connection = this.pool.getConnection(millisLeft(begin, limit));
		}
		this.formerUsers.borrowed(connection, this.dataSource::evictConnection);
		this.leases.borrowed(connection, this);
		return connection;
	}

	/**
	 * Rounded up, so that nobody comes back just before the end and waits once more.
	 */
	private long millisLeft(long begin, Duration limit) {
		long left = limit.toNanos() - (this.nanoTime.getAsLong() - begin);
		return Math.max(0, TimeUnit.NANOSECONDS.toMillis(left + TimeUnit.MILLISECONDS.toNanos(1) - 1));
	}

	private int validationSeconds() {
		return (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(this.dataSource.getValidationTimeout()));
	}

	/**
	 * Where there are as many connections as there may be, a borrow failed because all
	 * are in use, and otherwise because none could be opened, be it that the instance
	 * refused or that it does not answer.
	 */
	private SQLTransientConnectionException refusal(SQLTransientConnectionException failure, Duration waited) {
		if (this.pool.getTotalConnections() < this.dataSource.getMaximumPoolSize()) {
			SQLException pending = this.credentialsFailure.get();
			// HikariCP may tell that an idle connection was found closed instead.
			SQLException unopened = (pending != null) ? pending : this.unreachable;
			return new InstanceRefusedException(this.instance,
					(unopened != null) ? unopened : ConnectionFailures.causeOf(failure));
		}
		this.unreachable = null;
		return new PoolExhaustedException(exhaustion(waited), this.instance, waited, failure);
	}

	private String exhaustion(Duration waited) {
		String longest = this.leases.longest(this);
		return "No connection to %s %s came free within %d ms: %d of at most %d are in use, %d idle, %d threads wait%s; raise %s.maximum-pool-size if the server can bear more, or let %s.leak-detection-threshold log who keeps a connection for longer"
			.formatted(this.role.get().name().toLowerCase(Locale.ROOT), this.instance, waited.toMillis(),
					this.pool.getActiveConnections(), this.dataSource.getMaximumPoolSize(),
					this.pool.getIdleConnections(), this.pool.getThreadsAwaitingConnection(),
					(longest != null) ? ", longest held by " + longest : "", properties(), properties());
	}

	private String properties() {
		return (this.role.get() == InstanceRole.READER) ? "rds.pool.reader" : "rds.pool.writer";
	}

	/**
	 * Have those who wait ask again whether that is worthwhile.
	 */
	public void wake() {
		this.waiters.wakeAll();
	}

	/**
	 * Refuse borrowers from now on, because the instance is gone.
	 */
	public void retire() {
		this.retired = true;
		wake();
	}

	/**
	 * Refuse borrowers from now on, because the pool is closed.
	 */
	public void close() {
		this.closed = true;
		wake();
	}

	public boolean isReachable() {
		return this.unreachable == null;
	}

	/**
	 * Return why the instance cannot be reached, or {@code null} if it can.
	 */
	public @Nullable InstanceRefusedException unreachableFailure() {
		SQLException failure = this.unreachable;
		return (failure != null) ? new InstanceRefusedException(this.instance, failure) : null;
	}

	/**
	 * Take note of how an attempt to connect ended. Whoever waits for a connection is
	 * told when the instance ceases to be reachable, once, because the attempts that
	 * follow change nothing.
	 * @param failure why the instance could not be reached, or {@code null} if it could
	 */
	public void attempted(@Nullable SQLException failure) {
		boolean before = isReachable();
		this.unreachable = failure;
		if (before && failure != null) {
			wake();
		}
	}

}
