package io.rdsboot.vector;

import java.util.Objects;

/**
 * Limits of what the searches of a repository take from the server, where a search does
 * not set its own. Immutable.
 *
 * @param maxRankedRows most rows that a hybrid search ranks by their words, at least 1
 */
public record SearchLimits(int maxRankedRows) {

	/**
	 * Rows that a hybrid search ranks at most where nothing else is set.
	 */
	public static final int DEFAULT_MAX_RANKED_ROWS = 10_000;

	/**
	 * Limits where nothing else is set.
	 */
	public static final SearchLimits DEFAULTS = new SearchLimits(DEFAULT_MAX_RANKED_ROWS);

	public SearchLimits {
		if (maxRankedRows < 1) {
			throw new IllegalArgumentException(
					"maxRankedRows of vector searches must be at least 1, but is " + maxRankedRows);
		}
	}

	/**
	 * Return these limits with another number of rows that a hybrid search ranks.
	 * @param maxRankedRows most rows, at least 1
	 * @return the new limits
	 */
	public SearchLimits withMaxRankedRows(int maxRankedRows) {
		return new SearchLimits(maxRankedRows);
	}

	/**
	 * Return how many rows a search ranks by their words at most.
	 */
	public int maxRankedRows(SearchSettings settings) {
		return Objects.requireNonNullElse(settings.maxRankedRows(), this.maxRankedRows);
	}

}
