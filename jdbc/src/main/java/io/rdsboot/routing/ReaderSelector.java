package io.rdsboot.routing;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Chooses the reader for a read-only transaction. Thread-safe; on the path of every read,
 * so it should not allocate.
 */
@FunctionalInterface
public interface ReaderSelector {

	/**
	 * Choose one of the candidates that are available and meet the requirement.
	 * @param candidates every reader there is, in a fixed order
	 * @param requirement what the chosen one must meet
	 * @return the chosen one, or {@code null} if there is none
	 */
	@Nullable ReaderCandidate select(List<? extends ReaderCandidate> candidates, ReadRequirement requirement);

}
