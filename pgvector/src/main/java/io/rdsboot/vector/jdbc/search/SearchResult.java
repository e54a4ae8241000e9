package io.rdsboot.vector.jdbc.search;

import java.util.List;

/**
 * What one statement found for one search.
 *
 * @param <T> type of a row
 * @param rows the rows that are near enough, in order
 * @param count how many were found, near enough or not
 * @param visited rows that were compared, or elements that the vector index yielded, or
 * -1 if that is not known
 */
record SearchResult<T>(List<T> rows, int count, long visited) {

	/**
	 * Return whether an exact search has given up, or a scan has ended before it had
	 * found enough.
	 */
	boolean isCutOff(SearchPlan plan) {
		return (plan.mode() == ScanMode.EXACT) ? plan.maxRows() > 0 && this.visited > plan.maxRows()
				: plan.cutOff() > 0 && (this.visited >= plan.cutOff() || this.visited < 0);
	}

	/**
	 * Return whether there are as many rows as were asked for, or as there are.
	 */
	boolean isComplete(SearchPlan plan, int limit) {
		return !isCutOff(plan) && (plan.mode() == ScanMode.EXACT || this.count >= limit);
	}

}
