package io.rdsboot.pool.borrow;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import io.rdsboot.pool.connection.OpenConnections;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Register of the connections that are lent, each with the thread that borrowed it.
 * Thread-safe.
 *
 * <p>
 * It needs nobody's good behaviour: a connection that was closed underneath, aborted or
 * forgotten by its borrower is no longer lent, whether anybody says so or not.
 */
@API(status = API.Status.INTERNAL)
public final class Leases {

	private static final int LONGEST = 3;

	private final Map<Connection, Lease> leases = new WeakHashMap<>();

	private final LongSupplier nanoTime;

	/**
	 * Create an empty register.
	 * @param nanoTime the time in nanoseconds, from an arbitrary origin
	 */
	public Leases(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Take note that the calling thread has borrowed a connection.
	 */
	void borrowed(Connection connection, Object pool) {
		Lease lease = new Lease(pool, Thread.currentThread(), this.nanoTime.getAsLong(),
				TransactionSynchronizationManager.isActualTransactionActive());
		synchronized (this.leases) {
			this.leases.put(connection, lease);
		}
	}

	/**
	 * Take note that a connection was given back.
	 */
	public void returned(Connection connection) {
		synchronized (this.leases) {
			this.leases.remove(connection);
		}
	}

	/**
	 * Return whether there may be as many leases as given, over all pools.
	 */
	boolean mayBeAtLeast(int number) {
		synchronized (this.leases) {
			return this.leases.size() >= number;
		}
	}

	/**
	 * Return what a pool has lent.
	 */
	List<Lease> of(Object pool) {
		List<Lease> of = new ArrayList<>();
		synchronized (this.leases) {
			this.leases.forEach((connection, lease) -> {
				if (lease.pool == pool && isLent(connection)) {
					of.add(lease);
				}
			});
		}
		return of;
	}

	/**
	 * Return whether a connection that was borrowed is neither given back nor broken.
	 */
	public static boolean isLent(Connection connection) {
		try {
			return !connection.isClosed() && !OpenConnections.isClosed(connection.unwrap(Connection.class));
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Describe who has had a connection of a pool for the longest time, or return
	 * {@code null} if nobody has one.
	 */
	@Nullable String longest(Object pool) {
		long now = this.nanoTime.getAsLong();
		String longest = of(pool).stream()
			.sorted(Comparator.comparingLong((lease) -> lease.since - now))
			.limit(LONGEST)
			.map((lease) -> "'%s' for %d ms".formatted(lease.thread.getName(),
					TimeUnit.NANOSECONDS.toMillis(now - lease.since)))
			.collect(Collectors.joining(", "));
		return longest.isEmpty() ? null : longest;
	}

	/**
	 * One connection that is lent.
	 *
	 * @param pool whose it is
	 * @param thread who has borrowed it
	 * @param since when
	 * @param transactional whether a transaction of the thread's holds it, which no other
	 * thread ends
	 */
	record Lease(Object pool, Thread thread, long since, boolean transactional) {

	}

}
