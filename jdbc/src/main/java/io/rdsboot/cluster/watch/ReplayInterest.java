package io.rdsboot.cluster.watch;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.LogProgress;

/**
 * Time up to which somebody wants the readers to have replayed what was committed.
 * Thread-safe.
 */
final class ReplayInterest {

	/**
	 * For how long a reader is followed that does not replay.
	 */
	private static final Duration LIMIT = Duration.ofSeconds(5);

	private final LongSupplier nanoTime;

	private volatile long until;

	/**
	 * Create one that nobody has yet.
	 * @param nanoTime the monitor's clock
	 */
	ReplayInterest(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.until = nanoTime.getAsLong() - LIMIT.toNanos();
	}

	/**
	 * Take note that somebody waits for what was committed by a time.
	 */
	void extend(long time) {
		if (time - this.until > 0) {
			this.until = time;
		}
	}

	/**
	 * Return whether a reader that has come this far is worth following.
	 */
	boolean isIn(Optional<LogProgress> progress) {
		long wanted = this.until;
		return this.nanoTime.getAsLong() - wanted <= LIMIT.toNanos()
				&& progress.filter((known) -> !known.includesCommitsUntil(wanted)).isPresent();
	}

}
