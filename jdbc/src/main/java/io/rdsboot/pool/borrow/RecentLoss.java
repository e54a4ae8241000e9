package io.rdsboot.pool.borrow;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.apiguardian.api.API;

/**
 * Whether a connection of a pool was lost just now, so that others of its may be dead too
 * without anybody knowing. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RecentLoss {

	/**
	 * For how long HikariCP hands out a connection untested after its last use. One that
	 * was used before the loss is tested by it after this time.
	 */
	private static final long UNTESTED = Duration.ofMillis(500).toNanos();

	private final LongSupplier nanoTime;

	private final AtomicLong end;

	public RecentLoss(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.end = new AtomicLong(nanoTime.getAsLong());
	}

	public void connectionLost() {
		this.end.set(this.nanoTime.getAsLong() + UNTESTED);
	}

	boolean isRecent() {
		return this.end.get() - this.nanoTime.getAsLong() > 0;
	}

}
