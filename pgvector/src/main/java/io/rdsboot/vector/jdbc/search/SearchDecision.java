package io.rdsboot.vector.jdbc.search;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Plans of one search, which are taken one after the other until there are enough rows.
 * Immutable.
 *
 * @param plans the plans, of which the last finds all rows
 * @param estimatedRows about how many rows fulfil the filter, or {@code null} if nobody
 * asked
 * @param observer what learns from the results
 */
record SearchDecision(List<SearchPlan> plans, @Nullable Long estimatedRows, Observer observer) {

	SearchDecision {
		plans = List.copyOf(plans);
	}

	/**
	 * Return a decision that costs do not matter for.
	 */
	static SearchDecision of(List<ScanMode> modes) {
		return new SearchDecision(modes.stream().map(SearchPlan::of).toList(), null, (plan, result) -> {
		});
	}

	/**
	 * Called with each result of a search.
	 */
	@FunctionalInterface
	interface Observer {

		void observe(SearchPlan plan, SearchResult<?> result);

	}

}
