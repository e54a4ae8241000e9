package io.rdsboot.vector;

import org.jspecify.annotations.Nullable;

/**
 * What a search has done. Immutable.
 *
 * <p>
 * What is {@code null} is not known: an unfiltered search asks the server for nothing but
 * the rows.
 *
 * @param plan where the rows come from
 * @param exact whether the result is exact: every row that fulfils the filter was
 * compared
 * @param efSearch {@code hnsw.ef_search} that the search has asked for (a greater one
 * that the role or the database has set is kept), or {@code null} if it has not, or the
 * index is no HNSW index
 * @param probes {@code ivfflat.probes} that the search has asked for, or {@code null} if
 * it has not, or the index is no IVFFlat index
 * @param visited rows that all statements have looked at: those compared, and those that
 * the vector index has yielded, whether they fulfil the filter or not; {@code null} if
 * that is not known of one of the statements
 * @param statements how many statements it took: 1 if the first has found enough
 * @param estimatedRows about how many rows fulfil the filter, by which the plan was
 * chosen, or {@code null} if the plan does not depend on it
 */
public record SearchReport(Plan plan, boolean exact, @Nullable Integer efSearch, @Nullable Integer probes,
		@Nullable Long visited, int statements, @Nullable Long estimatedRows) {

	/**
	 * Where the rows of a result come from.
	 */
	public enum Plan {

		/**
		 * All rows that fulfil the filter were compared.
		 */
		EXACT,

		/**
		 * The vector index has yielded enough rows. Where the library has not chosen it,
		 * the server's planner may have read the rows by another index.
		 */
		INDEX,

		/**
		 * The vector index has yielded too few rows, so all that fulfil the filter were
		 * compared.
		 */
		INDEX_THEN_EXACT,

		/**
		 * More rows fulfil the filter than was estimated, so the search went on by the
		 * vector index.
		 */
		EXACT_THEN_INDEX

	}

}
