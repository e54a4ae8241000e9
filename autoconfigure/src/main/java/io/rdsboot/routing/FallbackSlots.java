package io.rdsboot.routing;

import java.sql.Connection;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Bounds how many reads the writer serves at a time in place of readers, so that they
 * leave it connections to write with. Thread-safe.
 */
final class FallbackSlots {

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition released = this.lock.newCondition();

	private final Set<Connection> holders = Collections.newSetFromMap(new IdentityHashMap<>());

	private final AtomicInteger taken = new AtomicInteger();

	/**
	 * Take a slot, waiting for one if need be.
	 * @param maximum how many there are
	 * @param timeout the longest to wait
	 * @param needless says whether no slot is needed any more; asked before each wait,
	 * which {@link #wake()} ends
	 * @return whether there was one in time, and it was still needed
	 */
	boolean acquire(int maximum, Duration timeout, BooleanSupplier needless) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long remaining = timeout.toNanos();
			while (this.taken.get() >= maximum) {
				if (remaining <= 0 || needless.getAsBoolean()) {
					return false;
				}
				remaining = this.released.awaitNanos(remaining);
			}
			this.taken.incrementAndGet();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Let all that wait for a slot consider whether they still need it.
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

	/**
	 * Let a connection hold the slot that was taken for it.
	 */
	void hold(Connection connection) {
		this.lock.lock();
		try {
			this.holders.add(connection);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give back a slot that no connection came to hold.
	 */
	void release() {
		this.lock.lock();
		try {
			this.taken.decrementAndGet();
			this.released.signal();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give back the slot of a connection, if it holds one. Costs a volatile read while
	 * none is taken.
	 */
	void release(Connection connection) {
		if (this.taken.get() > 0) {
			this.lock.lock();
			try {
				if (this.holders.remove(connection)) {
					release();
				}
			}
			finally {
				this.lock.unlock();
			}
		}
	}

}
