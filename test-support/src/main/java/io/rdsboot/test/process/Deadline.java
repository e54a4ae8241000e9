package io.rdsboot.test.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.apiguardian.api.API;

/**
 * A limit of time for something that can only be found out by asking again. Times are of
 * {@code System.nanoTime}, or of the ticker given.
 */
@API(status = API.Status.INTERNAL)
public final class Deadline {

	private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

	private final LongSupplier ticker;

	private final long startNanos;

	private final Duration limit;

	private Deadline(Duration limit, LongSupplier ticker) {
		this.limit = limit;
		this.ticker = ticker;
		this.startNanos = ticker.getAsLong();
	}

	public static Deadline after(Duration limit) {
		return after(limit, System::nanoTime);
	}

	public static Deadline after(Duration limit, LongSupplier ticker) {
		return new Deadline(limit, ticker);
	}

	/**
	 * Asks until the answer is yes, the limit has run out or the thread is interrupted.
	 * The first question is asked in any case.
	 * @param condition the question
	 * @return whether the answer was yes
	 */
	public boolean await(BooleanSupplier condition) {
		while (!condition.getAsBoolean()) {
			if (isOver() || Thread.currentThread().isInterrupted()) {
				return false;
			}
			LockSupport.parkNanos(PAUSE_NANOS);
		}
		return true;
	}

	boolean isOver() {
		return this.ticker.getAsLong() - this.startNanos >= this.limit.toNanos();
	}

	@Override
	public String toString() {
		return this.limit.toMillis() + " ms";
	}

}
