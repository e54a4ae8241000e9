package io.rdsboot.vector.reembedding;

import java.time.Duration;

import io.rdsboot.vector.table.VectorTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log, each half minute, how far a pass over rows is. Not thread-safe.
 */
final class ReembeddingProgress {

	private static final Logger logger = LoggerFactory.getLogger(Reembedding.class);

	private static final long INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();

	private final VectorTable table;

	private final long rows;

	private final long start = System.nanoTime();

	private long done;

	private long told = this.start;

	ReembeddingProgress(VectorTable table, long rows) {
		this.table = table;
		this.rows = rows;
	}

	/**
	 * Count rows that are done.
	 * @return how many remain
	 */
	long add(int count) {
		this.done += count;
		long remaining = Math.max(0, this.rows - this.done);
		long now = System.nanoTime();
		if (now - this.told >= INTERVAL_NANOS) {
			this.told = now;
			double seconds = (now - this.start) / 1e9;
			logger.info("Embedded {} of {} rows of vector table {}, {} a second, about {} s remain", this.done,
					this.rows, this.table, Math.round(this.done / seconds),
					Math.round(remaining * seconds / this.done));
		}
		return remaining;
	}

}
