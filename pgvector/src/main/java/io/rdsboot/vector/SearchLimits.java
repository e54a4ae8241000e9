package io.rdsboot.vector;

import java.time.Duration;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Limits of what the searches of a repository take from the server, where a search does
 * not set its own. Immutable.
 *
 * @param timeout longest time that all statements of a search take together, or
 * {@code null} for no limit but the server's
 * @param maxExactRows most rows that a search compares one by one, at least 1, as the
 * server's planner estimates them
 * @param largeExactSearch what becomes of a search that would compare more
 * @param maxRankedRows most rows that a hybrid search ranks by their words, at least 1
 */
public record SearchLimits(@Nullable Duration timeout, long maxExactRows, LargeExactSearch largeExactSearch,
		int maxRankedRows) {

	/**
	 * Rows that a search compares one by one at most where nothing else is set: about a
	 * second's work.
	 */
	public static final long DEFAULT_MAX_EXACT_ROWS = 1_000_000;

	/**
	 * Rows that a hybrid search ranks at most where nothing else is set.
	 */
	public static final int DEFAULT_MAX_RANKED_ROWS = 10_000;

	private static final Duration MAX_TIMEOUT = Duration.ofDays(20);

	/**
	 * Limits where nothing else is set.
	 */
	public static final SearchLimits DEFAULTS = new SearchLimits(null, DEFAULT_MAX_EXACT_ROWS, LargeExactSearch.REFUSE,
			DEFAULT_MAX_RANKED_ROWS);

	public SearchLimits {
		if (timeout != null) {
			checkTimeout(timeout);
		}
		checkMaxExactRows(maxExactRows);
		if (maxRankedRows < 1) {
			throw new IllegalArgumentException(
					"maxRankedRows of vector searches must be at least 1, but is " + maxRankedRows);
		}
	}

	static void checkMaxExactRows(long maxExactRows) {
		if (maxExactRows < 1) {
			throw new IllegalArgumentException(
					"maxExactRows of a vector search must be at least 1, but is " + maxExactRows);
		}
	}

	static void checkTimeout(Duration timeout) {
		if (timeout.toMillis() < 1 || timeout.compareTo(MAX_TIMEOUT) > 0) {
			throw new IllegalArgumentException("timeout of a vector search must be between 1 ms and %d days, but is %s"
				.formatted(MAX_TIMEOUT.toDays(), timeout));
		}
	}

	/**
	 * Return these limits with another timeout.
	 * @param timeout longest time, at least a millisecond, or {@code null} for no limit
	 * but the server's
	 * @return the new limits
	 */
	public SearchLimits withTimeout(@Nullable Duration timeout) {
		return new SearchLimits(timeout, this.maxExactRows, this.largeExactSearch, this.maxRankedRows);
	}

	/**
	 * Return these limits with another number of rows that a search compares one by one.
	 * @param maxExactRows most rows, at least 1
	 * @return the new limits
	 */
	public SearchLimits withMaxExactRows(long maxExactRows) {
		return new SearchLimits(this.timeout, maxExactRows, this.largeExactSearch, this.maxRankedRows);
	}

	/**
	 * Return these limits with another consequence of too many rows.
	 * @param largeExactSearch what becomes of a search that would compare more rows than
	 * allowed
	 * @return the new limits
	 */
	public SearchLimits withLargeExactSearch(LargeExactSearch largeExactSearch) {
		return new SearchLimits(this.timeout, this.maxExactRows, largeExactSearch, this.maxRankedRows);
	}

	/**
	 * Return these limits with another number of rows that a hybrid search ranks.
	 * @param maxRankedRows most rows, at least 1
	 * @return the new limits
	 */
	public SearchLimits withMaxRankedRows(int maxRankedRows) {
		return new SearchLimits(this.timeout, this.maxExactRows, this.largeExactSearch, maxRankedRows);
	}

	/**
	 * Return the longest time of a search, or {@code null} for no limit.
	 */
	public @Nullable Duration timeout(SearchSettings settings) {
		return (settings.timeout() != null) ? settings.timeout() : this.timeout;
	}

	/**
	 * Return how many rows a search compares one by one at most.
	 */
	public long maxExactRows(SearchSettings settings) {
		return Objects.requireNonNullElse(settings.maxExactRows(), this.maxExactRows);
	}

	/**
	 * Return how many rows a search ranks by their words at most.
	 */
	public int maxRankedRows(SearchSettings settings) {
		return Objects.requireNonNullElse(settings.maxRankedRows(), this.maxRankedRows);
	}

	/**
	 * What becomes of a search that would compare more rows one by one than
	 * {@link SearchLimits#maxExactRows()}.
	 */
	public enum LargeExactSearch {

		/**
		 * It fails with an {@link ExactSearchLimitException}.
		 */
		REFUSE,

		/**
		 * It runs, and a warning is logged once for each kind of search.
		 */
		WARN

	}

}
