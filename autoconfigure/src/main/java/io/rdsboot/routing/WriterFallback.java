package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.pool.InstancePool;
import org.jspecify.annotations.Nullable;

/**
 * Lets the writer serve reads that no reader can. Those that come because readers are
 * lost or lag behind are bounded in number, because they could be all the reads there
 * are, and so are those that come because of a token that anybody may have made. Those
 * that come because of a session's own writes are bounded by these. A cluster without
 * readers has no bound, because there reading is the writer's duty. Thread-safe.
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
		routeTable.afterRefresh(this.slots::wake);
	}

	/**
	 * Borrow a connection from the writer.
	 * @param readers the readers there are, none of which can be chosen
	 * @param requirement what the read requires of a reader
	 * @return the connection, or {@code null} if there was to be a wait for one and a
	 * reader can be chosen meanwhile
	 */
	@Nullable Connection borrow(List<RoutedReader> readers, SessionRequirement requirement) throws SQLException {
		RoutingReason reason = requirement.reasonForWriter(readers);
		return switch (reason) {
			case READ_YOUR_WRITES -> {
				this.routeTable.followReplay();
				yield requirement.isUnverified() ? borrowWithinBound(readers, requirement, reason)
						: this.writerBorrower.borrow(reason);
			}
			case READER_LAG -> {
				this.routeTable.checkNow();
				yield borrowWithinBound(readers, requirement, reason);
			}
			case READER_FALLBACK -> {
				if (this.policy == ReaderFallback.FAIL) {
					throw NoReaderAvailableException.withoutFallback(instances(readers));
				}
				yield borrowWithinBound(readers, requirement, reason);
			}
			default -> this.writerBorrower.borrow(reason);
		};
	}

	private @Nullable Connection borrowWithinBound(List<RoutedReader> readers, SessionRequirement requirement,
			RoutingReason reason) throws SQLException {
		Routes.Writer writer = this.routeTable.current().writer();
		if (writer == null) {
			return this.writerBorrower.borrow(reason);
		}
		if (!acquireSlot(readers, requirement, reason, writer.pool())) {
			return null;
		}
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

	/**
	 * Take a slot, waiting for one if need be. A bound of zero lets nobody wait for lost
	 * readers; those that only have to catch up are waited for.
	 * @return whether there was one; if not, a reader can be chosen
	 */
	private boolean acquireSlot(List<RoutedReader> readers, SessionRequirement requirement, RoutingReason reason,
			InstancePool pool) throws SQLException {
		int bound = (this.maximum != null) ? this.maximum : Math.max(1, pool.maximumSize() / 2);
		boolean waits = bound > 0 || reason == RoutingReason.READ_YOUR_WRITES;
		BooleanSupplier readerServes = () -> canBeServedByReader(requirement);
		boolean acquired;
		try {
			acquired = this.slots.acquire(bound, waits ? pool.connectionTimeout() : Duration.ZERO, readerServes);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLException("Interrupted while waiting to read from the writer", "57014", ex);
		}
		if (!acquired && !readerServes.getAsBoolean()) {
			throw NoReaderAvailableException.beyondBound(instances(readers), bound);
		}
		return acquired;
	}

	private boolean canBeServedByReader(SessionRequirement requirement) {
		requirement.at(this.routeTable.now());
		return requirement.isMetByAny(this.routeTable.current().readers());
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
