package io.rdsboot.routing.selection;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Leaves a failing reader out, and lets one borrower an interval try it again.
 * Thread-safe.
 */
final class ReaderBreaker {

	private final long retryIntervalNanos;

	private final LongSupplier nanoTime;

	private final AtomicLong retryAt = new AtomicLong();

	private volatile boolean open;

	ReaderBreaker(long retryIntervalNanos, LongSupplier nanoTime) {
		this.retryIntervalNanos = retryIntervalNanos;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return whether a borrower may try: the reader is well, or its next trial is due.
	 */
	boolean mayTry() {
		return !this.open || this.nanoTime.getAsLong() - this.retryAt.get() >= 0;
	}

	/**
	 * Return whether the reader is left out, so that the next borrow is a trial.
	 */
	boolean isOpen() {
		return this.open;
	}

	long now() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * Return whether a reader that was left out at a time would be tried again by now.
	 */
	boolean hasIntervalPassedSince(long time) {
		return now() - time >= this.retryIntervalNanos;
	}

	/**
	 * Claim the right to borrow; of several borrowers that find a trial due only one gets
	 * it.
	 */
	boolean tryAcquire() {
		if (!this.open) {
			return true;
		}
		long now = this.nanoTime.getAsLong();
		long due = this.retryAt.get();
		return now - due >= 0 && this.retryAt.compareAndSet(due, now + this.retryIntervalNanos);
	}

	/**
	 * Leave the reader out for one interval.
	 * @return whether it was not left out before
	 */
	boolean trip() {
		this.retryAt.set(this.nanoTime.getAsLong() + this.retryIntervalNanos);
		boolean tripped = !this.open;
		this.open = true;
		return tripped;
	}

	/**
	 * Take the reader in again.
	 * @return whether it was left out before
	 */
	boolean reset() {
		if (!this.open) {
			return false;
		}
		this.open = false;
		return true;
	}

}
