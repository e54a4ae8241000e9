package io.rdsboot.vector.recall;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Result of a measurement of recall. Immutable.
 *
 * @param table the table
 * @param column name of the vector column
 * @param setting name of the setting that was varied, {@code hnsw.ef_search} or
 * {@code ivfflat.probes}
 * @param k rows of an answer
 * @param filter filter of all queries, or {@code null} for none
 * @param source where the queries came from
 * @param queries number of queries whose exact answer is known; a setting that was
 * decided early has made fewer
 * @param estimates one for each setting, the smallest first; empty if no query was made
 * @param incomplete why fewer queries were made than asked for, or {@code null} if all
 * were
 * @param duration how long it took
 */
public record RecallReport(VectorTable table, String column, String setting, int k, @Nullable MetadataFilter filter,
		QuerySource source, int queries, List<RecallEstimate> estimates, @Nullable String incomplete,
		Duration duration) {

	public RecallReport {
		estimates = List.copyOf(estimates);
	}

	/**
	 * Return the smallest setting whose recall reaches a target with a confidence of 95
	 * %. A greater setting finds no fewer rows, so what contradicts that is smoothed as
	 * chance first.
	 * @param target least recall, from 0 to 1
	 * @return its estimate, or empty if no setting reaches the target
	 */
	public Optional<RecallEstimate> smallest(double target) {
		double[] fitted = IsotonicFit.of(this.estimates.stream().mapToDouble(RecallEstimate::recall).toArray(),
				this.estimates.stream().mapToDouble(RecallEstimate::queries).toArray());
		for (int i = 0; i < fitted.length; i++) {
			RecallEstimate estimate = this.estimates.get(i);
			if (estimate.lowerBound() + (fitted[i] - estimate.recall()) >= target) {
				return Optional.of(estimate);
			}
		}
		return Optional.empty();
	}

	@Override
	public String toString() {
		return "Recall of the %d nearest rows in column %s of vector table %s%s, by %d %s in %.1f s%s%n%s:%n%s"
			.formatted(this.k, this.column, this.table, (this.filter != null) ? " where " + this.filter : "",
					this.queries, this.source.description(), this.duration.toMillis() / 1000.0,
					(this.incomplete != null) ? " (" + this.incomplete + ")" : "", this.setting,
					this.estimates.stream().map(RecallEstimate::toString).collect(Collectors.joining("\n")));
	}

	/**
	 * Where the queries of a measurement come from.
	 */
	public enum QuerySource {

		/**
		 * Queries that were given, such as real ones.
		 */
		GIVEN("given queries"),

		/**
		 * Queries made of rows of the table. Vectors of floats are shifted a little,
		 * because an index finds more from a row that it holds. Bits and sparse vectors
		 * are not; such a row is left out of its own answers, and the recall is
		 * flattered.
		 */
		STORED_ROWS("stored rows");

		private final String description;

		QuerySource(String description) {
			this.description = description;
		}

		String description() {
			return this.description;
		}

	}

}
