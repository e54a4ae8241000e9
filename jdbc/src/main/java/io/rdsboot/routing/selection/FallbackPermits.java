package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.borrow.WaitScope;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many reads the writer serves at a time in place of readers, so that they
 * leave it connections to write with. Thread-safe.
 *
 * <p>
 * A permit is taken for as long as its connection is lent. What is taken is not counted
 * up and down but looked up, so that a connection that was aborted, closed underneath or
 * forgotten takes none, whether or not anybody gives it back.
 */
final class FallbackPermits {

	/**
	 * How often one who waits looks for connections that nobody has given back.
	 */
	private static final long LOOK_INTERVAL = TimeUnit.MILLISECONDS.toNanos(200);

	private final Runnable reclaim;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition released = this.lock.newCondition();

	/**
	 * The connections that take a permit, each with the thread that has borrowed it.
	 */
	private final Map<Connection, Thread> holders = new WeakHashMap<>();

	/**
	 * Whether a connection may take a permit; written under the lock.
	 */
	private volatile boolean inUse;

	/**
	 * Permits of those who borrow their connection at this moment.
	 */
	private int borrowing;

	/**
	 * Create permits.
	 * @param reclaim gives back what those have borrowed who forgot to; run now and then
	 * while somebody waits
	 */
	FallbackPermits(Runnable reclaim) {
		this.reclaim = reclaim;
	}

	/**
	 * Take a permit, waiting for one if need be.
	 * @param maximum how many there are
	 * @param limit the longest to wait
	 * @param needless says whether no permit is needed any more; asked before each wait,
	 * which {@link #wake()} ends
	 * @param pool the pool that they are connections of; when its waiters are woken, this
	 * wait ends
	 * @return how it ended, or {@code null} if there was no permit in time
	 * @throws InterruptedException if somebody else has interrupted the calling thread
	 * @throws SQLException if a connection of the pool is not to be waited for
	 */
	@Nullable Outcome acquire(int maximum, Duration limit, BooleanSupplier needless, InstancePool pool)
			throws InterruptedException, SQLException {
		if (tryAcquire(maximum)) {
			return Outcome.ACQUIRED;
		}
		try (WaitScope wait = pool.beginWait()) {
			try {
				return await(maximum, limit.toNanos(), needless);
			}
			catch (InterruptedException ex) {
				if (wait.isWoken()) {
					return Outcome.WOKEN;
				}
				throw ex;
			}
		}
	}

	private @Nullable Outcome await(int maximum, long limit, BooleanSupplier needless) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long left = limit;
			while (!tryAcquire(maximum)) {
				if (needless.getAsBoolean()) {
					return Outcome.NEEDLESS;
				}
				if (left <= 0) {
					return null;
				}
				long look = Math.min(left, LOOK_INTERVAL);
				left -= look - this.released.awaitNanos(look);
				this.reclaim.run();
			}
			return Outcome.ACQUIRED;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Let all that wait for a permit consider whether they still need it.
	 */
	void wake() {
		this.lock.lock();
		try {
			this.released.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean tryAcquire(int maximum) {
		this.lock.lock();
		try {
			forgetEnded();
			if (this.borrowing + this.holders.size() >= maximum) {
				return false;
			}
			this.borrowing++;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void forgetEnded() {
		this.holders.keySet().removeIf((connection) -> !InstancePools.isLent(connection));
	}

	/**
	 * Return whether a connection that the calling thread has borrowed takes a permit.
	 * Whoever has one must not wait for a second, which might be one that only its like
	 * can free.
	 */
	boolean isHolder() {
		if (!this.inUse) {
			return false;
		}
		this.lock.lock();
		try {
			forgetEnded();
			return this.holders.containsValue(Thread.currentThread());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give the permit that was acquired to a connection.
	 */
	void hold(Connection connection) {
		this.lock.lock();
		try {
			this.borrowing--;
			this.holders.put(connection, Thread.currentThread());
			this.inUse = true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give back a permit that no connection came to hold.
	 */
	void cancel() {
		this.lock.lock();
		try {
			this.borrowing--;
			this.released.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give back the permit of a connection, if it holds one. Costs a volatile read while
	 * none is taken.
	 */
	void release(Connection connection) {
		if (this.inUse) {
			this.lock.lock();
			try {
				if (this.holders.remove(connection) != null) {
					this.released.signal();
				}
				this.inUse = !this.holders.isEmpty();
			}
			finally {
				this.lock.unlock();
			}
		}
	}

	/**
	 * How the wait for a permit ended.
	 */
	enum Outcome {

		/** There is a permit, which must be held or cancelled. */
		ACQUIRED,

		/** It is not needed any more. */
		NEEDLESS,

		/** The pool may no longer be the one to wait for. */
		WOKEN

	}

}
