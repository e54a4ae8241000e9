package io.rdsboot.cluster.watch;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Tells a watch when to look again: after an interval, or earlier if somebody asks for
 * it. Thread-safe.
 */
final class WatchTimer {

	/**
	 * Shortest time between two looks because somebody asks for one.
	 */
	private static final Duration ASK_GAP = Duration.ofMillis(100);

	/**
	 * Shortest time between two looks while somebody waits for the answer.
	 */
	private static final Duration DEMAND_GAP = Duration.ofMillis(2);

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private boolean asked;

	private boolean followed;

	private boolean demanded;

	private boolean closed;

	/**
	 * Ask for a look soon.
	 */
	void ask() {
		change(() -> this.asked = true);
	}

	/**
	 * Ask for the next look of a quick succession.
	 */
	void follow() {
		change(() -> this.followed = true);
	}

	/**
	 * Ask for a look at once, because somebody waits for the answer.
	 */
	void demand() {
		change(() -> this.demanded = true);
	}

	/**
	 * End all waiting, for ever.
	 */
	void close() {
		change(() -> this.closed = true);
	}

	private void change(Runnable change) {
		this.lock.lock();
		try {
			change.run();
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for the next look.
	 * @param interval how long, if nobody asks
	 * @param followGap how long at least, if somebody follows
	 */
	void await(Duration interval, Duration followGap) throws InterruptedException {
		this.lock.lock();
		try {
			Duration ask = (interval.compareTo(ASK_GAP) < 0) ? interval : ASK_GAP;
			Duration follow = (ask.compareTo(followGap) < 0) ? ask : followGap;
			pause(DEMAND_GAP, () -> false);
			pause(follow.minus(DEMAND_GAP), () -> this.demanded);
			pause(ask.minus(follow), () -> this.demanded || this.followed);
			pause(interval.minus(ask), () -> this.demanded || this.followed || this.asked);
			reset();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for the next look, whoever asks for an earlier one.
	 */
	void awaitUndisturbed(Duration interval) throws InterruptedException {
		this.lock.lock();
		try {
			pause(interval, () -> false);
			reset();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void reset() {
		this.asked = false;
		this.followed = false;
		this.demanded = false;
	}

	/**
	 * Wait, without a limit, as long as a condition holds that ends with somebody asking.
	 */
	void awaitWhile(BooleanSupplier condition) throws InterruptedException {
		this.lock.lock();
		try {
			while (!this.closed && condition.getAsBoolean()) {
				this.changed.await();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void pause(Duration limit, BooleanSupplier enough) throws InterruptedException {
		long remaining = limit.toNanos();
		while (remaining > 0 && !this.closed && !enough.getAsBoolean()) {
			remaining = this.changed.awaitNanos(remaining);
		}
	}

}
