package io.rdsboot.routing.selection;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the available reader with the fewest connections in use for its weight, and
 * among equals in turn. Thread-safe.
 */
public final class LeastBusyReaderSelector implements ReaderSelector {

	private final AtomicInteger turns = new AtomicInteger();

	@Override
	public @Nullable ReaderCandidate select(List<? extends ReaderCandidate> readers,
			Predicate<ReaderCandidate> eligible) {
		ReaderCandidate best = null;
		double least = Double.MAX_VALUE;
		int start = this.turns.getAndIncrement();
		for (int i = 0; i < readers.size(); i++) {
			ReaderCandidate reader = readers.get(Math.floorMod(start + i, readers.size()));
			if (eligible.test(reader)) {
				double load = (double) reader.activeConnections() / reader.instance().weight();
				if (load < least) {
					best = reader;
					least = load;
				}
			}
		}
		return best;
	}

	@Override
	public ReaderSelector forOtherReaders() {
		return new LeastBusyReaderSelector();
	}

}
