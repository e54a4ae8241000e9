package io.rdsboot.move.routing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.rdsboot.move.Side;
import org.jspecify.annotations.Nullable;

/**
 * Where writes of this instance pass: it says which side they go to, holds them while
 * none does, and counts those under way. Also holds them once nobody has confirmed for as
 * long as a lease that the side is still the one that is written to. Thread-safe.
 *
 * <p>
 * It is no fence: the database is, which refuses writes once it is closed. The gate lets
 * writes wait instead of fail.
 */
public final class WriteGate {

	/**
	 * Longest wait at a time, so that a lease that was renewed without a change is seen.
	 */
	private static final Duration PAUSE = Duration.ofMillis(100);

	private final long leaseNanos;

	private final LongSupplier nanoTime;

	private final AtomicInteger underWay = new AtomicInteger();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/**
	 * Where writes go, or {@code null} while they are held.
	 */
	private volatile @Nullable Side side;

	/**
	 * Where writes went last, or {@code null} while none did.
	 */
	private volatile @Nullable Side lastSide;

	private volatile String reason = "the state of the move was not read yet";

	private volatile long confirmedAt;

	private final AtomicInteger waiting = new AtomicInteger();

	/**
	 * Create a gate that holds writes.
	 * @param lease how long after a confirmation writes pass
	 */
	public WriteGate(Duration lease) {
		this(lease, System::nanoTime);
	}

	WriteGate(Duration lease, LongSupplier nanoTime) {
		this.leaseNanos = lease.toNanos();
		this.nanoTime = nanoTime;
	}

	/**
	 * Let writes pass to a side.
	 * @param confirmedAt a time before which the database has not said so, in nanoseconds
	 * of this gate's clock
	 */
	void open(Side side, long confirmedAt) {
		this.confirmedAt = confirmedAt;
		if (this.side != side) {
			this.lastSide = side;
			this.side = side;
			signal();
		}
	}

	/**
	 * Hold writes from now on. Those under way go on.
	 * @param reason why, for whoever waits too long
	 */
	void hold(String reason) {
		this.reason = reason;
		this.side = null;
	}

	private void signal() {
		this.lock.lock();
		try {
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Begin a write, which {@link #leave()} ends.
	 * @param limit how long to wait at most
	 * @return the side that it goes to
	 * @throws WritesHeldException if writes are held for longer
	 */
	Side enter(Duration limit) throws WritesHeldException {
		Side passed = tryEnter();
		return (passed != null) ? passed : await(limit);
	}

	/**
	 * Counts first: whoever holds writes and then counts them misses none.
	 */
	private @Nullable Side tryEnter() {
		this.underWay.incrementAndGet();
		Side passed = this.side;
		if (passed != null && this.nanoTime.getAsLong() - this.confirmedAt < this.leaseNanos) {
			return passed;
		}
		leave();
		return null;
	}

	/**
	 * Begin a write of somebody whose other write is under way, and would wait for this
	 * one: it is not held.
	 */
	Side enterNested(Duration limit) throws WritesHeldException {
		this.underWay.incrementAndGet();
		Side passed = this.lastSide;
		if (passed != null) {
			return passed;
		}
		leave();
		return enter(limit);
	}

	private Side await(Duration limit) throws WritesHeldException {
		long begin = this.nanoTime.getAsLong();
		this.lock.lock();
		try {
			this.waiting.incrementAndGet();
			while (true) {
				Side passed = tryEnter();
				if (passed != null) {
					return passed;
				}
				long left = limit.toNanos() - (this.nanoTime.getAsLong() - begin);
				if (left <= 0) {
					throw new WritesHeldException(message(limit));
				}
				this.changed.await(Math.min(left, PAUSE.toNanos()), TimeUnit.NANOSECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new WritesHeldException("Interrupted while writes were held: " + why());
		}
		finally {
			this.waiting.decrementAndGet();
			this.lock.unlock();
		}
	}

	private String message(Duration limit) {
		return "Writes were held for %d ms: %s; if that may take longer, raise rds.failover.timeout"
			.formatted(limit.toMillis(), why());
	}

	/**
	 * Return whether writes are held because nobody has confirmed for too long that the
	 * side is still the one that is written to.
	 */
	public boolean isOverdue() {
		return this.side != null && this.nanoTime.getAsLong() - this.confirmedAt >= this.leaseNanos;
	}

	/**
	 * Return why writes are held, if they are.
	 */
	public String why() {
		return (this.side == null) ? this.reason : "the state of the move could not be read for %d s"
			.formatted(TimeUnit.NANOSECONDS.toSeconds(this.nanoTime.getAsLong() - this.confirmedAt));
	}

	/**
	 * End a write.
	 */
	void leave() {
		this.underWay.decrementAndGet();
	}

	/**
	 * Return whether writes are held and none is under way.
	 */
	boolean isIdle() {
		return this.side == null && this.underWay.get() == 0;
	}

	/**
	 * Return the side that writes go to, or {@code null} while they are held.
	 */
	public @Nullable Side side() {
		return this.side;
	}

	/**
	 * Return the side that writes go to, or went to before they were held. The source,
	 * while neither is known.
	 */
	public Side writerSide() {
		Side last = this.lastSide;
		return (last != null) ? last : Side.SOURCE;
	}

	/**
	 * Return the same, once it is known.
	 * @param limit how long to wait for it at most
	 * @throws WritesHeldException if it is not known by then
	 */
	Side awaitWriterSide(Duration limit) throws WritesHeldException {
		Side last = this.lastSide;
		if (last == null) {
			last = enter(limit);
			leave();
		}
		return last;
	}

	/**
	 * Return how many writes wait.
	 */
	public int waiting() {
		return this.waiting.get();
	}

	long now() {
		return this.nanoTime.getAsLong();
	}

}
