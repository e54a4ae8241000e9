package io.rdsboot.autoconfigure.vector;

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

	public @Nullable Integer getMaxRankedRows() {
		return this.maxRankedRows;
	}

	public void setMaxRankedRows(@Nullable Integer maxRankedRows) {
		this.maxRankedRows = maxRankedRows;
	}

}
