package io.rdsboot.benchmarks.readers;

import java.util.Map;
import java.util.TreeMap;

/**
 * How many reads each reader served. Immutable.
 *
 * @param counts the number of each reader
 */
record Shares(Map<String, Long> counts) {

	Shares {
		counts = Map.copyOf(counts);
	}

	long total() {
		return this.counts.values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * Returns the coefficient of variation, the standard deviation as a share of the
	 * mean.
	 * @param readers how many readers there are, those that served nothing included
	 */
	double variation(int readers) {
		double mean = (double) total() / readers;
		double squares = this.counts.values().stream().mapToDouble((count) -> Math.pow(count - mean, 2)).sum()
				+ (readers - this.counts.size()) * Math.pow(mean, 2);
		return Math.sqrt(squares / readers) / mean;
	}

	@Override
	public String toString() {
		return new TreeMap<>(this.counts).toString();
	}

}
