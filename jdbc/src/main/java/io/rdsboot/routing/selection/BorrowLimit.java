package io.rdsboot.routing.selection;

import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.transaction.support.ResourceHolderSupport;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * When a borrow began, and how long it may wait because of its transaction's own
 * time-out, as {@code @Transactional(timeout = 2)} sets it. Immutable.
 *
 * <p>
 * Spring keeps the deadline with the transaction's resources (the connection of JDBC, the
 * {@code EntityManager} of JPA), which are bound to the thread before the first statement
 * needs a physical connection. A time-out of a statement is set on the statement, and so
 * after the borrow.
 */
@API(status = API.Status.INTERNAL)
public final class BorrowLimit {

	private final long begin = System.nanoTime();

	/**
	 * When the transaction's time is over, in {@link System#nanoTime()}.
	 */
	private final @Nullable Long deadline;

	private BorrowLimit(@Nullable Long deadline) {
		this.deadline = deadline;
	}

	/**
	 * Return the limit of the calling thread's transaction, for a borrow that begins now.
	 */
	public static BorrowLimit ofTransaction() {
		Map<Object, Object> resources = TransactionSynchronizationManager.getResourceMap();
		if (resources.isEmpty()) {
			return new BorrowLimit(null);
		}
		long shortest = Long.MAX_VALUE;
		for (Object resource : resources.values()) {
			if (resource instanceof ResourceHolderSupport holder && holder.hasTimeout()) {
				shortest = Math.min(shortest, millisLeft(holder));
			}
		}
		return (shortest != Long.MAX_VALUE)
				? new BorrowLimit(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(shortest)) : new BorrowLimit(null);
	}

	/**
	 * Return the nanoseconds since the borrow began.
	 */
	long elapsed() {
		return System.nanoTime() - this.begin;
	}

	/**
	 * A transaction whose time is over may still take what is idle: its statement will be
	 * refused by Spring.
	 */
	private static long millisLeft(ResourceHolderSupport holder) {
		try {
			return holder.getTimeToLiveInMillis();
		}
		catch (TransactionTimedOutException ex) {
			return 0;
		}
	}

	/**
	 * Return a wait, cut short so that it does not outlast the transaction.
	 */
	public Duration cut(Duration wait) {
		if (this.deadline == null) {
			return wait;
		}
		Duration left = Duration.ofNanos(Math.max(0, this.deadline - System.nanoTime()));
		return (left.compareTo(wait) < 0) ? left : wait;
	}

	/**
	 * Throw if the transaction has no time left.
	 * @param reason what was not to be had
	 * @throws SQLTimeoutException which Spring translates as it does the time-out of a
	 * statement
	 */
	void check(@Nullable String reason) throws SQLTimeoutException {
		if (this.deadline != null && this.deadline - System.nanoTime() <= 0) {
			throw new SQLTimeoutException(
					"The transaction's own time-out ended while it waited for a connection; nothing was sent to a server. %s"
						.formatted(reason),
					"57014");
		}
	}

}
