package io.rdsboot.benchmarks.switchover;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * Figures of several switchovers that one contender went through. Immutable.
 *
 * @param values the switchovers, at least one
 */
public record SwitchoverOutcomes(List<SwitchoverOutcome> values) {

	public SwitchoverOutcomes {
		values = List.copyOf(values);
	}

	/**
	 * Returns the pause of writes beyond that of the servers, in seconds, that a share of
	 * all threads in all switchovers had at most.
	 * @param share above 0, and at most 1
	 */
	public double pauseBeyond(double share) {
		List<Double> sorted = this.values.stream()
			.flatMap((outcome) -> outcome.pausesBeyond().stream())
			.sorted()
			.toList();
		return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
	}

	/**
	 * Returns the greatest value of a figure.
	 */
	public double worst(ToDoubleFunction<SwitchoverOutcome> figure) {
		return this.values.stream().mapToDouble(figure).max().orElseThrow();
	}

	/**
	 * Returns the sum of a figure.
	 */
	public double sum(ToLongFunction<SwitchoverOutcome> figure) {
		return this.values.stream().mapToLong(figure).sum();
	}

	/**
	 * Returns the mean of a figure.
	 */
	public double mean(ToLongFunction<SwitchoverOutcome> figure) {
		return sum(figure) / this.values.size();
	}

}
