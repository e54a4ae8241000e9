package io.rdsboot.vector.jdbc.search;

import java.util.List;

import io.rdsboot.vector.jdbc.search.cost.TableStatistics;

/**
 * How one statement of a search finds its rows. Immutable.
 *
 * @param mode what is scanned
 * @param filterHidden whether the filter is written so that no index but the vector index
 * serves it
 * @param reachedRows rows by which {@code ef_search} is chosen: those in the vector
 * index, or more where the filter's are far away, or -1 if that is not known
 * @param maxScanTuples {@code hnsw.max_scan_tuples}, or 0 for the default
 * @param cutOff elements yielded by the vector index from which on a scan has come to its
 * end before it had found enough, so that what it found last may not be the nearest, or 0
 * for none
 * @param maxRows rows that fulfil the filter after which an exact search gives up, or 0
 * for none
 * @param kept whether the server may keep the statement and its plan for other values
 * @param indexes ids of the vector indexes whose yield is counted
 */
public record SearchPlan(ScanMode mode, boolean filterHidden, long reachedRows, int maxScanTuples, int cutOff,
		int maxRows, boolean kept, List<Long> indexes) {

	public SearchPlan {
		indexes = List.copyOf(indexes);
	}

	/**
	 * Return a plan that nothing is known for, which leaves the choice between the vector
	 * index and those of the filter to the server's planner.
	 */
	public static SearchPlan of(ScanMode mode) {
		return new SearchPlan(mode, false, -1, 0, 0, 0, false, List.of());
	}

	/**
	 * Return a plan that scans the vector index, and no other, unless a partial one may
	 * serve: that needs the filter's condition as it was declared, which the index of a
	 * key could serve as well.
	 * @param partial whether a partial index has all rows of the filter
	 * @param reachedRows rows by which {@code ef_search} is chosen
	 */
	static SearchPlan index(boolean partial, TableStatistics statistics, long reachedRows) {
		return new SearchPlan(ScanMode.ITERATIVE, !partial, reachedRows, 0, 0, 0, false, statistics.indexes());
	}

	/**
	 * Return this plan with the end of a scan.
	 */
	SearchPlan endingAt(int maxScanTuples, int cutOff) {
		return new SearchPlan(this.mode, this.filterHidden, this.reachedRows, maxScanTuples, cutOff, this.maxRows,
				this.kept, this.indexes);
	}

	/**
	 * Return a plan that compares all rows that fulfil the filter, if they are not more
	 * than a bound.
	 * @param kept whether the server may keep the statement and its plan for other values
	 */
	static SearchPlan exact(int maxRows, boolean kept) {
		return new SearchPlan(ScanMode.EXACT, false, -1, 0, 0, maxRows, kept, List.of());
	}

}
