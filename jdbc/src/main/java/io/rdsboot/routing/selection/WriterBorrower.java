package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;

import io.rdsboot.cluster.TopologyProvider;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Borrows connections from the writer, and waits for one while there is none or it cannot
 * be reached. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class WriterBorrower {

	private final RouteTable routeTable;

	private final TopologyProvider topologyProvider;

	private final Duration failoverTimeout;

	private final RoutingListener listener;

	public WriterBorrower(RouteTable routeTable, TopologyProvider topologyProvider, Duration failoverTimeout,
			RoutingListener listener) {
		this.routeTable = routeTable;
		this.topologyProvider = topologyProvider;
		this.failoverTimeout = failoverTimeout;
		this.listener = listener;
	}

	/**
	 * Borrow a connection.
	 * @param reason why from the writer
	 * @param limit how long the transaction lets it wait
	 * @throws io.rdsboot.routing.failure.NoWriterAvailableException if no writer could be
	 * reached in time
	 * @throws SQLTimeoutException if the transaction's own time-out ended before that
	 * @throws SQLException if the writer is well and no connection was to be had within
	 * the pool's connection time-out
	 */
	public Connection borrow(RoutingReason reason, BorrowLimit limit) throws SQLException {
		return Objects.requireNonNull(borrowUnless(() -> false, reason, limit));
	}

	/**
	 * Borrow a connection, and do not wait for a writer that is missing once somebody
	 * else can serve.
	 * @param needless whether somebody else can serve; asked several times a second
	 * @param reason why from the writer
	 * @param limit how long the transaction lets it wait
	 * @return the connection, or {@code null} if somebody else can serve
	 * @throws SQLException as above
	 */
	@Nullable Connection borrowUnless(BooleanSupplier needless, RoutingReason reason, BorrowLimit limit) throws SQLException {
		WriterWait.Borrowed borrowed = new WriterWait(this.routeTable, this.topologyProvider, this.failoverTimeout,
				limit, needless, this.listener, System::nanoTime)
			.borrow();
		if (borrowed == null) {
			return null;
		}
		this.listener.routed(borrowed.writer().decision(reason), limit.elapsed());
		return borrowed.connection();
	}

}
