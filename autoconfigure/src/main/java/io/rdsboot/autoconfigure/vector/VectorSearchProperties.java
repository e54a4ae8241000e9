package io.rdsboot.autoconfigure.vector;

import java.time.Duration;

import io.rdsboot.vector.SearchLimits.LargeExactSearch;
import org.jspecify.annotations.Nullable;

/**
 * Limits of what searches take from the server.
 */
public class VectorSearchProperties {

	/**
	 * Maximum number of rows that a search compares one by one, where it uses no vector
	 * index or that has not found enough. By default 1,000,000.
	 */
	private @Nullable Long maxExactRows;

	/**
	 * What becomes of a search that would compare more rows one by one than
	 * max-exact-rows. By default it is refused.
	 */
	private @Nullable LargeExactSearch largeExactSearch;

	/**
	 * Maximum number of rows that a hybrid search ranks by their words. By default
	 * 10,000.
	 */
	private @Nullable Integer maxRankedRows;

	/**
	 * Maximum time that all statements of a search take together. By default only the
	 * limits of the server and of the transaction apply.
	 */
	private @Nullable Duration timeout;

	public @Nullable Long getMaxExactRows() {
		return this.maxExactRows;
	}

	public void setMaxExactRows(@Nullable Long maxExactRows) {
		this.maxExactRows = maxExactRows;
	}

	public @Nullable LargeExactSearch getLargeExactSearch() {
		return this.largeExactSearch;
	}

	public void setLargeExactSearch(@Nullable LargeExactSearch largeExactSearch) {
		this.largeExactSearch = largeExactSearch;
	}

	public @Nullable Integer getMaxRankedRows() {
		return this.maxRankedRows;
	}

	public void setMaxRankedRows(@Nullable Integer maxRankedRows) {
		this.maxRankedRows = maxRankedRows;
	}

	public @Nullable Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(@Nullable Duration timeout) {
		this.timeout = timeout;
	}

}
