package io.rdsboot.vector.jdbc.write;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.LoadProgress;
import io.rdsboot.vector.LoadResult;
import org.jspecify.annotations.Nullable;

/**
 * Tells a load's progress about each second. Not thread-safe.
 */
final class LoadClock {

	private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

	private final LongSupplier nanoTime;

	private final @Nullable Consumer<LoadProgress> consumer;

	private final long expectedRows;

	private final long start;

	private long told;

	LoadClock(LongSupplier nanoTime, LoadOptions options) {
		this.nanoTime = nanoTime;
		this.consumer = options.progress();
		this.expectedRows = options.expectedRows();
		this.start = nanoTime.getAsLong();
		this.told = this.start;
	}

	/**
	 * Tell the progress if it is time.
	 */
	void sent(long rows) {
		if (this.consumer != null) {
			long now = this.nanoTime.getAsLong();
			if (now - this.told >= INTERVAL) {
				this.told = now;
				this.consumer.accept(progress(rows, Duration.ofNanos(now - this.start)));
			}
		}
	}

	/**
	 * Tell the progress at the end.
	 */
	void finished(long rows) {
		if (this.consumer != null) {
			this.consumer.accept(progress(rows, elapsed()));
		}
	}

	Duration elapsed() {
		return Duration.ofNanos(this.nanoTime.getAsLong() - this.start);
	}

	private LoadProgress progress(long rows, Duration elapsed) {
		double rate = new LoadResult(rows, elapsed, List.of()).rowsPerSecond();
		Duration remaining = null;
		if (this.expectedRows > 0 && rate > 0) {
			double seconds = Math.max(0, this.expectedRows - rows) / rate;
			remaining = Duration.ofMillis(Math.round(1000 * seconds));
		}
		return new LoadProgress(rows, elapsed, rate, remaining);
	}

}
