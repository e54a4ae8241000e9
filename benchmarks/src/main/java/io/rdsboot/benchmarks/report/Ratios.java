package io.rdsboot.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Ratios of what was measured to its reference, one a round. What disturbs the machine
 * for longer than a round disturbs both sides of a ratio; what is shorter falls out of
 * the median. Not thread-safe.
 */
public final class Ratios {

	private final List<Double> values = new ArrayList<>();

	/**
	 * Adds a round.
	 * @param measured what was measured
	 * @param reference what it is compared with, in the same unit
	 */
	public void add(long measured, long reference) {
		this.values.add((double) measured / reference);
	}

	/**
	 * Returns the median of the rounds.
	 */
	public double median() {
		return interpolated(0.5 * (this.values.size() - 1));
	}

	/**
	 * Returns the median and, in brackets, its confidence interval of 95 %. The interval
	 * is taken from the ranks, so that it holds whatever the distribution is.
	 */
	@Override
	public String toString() {
		int size = this.values.size();
		double middle = 0.5 * (size - 1);
		double reach = 0.98 * Math.sqrt(size);
		return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", median(), interpolated(Math.max(0, middle - reach)),
				interpolated(Math.min(size - 1, middle + reach)));
	}

	private double interpolated(double rank) {
		List<Double> sorted = this.values.stream().sorted().toList();
		int below = (int) rank;
		int above = Math.min(below + 1, sorted.size() - 1);
		return sorted.get(below) + (rank - below) * (sorted.get(above) - sorted.get(below));
	}

}
