package io.rdsboot.routing;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the available readers in turn, each as often as its weight says. Thread-safe.
 */
public final class RoundRobinReaderSelector implements ReaderSelector {

	private final AtomicInteger turns = new AtomicInteger();

	@Override
	public @Nullable ReaderCandidate select(List<? extends ReaderCandidate> candidates, ReadRequirement requirement) {
		int totalWeight = 0;
		for (int i = 0; i < candidates.size(); i++) {
			totalWeight += eligibleWeight(candidates.get(i), requirement);
		}
		if (totalWeight == 0) {
			return null;
		}
		int turn = Math.floorMod(this.turns.getAndIncrement(), totalWeight);
		ReaderCandidate last = null;
		for (int i = 0; i < candidates.size(); i++) {
			ReaderCandidate candidate = candidates.get(i);
			int weight = eligibleWeight(candidate, requirement);
			if (weight > 0) {
				last = candidate;
				turn -= weight;
				if (turn < 0) {
					return candidate;
				}
			}
		}
		// A reader that ceased to be eligible between the two loops leaves its turn to
		// the
		// last one.
		return last;
	}

	private static int eligibleWeight(ReaderCandidate candidate, ReadRequirement requirement) {
		return (candidate.isAvailable() && requirement.isMetBy(candidate)) ? candidate.instance().weight() : 0;
	}

}
