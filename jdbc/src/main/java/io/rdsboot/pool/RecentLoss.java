package io.rdsboot.pool;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether a connection of a pool was lost just now, so that others of its may be dead too
 * without anybody knowing. Thread-safe.
 */
final class RecentLoss {

	/**
	 * For how long HikariCP hands out a connection untested after its last use. One that
	 * was used before the loss is tested by it after this time.
	 */
	private static final long UNTESTED = Duration.ofMillis(500).toNanos();

	private final LongSupplier nanoTime;

	private final AtomicLong end;

	RecentLoss(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.end = new AtomicLong(nanoTime.getAsLong());
	}

	void connectionLost() {
		this.end.set(this.nanoTime.getAsLong() + UNTESTED);
	}

	boolean isRecent() {
		return this.end.get() - this.nanoTime.getAsLong() > 0;
	}

}
