package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstanceRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * One borrower's wait for a connection to the writer. Not thread-safe.
 *
 * <p>
 * Two limits hold. While there is no writer or nothing answers at its address, that of
 * the failover; while the writer is well and has no connection to give (all are in use,
 * it refuses the login, it has too many), the connection time-out of its pool.
 */
final class WriterWait {

	/**
	 * Longest wait for new routes at a time.
	 */
	private static final Duration PAUSE = Duration.ofMillis(100);

	/**
	 * How often a writer is tried that is said to be unreachable: it may be the monitor
	 * that is cut off.
	 */
	private static final Duration TRIAL_INTERVAL = Duration.ofSeconds(1);

	private static final Duration TRIAL_SLICE = Duration.ofMillis(100);

	private final RouteTable routeTable;

	private final TopologyProvider topologyProvider;

	private final Duration failoverTimeout;

	private final LongSupplier nanoTime;

	private long begin;

	private @Nullable InstancePool pool;

	private long beginAtPool;

	private long nextTrial;

	private @Nullable InstanceRefusedException refusal;

	WriterWait(RouteTable routeTable, TopologyProvider topologyProvider, Duration failoverTimeout,
			LongSupplier nanoTime) {
		this.routeTable = routeTable;
		this.topologyProvider = topologyProvider;
		this.failoverTimeout = failoverTimeout;
		this.nanoTime = nanoTime;
		this.begin = nanoTime.getAsLong();
		this.nextTrial = this.begin;
	}

	/**
	 * Take note of an attempt that went before this wait.
	 * @param writer the writer that was tried
	 * @param failure why it gave no connection
	 * @param duration how long the attempt took
	 * @throws SQLException if this attempt was the last
	 */
	void afterAttempt(Routes.Writer writer, SQLTransientConnectionException failure, Duration duration)
			throws SQLException {
		this.begin -= duration.toNanos();
		this.beginAtPool = this.begin;
		this.pool = writer.pool();
		failed(writer, failure);
	}

	/**
	 * Borrow a connection.
	 * @throws NoWriterAvailableException if no writer could be reached in time
	 * @throws SQLException if the writer is well and no connection was to be had within
	 * the pool's connection time-out
	 */
	Borrowed borrow() throws SQLException {
		while (true) {
			Routes routes = this.routeTable.current();
			Routes.Writer writer = routes.writer();
			if (writer == null || !(writer.reachable() || isTrialDue())) {
				checkFailoverLimit();
				awaitOtherThan(routes);
				continue;
			}
			arriveAt(writer.pool());
			try {
				Connection connection = writer.pool().getConnection(slice(writer));
				if (this.routeTable.isWriter(writer.pool())) {
					return new Borrowed(connection, writer);
				}
				connection.close();
			}
			catch (SQLTransientConnectionException ex) {
				failed(writer, ex);
				if (ex instanceof InstanceRefusedException) {
					awaitOtherThan(routes);
				}
			}
			catch (SQLException ex) {
				if (this.routeTable.isWriter(writer.pool())) {
					throw ex;
				}
			}
		}
	}

	private void arriveAt(InstancePool pool) {
		if (this.pool != pool) {
			this.pool = pool;
			this.beginAtPool = this.nanoTime.getAsLong();
			this.refusal = null;
		}
	}

	private boolean isTrialDue() {
		long now = this.nanoTime.getAsLong();
		if (now - this.nextTrial < 0) {
			return false;
		}
		this.nextTrial = now + TRIAL_INTERVAL.toNanos();
		return true;
	}

	/**
	 * Return how long to stay in a pool: not beyond its own time-out, while that holds.
	 */
	private Duration slice(Routes.Writer writer) {
		Duration slice = writer.reachable() ? WriterBorrower.SLICE : TRIAL_SLICE;
		long left = leftAtPool(writer.pool());
		return (left > 0 && left < slice.toNanos()) ? Duration.ofNanos(left) : slice;
	}

	/**
	 * Decide whether a failed attempt was the last.
	 */
	private void failed(Routes.Writer writer, SQLTransientConnectionException failure) throws SQLException {
		if (failure instanceof InstanceRefusedException latest
				&& (this.refusal == null || latest.getSQLState() != null)) {
			// One without SQLSTATE says only that no attempt has ended meanwhile.
			this.refusal = latest;
		}
		boolean refused = failure instanceof InstanceRefusedException;
		if (!writer.reachable() || (refused && this.refusal != null && this.refusal.isUnreachable())) {
			checkFailoverLimit();
		}
		else if (leftAtPool(writer.pool()) <= 0) {
			if (refused && this.refusal != null && this.refusal.getSQLState() == null) {
				checkFailoverLimit();
			}
			else {
				throw (refused && this.refusal != null) ? this.refusal : failure;
			}
		}
	}

	private void checkFailoverLimit() throws NoWriterAvailableException {
		if (leftOfFailover() <= 0) {
			throw new NoWriterAvailableException(Duration.ofNanos(this.nanoTime.getAsLong() - this.begin),
					this.failoverTimeout, this.topologyProvider.topology(), this.refusal);
		}
	}

	private void awaitOtherThan(Routes routes) throws SQLException {
		this.topologyProvider.checkNow();
		try {
			this.routeTable.awaitOtherThan(routes, PAUSE.toNanos());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLTransientConnectionException("Interrupted while waiting for a writer", "08001", ex);
		}
	}

	private long leftOfFailover() {
		return this.failoverTimeout.toNanos() - (this.nanoTime.getAsLong() - this.begin);
	}

	private long leftAtPool(InstancePool pool) {
		return pool.connectionTimeout().toNanos() - (this.nanoTime.getAsLong() - this.beginAtPool);
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
