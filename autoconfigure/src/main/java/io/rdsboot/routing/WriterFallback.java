package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.pool.InstancePool;
import org.jspecify.annotations.Nullable;

/**
 * Lets the writer serve reads that no reader can. Those that come because readers are
 * lost or lag behind are bounded in number, because they could be all the reads there
 * are; those that come because of a session's own writes are bounded by these. A cluster
 * without readers has no bound, because there reading is the writer's duty. Thread-safe.
 */
final class WriterFallback {

	private final RouteTable routeTable;

	private final WriterBorrower writerBorrower;

	private final ReaderFallback policy;

	private final @Nullable Integer maximum;

	private final FallbackSlots slots = new FallbackSlots();

	/**
	 * Create a fallback.
	 * @param maximum how many reads at a time the writer serves in place of readers, or
	 * {@code null} for half of its pool
	 */
	WriterFallback(RouteTable routeTable, WriterBorrower writerBorrower, ReaderFallback policy,
			@Nullable Integer maximum) {
		this.routeTable = routeTable;
		this.writerBorrower = writerBorrower;
		this.policy = policy;
		this.maximum = maximum;
	}

	/**
	 * Borrow a connection from the writer.
	 * @param readers the readers there are, for the error
	 * @param reason why none of them serves
	 */
	Connection borrow(List<RoutedReader> readers, RoutingReason reason) throws SQLException {
		return switch (reason) {
			case READ_YOUR_WRITES -> {
				this.routeTable.checkNow();
				yield this.writerBorrower.borrow(reason);
			}
			case READER_LAG -> {
				this.routeTable.checkNow();
				yield borrowWithinBound(readers, reason);
			}
			case READER_FALLBACK -> {
				if (this.policy == ReaderFallback.FAIL) {
					throw NoReaderAvailableException.withoutFallback(instances(readers));
				}
				yield borrowWithinBound(readers, reason);
			}
			default -> this.writerBorrower.borrow(reason);
		};
	}

	private Connection borrowWithinBound(List<RoutedReader> readers, RoutingReason reason) throws SQLException {
		Routes.Writer writer = this.routeTable.current().writer();
		if (writer == null) {
			return this.writerBorrower.borrow(reason);
		}
		acquireSlot(readers, writer.pool());
		Connection connection = null;
		try {
			connection = this.writerBorrower.borrow(reason);
			this.slots.hold(connection);
			return connection;
		}
		finally {
			if (connection == null) {
				this.slots.release();
			}
		}
	}

	private void acquireSlot(List<RoutedReader> readers, InstancePool pool) throws SQLException {
		int bound = (this.maximum != null) ? this.maximum : Math.max(1, pool.maximumSize() / 2);
		boolean acquired;
		try {
			acquired = this.slots.acquire(bound, pool.connectionTimeout());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting to read from the writer", "57014", ex);
		}
		if (!acquired) {
			throw NoReaderAvailableException.beyondBound(instances(readers), bound);
		}
	}

	/**
	 * Take note that a connection goes back to its pool.
	 */
	void givenBack(Connection connection) {
		this.slots.release(connection);
	}

	private static List<DatabaseInstance> instances(List<RoutedReader> readers) {
		return readers.stream().map(RoutedReader::instance).toList();
	}

}
