package io.rdsboot.vector;

import java.util.List;

/**
 * Matches of a search, and what it has done to find them. Immutable.
 *
 * @param <ID> type of the ids
 * @param matches the matches, in order
 * @param report what the search has done
 */
public record ReportedMatches<ID>(List<VectorMatch<ID>> matches, SearchReport report) {

	public ReportedMatches {
		matches = List.copyOf(matches);
	}

}
