package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.routing.failure.NoReaderAvailableException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Lets the writer serve reads that no reader can. Those that come because readers are
 * lost or lag behind are bounded in number, because they could be all the reads there
 * are, and so are those that come because of a token that anybody may have made. Those
 * that come because of a session's own writes are bounded by these. A cluster without
 * readers has no bound, because there reading is the writer's duty. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class WriterFallback {

	private final RouteTable routeTable;

	private final WriterBorrower writerBorrower;

	private final ReaderFallback policy;

	private final @Nullable Integer maximum;

	private final FallbackPermits permits;

	private final RoutingListener listener;

	/**
	 * Create a fallback.
	 * @param maximum how many reads at a time the writer serves in place of readers, or
	 * {@code null} for half of its pool
	 * @param reclaim gives back the connections of borrowers who forgot to
	 * @param listener told of waits
	 */
	public WriterFallback(RouteTable routeTable, WriterBorrower writerBorrower, ReaderFallback policy,
			@Nullable Integer maximum, Runnable reclaim, RoutingListener listener) {
		this.routeTable = routeTable;
		this.writerBorrower = writerBorrower;
		this.policy = policy;
		this.maximum = maximum;
		this.permits = new FallbackPermits(reclaim);
		this.listener = listener;
		routeTable.afterRefresh(this.permits::wake);
	}

	/**
	 * Borrow a connection from the writer.
	 * @param readers the readers there are, none of which can be chosen
	 * @param requirement what the read requires of a reader
	 * @param limit how long the transaction lets it wait
	 * @return the connection, or {@code null} if there was to be a wait for one and a
	 * reader can be chosen meanwhile
	 */
	@Nullable Connection borrow(List<RoutedReader> readers, ReadRequirement requirement, BorrowLimit limit) throws SQLException {
		RoutingReason reason = requirement.reasonForWriter(readers);
		return switch (reason) {
			case READ_YOUR_WRITES -> {
				this.routeTable.followReplay();
				requirement.awaitReplay();
				yield requirement.isUnverified() ? borrowWithinBound(readers, requirement, reason, limit)
						: borrowUnlessReaderCanServe(requirement, reason, limit);
			}
			case READER_LAG -> {
				this.routeTable.checkNow();
				yield borrowWithinBound(readers, requirement, reason, limit);
			}
			case READER_FALLBACK -> {
				if (this.policy == ReaderFallback.FAIL) {
					throw NoReaderAvailableException.withoutFallback(instances(readers));
				}
				yield borrowWithinBound(readers, requirement, reason, limit);
			}
			default -> this.writerBorrower.borrow(reason, limit);
		};
	}

	/**
	 * Borrow within the bound. Whoever reads from the writer within it already does so
	 * without another permit, and where there is no writer there is nothing to bound.
	 */
	private @Nullable Connection borrowWithinBound(List<RoutedReader> readers, ReadRequirement requirement,
			RoutingReason reason, BorrowLimit limit) throws SQLException {
		Routes.Writer writer = this.routeTable.current().writer();
		if (writer == null || this.permits.isHolder()) {
			return borrowUnlessReaderCanServe(requirement, reason, limit);
		}
		return switch (acquirePermit(readers, requirement, reason, writer.pool(), limit)) {
			case ACQUIRED -> borrowWithPermit(reason, limit);
			case NEEDLESS -> null;
			case WOKEN -> borrowWithinBound(readers, requirement, reason, limit);
		};
	}

	/**
	 * While there is no writer, a reader may come to have what the read requires.
	 */
	private @Nullable Connection borrowUnlessReaderCanServe(ReadRequirement requirement, RoutingReason reason,
			BorrowLimit limit) throws SQLException {
		return this.writerBorrower.borrowUnless(() -> canBeServedByReader(requirement), reason, limit);
	}

	private Connection borrowWithPermit(RoutingReason reason, BorrowLimit limit) throws SQLException {
		Connection connection = null;
		try {
			connection = this.writerBorrower.borrow(reason, limit);
			this.permits.hold(connection);
			return connection;
		}
		finally {
			if (connection == null) {
				this.permits.cancel();
			}
		}
	}

	/**
	 * Take a permit, waiting for one if need be. A bound of zero lets nobody wait for
	 * lost readers; those that only have to catch up are waited for.
	 */
	private FallbackPermits.Outcome acquirePermit(List<RoutedReader> readers, ReadRequirement requirement,
			RoutingReason reason, InstancePool pool, BorrowLimit limit) throws SQLException {
		int bound = (this.maximum != null) ? this.maximum : Math.max(1, pool.maximumSize() / 2);
		if (this.permits.tryAcquire(bound)) {
			return FallbackPermits.Outcome.ACQUIRED;
		}
		boolean waits = bound > 0 || reason == RoutingReason.READ_YOUR_WRITES;
		Duration wait = limit.cut(waits ? pool.connectionTimeout() : Duration.ZERO);
		Consumer<@Nullable SQLException> end = wait.isZero() ? null : this.listener.waiting(InstanceRole.READER);
		SQLException failure = null;
		try {
			FallbackPermits.Outcome outcome = this.permits.acquire(bound, wait, () -> canBeServedByReader(requirement),
					pool);
			if (outcome != null) {
				return outcome;
			}
			failure = NoReaderAvailableException.beyondBound(instances(readers), bound);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			failure = new SQLException("Interrupted while waiting to read from the writer", "57014", ex);
			throw failure;
		}
		finally {
			if (end != null) {
				end.accept(failure);
			}
		}
		limit.check(failure.getMessage());
		throw failure;
	}

	/**
	 * Whoever waits for readers of a group that is no longer there learns that from the
	 * next attempt.
	 */
	private boolean canBeServedByReader(ReadRequirement requirement) {
		requirement.at(this.routeTable.now());
		ReaderGroup group = this.routeTable.current().find(requirement.group());
		return group == null || requirement.isMetByAny(group.readers());
	}

	/**
	 * Take note that a connection goes back to its pool.
	 */
	public void givenBack(Connection connection) {
		this.permits.release(connection);
	}

	private static List<DatabaseInstance> instances(List<RoutedReader> readers) {
		return readers.stream().map(RoutedReader::instance).toList();
	}

}
