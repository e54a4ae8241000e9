package io.rdsboot.routing.selection;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the available readers in turn, each as often as its weight says. Thread-safe.
 */
public final class RoundRobinReaderSelector implements ReaderSelector {

	private final AtomicInteger turns = new AtomicInteger();

	@Override
	public @Nullable ReaderCandidate select(List<? extends ReaderCandidate> readers,
			Predicate<ReaderCandidate> eligible) {
		int totalWeight = 0;
		for (int i = 0; i < readers.size(); i++) {
			totalWeight += eligibleWeight(readers.get(i), eligible);
		}
		if (totalWeight == 0) {
			return null;
		}
		int turn = Math.floorMod(this.turns.getAndIncrement(), totalWeight);
		ReaderCandidate last = null;
		for (int i = 0; i < readers.size(); i++) {
			ReaderCandidate reader = readers.get(i);
			int weight = eligibleWeight(reader, eligible);
			if (weight > 0) {
				last = reader;
				turn -= weight;
				if (turn < 0) {
					return reader;
				}
			}
		}
		// One that ceased to be eligible between the two loops leaves its turn to the
		// last one.
		return last;
	}

	@Override
	public ReaderSelector forOtherReaders() {
		return new RoundRobinReaderSelector();
	}

	private static int eligibleWeight(ReaderCandidate reader, Predicate<ReaderCandidate> eligible) {
		return eligible.test(reader) ? reader.instance().weight() : 0;
	}

}
