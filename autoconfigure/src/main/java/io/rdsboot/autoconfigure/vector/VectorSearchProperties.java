package io.rdsboot.autoconfigure.vector;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Limits of what searches take from the server.
 */
public class VectorSearchProperties {

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
