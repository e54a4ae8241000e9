package io.rdsboot.vector;

import java.time.Duration;
import java.util.List;

/**
 * What a load has done. Immutable.
 *
 * @param rows how many rows were inserted or replaced
 * @param elapsed how long it took
 * @param rejected records that were left out, in the order of their positions
 */
public record LoadResult(long rows, Duration elapsed, List<RejectedRecord> rejected) {

	public LoadResult {
		rejected = List.copyOf(rejected);
	}

	/**
	 * Return how many rows were stored in a second.
	 * @return the mean rate
	 */
	public double rowsPerSecond() {
		return this.elapsed.isZero() ? 0 : this.rows * 1e9 / this.elapsed.toNanos();
	}

}
