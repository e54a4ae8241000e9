package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePool;
import org.jspecify.annotations.Nullable;

/**
 * Borrows connections from the writer, and waits for one while there is none or it cannot
 * be reached. Thread-safe.
 *
 * <p>
 * A borrower never waits in a pool for long without a look at the topology: the writer
 * may be another one meanwhile.
 */
final class WriterBorrower {

	/**
	 * Longest stay in a pool at a time. A pool that has a connection needs none of it.
	 */
	static final Duration SLICE = Duration.ofMillis(200);

	private final RouteTable routeTable;

	private final TopologyProvider topologyProvider;

	private final Duration failoverTimeout;

	private final RoutingListener listener;

	WriterBorrower(RouteTable routeTable, TopologyProvider topologyProvider, Duration failoverTimeout,
			RoutingListener listener) {
		this.routeTable = routeTable;
		this.topologyProvider = topologyProvider;
		this.failoverTimeout = failoverTimeout;
		this.listener = listener;
	}

	/**
	 * Borrow a connection.
	 * @param reason why from the writer
	 * @throws NoWriterAvailableException if no writer could be reached in time
	 * @throws SQLException if the writer is well and no connection was to be had within
	 * the pool's connection time-out
	 */
	Connection borrow(RoutingReason reason) throws SQLException {
		Routes.Writer writer = this.routeTable.current().writer();
		SQLTransientConnectionException failure = null;
		if (writer != null && writer.reachable()) {
			try {
				Connection connection = writer.pool().getConnection(SLICE);
				if (this.routeTable.isWriter(writer.pool())) {
					this.listener.routed(writer.decision(reason));
					return connection;
				}
				connection.close();
			}
			catch (SQLTransientConnectionException ex) {
				failure = ex;
			}
			catch (SQLException ex) {
				rethrowIfWriter(writer.pool(), ex);
			}
		}
		return awaitWriter(reason, writer, failure);
	}

	private Connection awaitWriter(RoutingReason reason, Routes.@Nullable Writer writer,
			@Nullable SQLTransientConnectionException failure) throws SQLException {
		WriterWait wait = new WriterWait(this.routeTable, this.topologyProvider, this.failoverTimeout,
				System::nanoTime);
		if (writer != null && failure != null) {
			wait.afterAttempt(writer, failure, SLICE);
		}
		WriterWait.Borrowed borrowed = wait.borrow();
		this.listener.routed(borrowed.writer().decision(reason));
		return borrowed.connection();
	}

	/**
	 * A pool whose instance has left the cluster is closed: that is no failure of a
	 * borrower who finds another writer.
	 */
	private void rethrowIfWriter(InstancePool pool, SQLException failure) throws SQLException {
		if (this.routeTable.isWriter(pool)) {
			throw failure;
		}
	}

}
