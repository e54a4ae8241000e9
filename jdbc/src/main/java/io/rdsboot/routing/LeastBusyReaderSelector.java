package io.rdsboot.routing;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the available reader with the fewest connections in use for its weight, and
 * among equals in turn. Thread-safe.
 */
public final class LeastBusyReaderSelector implements ReaderSelector {

	private final AtomicInteger turns = new AtomicInteger();

	@Override
	public @Nullable ReaderCandidate select(List<? extends ReaderCandidate> candidates, ReadRequirement requirement) {
		ReaderCandidate best = null;
		double least = Double.MAX_VALUE;
		int start = this.turns.getAndIncrement();
		for (int i = 0; i < candidates.size(); i++) {
			ReaderCandidate candidate = candidates.get(Math.floorMod(start + i, candidates.size()));
			if (candidate.isAvailable() && requirement.isMetBy(candidate)) {
				double load = (double) candidate.activeConnections() / candidate.instance().weight();
				if (load < least) {
					best = candidate;
					least = load;
				}
			}
		}
		return best;
	}

}
