package io.rdsboot.benchmarks.failover;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Several failovers that one contender went through. Not thread-safe.
 */
final class Outages {

	private final List<Outage> values = new ArrayList<>();

	void add(Outage outage) {
		this.values.add(outage);
	}

	double median(ToDoubleFunction<Outage> figure) {
		List<Double> sorted = this.values.stream().map(figure::applyAsDouble).sorted().toList();
		int half = sorted.size() / 2;
		return (sorted.size() % 2 == 1) ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
	}

	double worst(ToDoubleFunction<Outage> figure) {
		return this.values.stream().mapToDouble(figure).max().orElseThrow();
	}

}
