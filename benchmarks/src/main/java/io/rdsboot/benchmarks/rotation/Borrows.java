package io.rdsboot.benchmarks.rotation;

import java.sql.Connection;
import java.sql.SQLException;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * How long borrows took, and how many failed. Not thread-safe.
 */
final class Borrows {

	private static final int SIGNIFICANT_DIGITS = 3;

	private final Histogram times = new Histogram(SIGNIFICANT_DIGITS);

	private long failed;

	/**
	 * Borrows a connection. A failure takes its time too.
	 * @param source where to borrow it
	 * @return the connection, or {@code null} if the borrow failed
	 */
	@Nullable Connection borrow(ConnectionSource source) {
		long start = System.nanoTime();
		try {
			return source.getConnection();
		}
		catch (SQLException ex) {
			this.failed++;
			return null;
		}
		finally {
			this.times.recordValue(System.nanoTime() - start);
		}
	}

	void add(Borrows others) {
		this.times.add(others.times);
		this.failed += others.failed;
	}

	/**
	 * Returns the number of borrows, the failed ones included.
	 */
	long count() {
		return this.times.getTotalCount();
	}

	long failed() {
		return this.failed;
	}

	/**
	 * Returns the nanoseconds that the longest borrow took.
	 */
	long longest() {
		return this.times.getMaxValue();
	}

	/**
	 * Returns the nanoseconds that 99 of 100 borrows stay within.
	 */
	long p99() {
		return this.times.getValueAtPercentile(99);
	}

}
