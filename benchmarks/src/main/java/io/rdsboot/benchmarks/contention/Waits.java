package io.rdsboot.benchmarks.contention;

import java.util.Locale;
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

	void add(Waits other) {
		this.times.add(other.times);
		this.failures.add(other.failures);
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

	double meanMillis() {
		return this.times.getMean() / TimeUnit.MILLISECONDS.toNanos(1);
	}

	/**
	 * Returns the milliseconds that a percentage of the waits stay within, the failed
	 * ones included.
	 */
	double millis(double percentile) {
		return this.times.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "failed %d of %d, p50 %.1f ms, p99 %.1f ms", failed(), count(), millis(50),
				millis(99));
	}

}
