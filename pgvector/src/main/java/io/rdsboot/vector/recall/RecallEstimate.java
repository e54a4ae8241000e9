package io.rdsboot.vector.recall;

import java.time.Duration;
import java.util.Locale;

/**
 * Recall of a column's searches with one setting, as far as some queries tell it.
 * Immutable.
 *
 * @param setting value of {@code hnsw.ef_search} or {@code ivfflat.probes}
 * @param queries number of queries that were made
 * @param recall share of the nearest rows that a query found, the mean of all queries
 * @param lower lower limit of the confidence interval of 95 %
 * @param upper upper limit of the confidence interval of 95 %
 * @param lowerBound what the true recall exceeds with a confidence of 95 %. Greater than
 * {@code lower}, because nothing is said of the other side
 * @param p50 median time of a search, the round trip to the server included
 * @param p99 99th percentile of that time
 */
public record RecallEstimate(int setting, int queries, double recall, double lower, double upper, double lowerBound,
		Duration p50, Duration p99) {

	@Override
	public String toString() {
		return String.format(Locale.ROOT,
				"%5d: recall %.4f (%.4f to %.4f), at least %.4f; p50 %.2f ms, p99 %.2f ms; %d queries", this.setting,
				this.recall, this.lower, this.upper, this.lowerBound, this.p50.toNanos() / 1e6,
				this.p99.toNanos() / 1e6, this.queries);
	}

}
