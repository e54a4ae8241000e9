package io.rdsboot.vector.recall;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one setting on the ladder. Not thread-safe.
 */
final class Rung {

	/**
	 * Fewer queries decide nothing early.
	 */
	private static final int LEAST_QUERIES = 50;

	private final int setting;

	private final int k;

	private double[] known = {};

	private long[] times = {};

	Rung(int setting, int k) {
		this.setting = setting;
		this.k = k;
	}

	int setting() {
		return this.setting;
	}

	void add(double[] recalls, long[] times) {
		this.known = DoubleStream.concat(Arrays.stream(this.known), Arrays.stream(recalls)).toArray();
		this.times = LongStream.concat(Arrays.stream(this.times), Arrays.stream(times)).toArray();
	}

	/**
	 * Return -1 or 1 if the recall is clearly below or above a target already, else 0.
	 */
	int clearly(double target) {
		return (this.known.length < LEAST_QUERIES) ? 0 : MeanInterval.clearly(this.known, this.k, target);
	}

	@Nullable RecallEstimate estimate() {
		if (this.known.length == 0) {
			return null;
		}
		MeanInterval interval = MeanInterval.of(this.known, this.k);
		return new RecallEstimate(this.setting, this.known.length, interval.mean(), interval.lower(), interval.upper(),
				interval.lowerBound(), percentile(0.5), percentile(0.99));
	}

	/**
	 * Return a time by the nearest-rank method.
	 */
	private Duration percentile(double share) {
		long[] sorted = this.times.clone();
		Arrays.sort(sorted);
		return Duration.ofNanos(sorted[(int) Math.ceil(share * sorted.length) - 1]);
	}

}
