package io.rdsboot.benchmarks.contention;

import java.util.concurrent.TimeUnit;

import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long threads waited for a connection, and how many got none. Thread-safe.
 */
final class Waits {

	private static final int SIGNIFICANT_DIGITS = 3;

	private final Histogram times = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

	private final Histogram failures = new ConcurrentHistogram(SIGNIFICANT_DIGITS);

	void borrowed(long nanos) {
		this.times.recordValue(nanos);
	}

	void failed(long nanos) {
		this.times.recordValue(nanos);
		this.failures.recordValue(nanos);
	}

	/**
	 * Returns the number of waits, the failed ones included.
	 */
	long count() {
		return this.times.getTotalCount();
	}

	long failed() {
		return this.failures.getTotalCount();
	}

	/**
	 * Returns the milliseconds that a percentage of the waits stay within, the failed
	 * ones included.
	 */
	double millis(double percentile) {
		return this.times.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
	}

}
