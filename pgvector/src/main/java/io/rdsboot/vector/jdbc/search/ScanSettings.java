package io.rdsboot.vector.jdbc.search;

import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.jdbc.sql.SqlBuilder;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the scan of a vector index for one search.
 *
 * @param column column that is searched
 * @param settings the search
 * @param filtered whether rows must fulfil a condition
 */
record ScanSettings(VectorColumn column, SearchSettings settings, boolean filtered) {

	/**
	 * pgvector's default of {@code hnsw.ef_search}.
	 */
	static final int DEFAULT_EF_SEARCH = 40;

	private static final int MAX_EF_SEARCH = 1000;

	private static final int DEFAULT_MAX_SCAN_TUPLES = 20_000;

	/**
	 * Part of the limit that a scan yields in excess, because an iterative one yields
	 * rows out of order.
	 */
	private static final int EXCESS_DIVISOR = 3;

	private static final int LEAST_EXCESS = 3;

	/**
	 * Rows that a scan looks at for one that it is asked for, where the index is exact
	 * enough, and where a condition leaves it only some of the rows near by.
	 */
	private static final int CANDIDATE_FACTOR = 2;

	private static final int FILTERED_CANDIDATE_FACTOR = 4;

	/**
	 * Rows that fulfil a filter may all be far from the vector, where a narrow scan
	 * misses some. Counts where nobody knows how many rows are in the index.
	 */
	private static final int LEAST_FILTERED_EF_SEARCH = 200;

	/**
	 * {@code ef_search} of a filtered search among as many rows, with room above the 80
	 * that a recall of 0.95 took. With ten times as many rows it takes twice as much.
	 */
	private static final double FILTERED_EF_SEARCH = 125;

	private static final double FILTERED_ROWS = 100_000;

	private static final int BINARY_OVERSAMPLING = 10;

	private static final int LEAST_BINARY_CANDIDATES = 200;

	/**
	 * Check that the column's index has the settings that the search asks for. One that
	 * is chosen takes those that it has.
	 */
	void check() {
		if (this.column.index() instanceof VectorIndex.Auto) {
			return;
		}
		require(this.settings.efSearch() == null || this.column.index() instanceof VectorIndex.Hnsw, "efSearch",
				"HNSW");
		require(this.settings.probes() == null || this.column.index() instanceof VectorIndex.IvfFlat, "probes",
				"IVFFlat");
	}

	private void require(boolean condition, String setting, String index) {
		if (!condition) {
			throw new IllegalArgumentException(
					"vector search is not possible: %s is a setting of an %s index, which ".formatted(setting, index)
							+ "vector column %s does not have".formatted(this.column.name()));
		}
	}

	/**
	 * Whether the session's own settings are enough.
	 */
	boolean suffice() {
		return this.column.index() instanceof VectorIndex.Hnsw && this.column.quantization() == Quantization.NONE
				&& !this.filtered && this.settings.limit() <= DEFAULT_EF_SEARCH && this.settings.efSearch() == null
				&& this.settings.tunedSetting() == null && this.settings.candidates() == null;
	}

	/**
	 * Number of rows that the scan of the index yields, to be ordered by their exact
	 * distances.
	 */
	int candidates() {
		if (this.settings.candidates() != null) {
			return this.settings.candidates();
		}
		int limit = this.settings.limit();
		int candidates = switch (this.column.quantization()) {
			case NONE -> this.filtered ? limit + Math.max(LEAST_EXCESS, limit / EXCESS_DIVISOR) : limit;
			case HALF -> CANDIDATE_FACTOR * limit;
			case BINARY -> Math.max(LEAST_BINARY_CANDIDATES, BINARY_OVERSAMPLING * limit);
		};
		return Math.max(limit, Math.min(candidates, VectorSearch.MAX_LIMIT));
	}

	/**
	 * Append a query of one row that makes the settings, for the transaction only. What
	 * the role or the database has set is kept where it is more. The scan is always
	 * iterative, because deleted rows that are not vacuumed yet count towards
	 * {@code ef_search} too.
	 */
	void append(SqlBuilder sql, SearchPlan plan) {
		if (this.column.index() instanceof VectorIndex.Hnsw) {
			sql.append("SELECT set_config('hnsw.iterative_scan', 'relaxed_order', true)");
			appendSetting(sql, "hnsw.ef_search", efSearch(plan.reachedRows()), DEFAULT_EF_SEARCH,
					isSettled(this.settings.efSearch()));
			appendSetting(sql, "hnsw.max_scan_tuples",
					(plan.maxScanTuples() > 0) ? plan.maxScanTuples() : maxScanTuples(), DEFAULT_MAX_SCAN_TUPLES,
					plan.maxScanTuples() > 0);
		}
		else if (this.column.index() instanceof VectorIndex.IvfFlat ivfFlat) {
			sql.append("SELECT set_config('ivfflat.iterative_scan', 'relaxed_order', true)");
			appendSetting(sql, "ivfflat.probes", probes(ivfFlat), 1, isSettled(this.settings.probes()));
		}
		sql.append(" IS NOT NULL AS ready");
	}

	/**
	 * Whether a setting is as it was asked for or measured, and not a guess.
	 */
	private boolean isSettled(@Nullable Integer asked) {
		return asked != null || this.settings.tunedSetting() != null;
	}

	private static void appendSetting(SqlBuilder sql, String name, int value, int defaultValue, boolean asItIs) {
		sql.append(" || set_config('%s', ".formatted(name));
		if (asItIs) {
			sql.bind((statement, parameter) -> statement.setString(parameter, String.valueOf(value)));
		}
		else {
			sql.append("greatest(")
				.bind((statement, parameter) -> statement.setInt(parameter, value))
				.append(", coalesce(nullif(current_setting('%s', true), ''), '%d')::int)::text".formatted(name,
						defaultValue));
		}
		sql.append(", true)");
	}

	/**
	 * Return {@code hnsw.ef_search}.
	 * @param reachedRows rows that are in the index, or more where those of the filter
	 * are far away, or -1 if that is not known
	 */
	int efSearch(long reachedRows) {
		if (this.settings.efSearch() != null) {
			return this.settings.efSearch();
		}
		int wanted = this.settings.firstRank() + this.settings.limit();
		int listSize = Math.max(candidates(), candidateFactor() * wanted);
		int least = this.filtered ? leastFiltered(reachedRows) : DEFAULT_EF_SEARCH;
		Integer tuned = this.settings.tunedSetting();
		if (tuned != null) {
			least = this.filtered ? Math.max(least, tuned) : tuned;
		}
		return Math.max(least, Math.min(listSize, MAX_EF_SEARCH));
	}

	private static int leastFiltered(long reachedRows) {
		if (reachedRows < 0) {
			return LEAST_FILTERED_EF_SEARCH;
		}
		double efSearch = FILTERED_EF_SEARCH * Math.pow(reachedRows / FILTERED_ROWS, Math.log10(2));
		return (int) Math.max(DEFAULT_EF_SEARCH, Math.min(efSearch, MAX_EF_SEARCH));
	}

	/**
	 * A hybrid search scans for more rows than it returns already.
	 */
	private int candidateFactor() {
		if (this.filtered) {
			return FILTERED_CANDIDATE_FACTOR;
		}
		return (this.settings.hybrid() != null) ? 1 : CANDIDATE_FACTOR;
	}

	/**
	 * Return {@code hnsw.max_scan_tuples} where costs set no other bound.
	 */
	int maxScanTuples() {
		return DEFAULT_MAX_SCAN_TUPLES + 2 * (this.settings.firstRank() + candidates());
	}

	int probes(VectorIndex.IvfFlat index) {
		if (this.settings.probes() != null) {
			return this.settings.probes();
		}
		return (this.settings.tunedSetting() != null) ? this.settings.tunedSetting()
				: Math.max(1, (int) Math.ceil(Math.sqrt(index.lists())));
	}

}
