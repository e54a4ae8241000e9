package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.login.InstanceRefusedException;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import org.jspecify.annotations.Nullable;

/**
 * One borrower's wait for a connection to the writer. Not thread-safe.
 *
 * <p>
 * The wait in a pool is one wait, so that the borrower keeps its place among the others.
 * The {@link RouteTable} wakes it when the writer is another one, is lost or is reachable
 * again.
 *
 * <p>
 * Two limits hold. While there is no writer or nothing answers at its address, that of
 * the failover; while the writer is well and has no connection to give (all are in use,
 * it refuses the login, it has too many), the connection time-out of its pool. A third
 * one, that of the caller's transaction, cuts both.
 */
final class WriterWait {

	/**
	 * Longest wait for new routes at a time, so that the topology is asked for newer ones
	 * now and then.
	 */
	private static final Duration PAUSE = Duration.ofMillis(100);

	/**
	 * Longest wait for new routes after a connection led to a server that takes no
	 * writes. Each attempt is a login.
	 */
	private static final Duration READ_ONLY_PAUSE = Duration.ofSeconds(1);

	private static final String READ_ONLY = "25006";

	private final RouteTable routeTable;

	private final TopologyProvider topologyProvider;

	private final Duration failoverTimeout;

	private final BorrowLimit transactionLimit;

	private final RoutingListener listener;

	/**
	 * Whether somebody else can serve the borrower, so that it need not wait for a writer
	 * that is missing.
	 */
	private final BooleanSupplier needless;

	private final LongSupplier nanoTime;

	private final long begin;

	private Routes.@Nullable Writer writer;

	/**
	 * Whether the present writer does not answer, although it is said to be reachable.
	 */
	private boolean silent;

	private @Nullable InstanceRefusedException refusal;

	/**
	 * That the last connection led to a server that takes no writes, or {@code null} if
	 * it did not.
	 */
	private @Nullable SQLException readOnlyServer;

	/**
	 * Whether the listener knows of this wait.
	 */
	private boolean told;

	private @Nullable Consumer<@Nullable SQLException> end;

	WriterWait(RouteTable routeTable, TopologyProvider topologyProvider, Duration failoverTimeout,
			BorrowLimit transactionLimit, BooleanSupplier needless, RoutingListener listener, LongSupplier nanoTime) {
		this.routeTable = routeTable;
		this.topologyProvider = topologyProvider;
		this.failoverTimeout = failoverTimeout;
		this.transactionLimit = transactionLimit;
		this.needless = needless;
		this.listener = listener;
		this.nanoTime = nanoTime;
		this.begin = nanoTime.getAsLong();
	}

	/**
	 * Borrow a connection.
	 * @return the connection, or {@code null} if there is no writer and the wait is
	 * needless
	 * @throws NoWriterAvailableException if no writer could be reached in time
	 * @throws SQLTimeoutException if the transaction's own time-out ended before that
	 * @throws SQLException if the writer is well and no connection was to be had within
	 * the pool's connection time-out
	 */
	@Nullable Borrowed borrow() throws SQLException {
		SQLException failure = null;
		try {
			return await();
		}
		catch (SQLException ex) {
			failure = ex;
			throw ex;
		}
		finally {
			if (this.end != null) {
				this.end.accept(failure);
			}
		}
	}

	private @Nullable Borrowed await() throws SQLException {
		while (true) {
			Routes routes = this.routeTable.current();
			Routes.Writer writer = routes.writer();
			if (writer == null) {
				if (this.needless.getAsBoolean()) {
					return null;
				}
				tellOfWait();
				checkFailoverLimit();
				awaitOtherThan(routes, PAUSE);
				continue;
			}
			arriveAt(writer);
			try {
				Connection connection = writer.pool().getConnectionWhile(() -> isWorthwhile(writer), limit(writer));
				if (connection != null && !this.routeTable.isWriter(writer.pool())) {
					connection.close();
				}
				else if (connection != null && !leadsToReadOnlyServer(writer, connection)) {
					return new Borrowed(connection, writer);
				}
				else if (connection == null && !writer.pool().isReachable() && isWriter(writer)) {
					this.silent = true;
					tellOfWait();
				}
				if (this.routeTable.isClosing() && !isWriterAvailable(writer)) {
					checkFailoverLimit();
				}
			}
			catch (SQLTransientConnectionException ex) {
				failed(writer, ex);
				awaitOtherThan(routes, PAUSE);
			}
			catch (SQLException ex) {
				// A pool whose instance has left the cluster is closed: that is no
				// failure of a borrower who finds another writer.
				if (this.routeTable.isWriter(writer.pool())) {
					throw ex;
				}
			}
			if (this.readOnlyServer != null) {
				tellOfWait();
				checkFailoverLimit();
				awaitOtherThan(routes, READ_ONLY_PAUSE);
			}
		}
	}

	/**
	 * A standby behind the writer's address, or a server that was closed to writes, would
	 * refuse them, and serve reads without what their session has just written. Where
	 * nobody watches the cluster no other writer is found, and the application has what
	 * was configured.
	 */
	private boolean leadsToReadOnlyServer(Routes.Writer writer, Connection connection) {
		if (!this.topologyProvider.watchesProgress() || !writer.pool().evictIfReadOnlyServer(connection)) {
			return false;
		}
		this.readOnlyServer = new SQLException(
				"Instance %s is a standby, or was closed to writes".formatted(writer.pool().instance()), READ_ONLY);
		return true;
	}

	private void arriveAt(Routes.Writer writer) {
		if (this.writer != writer) {
			this.writer = writer;
			this.silent = false;
			this.refusal = null;
		}
		this.readOnlyServer = null;
		if (!writer.reachable()) {
			tellOfWait();
			this.topologyProvider.checkNow();
		}
	}

	private void tellOfWait() {
		if (!this.told) {
			this.told = true;
			this.end = this.listener.waiting(InstanceRole.WRITER);
		}
	}

	/**
	 * A writer that does not answer is worth a wait in its pool: it may be the monitor
	 * that is cut off, or the writer comes back. Not so once nobody waits for writers any
	 * more.
	 */
	private boolean isWorthwhile(Routes.Writer writer) {
		return isWriter(writer)
				&& (isWriterAvailable(writer) ? writer.pool().isReachable() : !this.routeTable.isClosing());
	}

	private boolean isWriter(Routes.Writer writer) {
		return this.routeTable.current().writer() == writer;
	}

	private boolean isWriterAvailable(Routes.Writer writer) {
		return writer.reachable() && !this.silent;
	}

	/**
	 * Return how long to stay in a pool at a time. While the writer does not answer there
	 * is no place to lose, and a look at why it does not is due now and then.
	 */
	private Duration limit(Routes.Writer writer) {
		Duration ofPool = writer.pool().connectionTimeout();
		if (isWriterAvailable(writer)) {
			return this.transactionLimit.cut(ofPool);
		}
		Duration left = leftOfFailover();
		Duration limit = (left.compareTo(ofPool) < 0) ? left : ofPool;
		return this.transactionLimit.cut(limit.isNegative() ? Duration.ZERO : limit);
	}

	/**
	 * Decide whether a wait that came to its end was the last.
	 */
	private void failed(Routes.Writer writer, SQLTransientConnectionException failure) throws SQLException {
		this.transactionLimit.check(failure.getMessage());
		if (failure instanceof InstanceRefusedException latest
				&& (this.refusal == null || latest.getSQLState() != null)) {
			// One without SQLSTATE says only that no attempt has ended meanwhile.
			this.refusal = latest;
		}
		boolean exhausted = !(failure instanceof InstanceRefusedException);
		if (exhausted && writer.reachable()) {
			if (waited().compareTo(writer.pool().connectionTimeout()) >= 0) {
				throw failure;
			}
			this.silent = false;
			return;
		}
		if (!exhausted && this.refusal != null && this.refusal.getSQLState() != null && !this.refusal.isUnreachable()
				&& writer.reachable()) {
			throw this.refusal;
		}
		this.silent = true;
		tellOfWait();
		checkFailoverLimit();
	}

	private void checkFailoverLimit() throws SQLException {
		boolean closing = this.routeTable.isClosing();
		Duration left = leftOfFailover();
		if (closing || this.transactionLimit.cut(left).isZero() || left.isNegative()) {
			NoWriterAvailableException failure = new NoWriterAvailableException(waited(), this.failoverTimeout, closing,
					this.topologyProvider.topology(),
					(this.readOnlyServer != null) ? this.readOnlyServer : this.refusal);
			this.transactionLimit.check(failure.getMessage());
			throw failure;
		}
	}

	private void awaitOtherThan(Routes routes, Duration limit) throws SQLException {
		this.topologyProvider.checkNow();
		try {
			this.routeTable.awaitOtherThan(routes, this.transactionLimit.cut(limit).toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLTransientConnectionException("Interrupted while waiting for a writer", "08001", ex);
		}
	}

	private Duration waited() {
		return Duration.ofNanos(this.nanoTime.getAsLong() - this.begin);
	}

	private Duration leftOfFailover() {
		return this.failoverTimeout.minus(waited());
	}

	/**
	 * Connection that was waited for.
	 *
	 * @param connection the connection
	 * @param writer where it leads to
	 */
	record Borrowed(Connection connection, Routes.Writer writer) {

	}

}
