package io.rdsboot.routing.selection;

import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the reader for a read-only transaction. Thread-safe; on the path of every read,
 * so it should not allocate.
 */
@FunctionalInterface
public interface ReaderSelector {

	/**
	 * Choose one of the readers that are eligible.
	 * @param readers every reader there is, in a fixed order
	 * @param eligible tells whether a reader may serve this read: it can be borrowed
	 * from, and its data is fresh enough; valid during the call
	 * @return the chosen one, or {@code null} if none is eligible
	 */
	@Nullable ReaderCandidate select(List<? extends ReaderCandidate> readers, Predicate<ReaderCandidate> eligible);

	/**
	 * Return a selector of the same kind for other readers: those of another group, or of
	 * other availability zones. If they shared one that takes turns, reads of one would
	 * take the turns of the other.
	 * @return a selector with turns of its own; by default this one, which is right for a
	 * selector that takes no turns
	 */
	default ReaderSelector forOtherReaders() {
		return this;
	}

}
