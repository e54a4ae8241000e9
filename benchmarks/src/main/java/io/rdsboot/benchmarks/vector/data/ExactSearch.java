package io.rdsboot.benchmarks.vector.data;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Compares a query with every row, to know which are nearest for certain. Immutable.
 */
public final class ExactSearch {

	/**
	 * Two rows that are nearer to each other than the server's single precision can tell
	 * are equally right.
	 */
	private static final double TOLERANCE = 1e-6;

	private final List<Row> rows;

	public ExactSearch(List<Row> rows) {
		this.rows = List.copyOf(rows);
	}

	/**
	 * Returns what a search should find.
	 * @param search the search
	 */
	public Truth truth(Search search) {
		Condition condition = search.condition();
		Predicate<Row> qualifies = (condition != null) ? condition::holds : (row) -> true;
		double[] distances = this.rows.stream()
			.filter(qualifies)
			.mapToDouble((row) -> distance(search.query(), row))
			.sorted()
			.limit(search.limit())
			.toArray();
		return new Truth(search, distances.length,
				(distances.length > 0) ? distances[distances.length - 1] : Double.NEGATIVE_INFINITY);
	}

	/**
	 * Returns the cosine distance; all vectors have length 1.
	 */
	private static double distance(Query query, Row row) {
		double product = 0;
		float[] a = query.vector();
		float[] b = row.embedding();
		for (int i = 0; i < a.length; i++) {
			product += (double) a[i] * b[i];
		}
		return 1 - product;
	}

	/**
	 * What a search should find.
	 */
	public final class Truth {

		private final Search search;

		private final int count;

		private final double farthest;

		private Truth(Search search, int count, double farthest) {
			this.search = search;
			this.count = count;
			this.farthest = farthest;
		}

		Search search() {
			return this.search;
		}

		/**
		 * Returns how many rows qualify, at most the search's limit.
		 */
		int count() {
			return this.count;
		}

		/**
		 * Returns how many of the given rows belong to the nearest.
		 * @param ids the rows that were found
		 * @throws IllegalStateException if one of them does not fulfil the search's
		 * condition, or is there twice
		 */
		int hits(List<UUID> ids) {
			Set<UUID> seen = new HashSet<>();
			int hits = 0;
			for (UUID id : ids) {
				Row row = ExactSearch.this.rows.get(Row.number(id));
				Condition condition = this.search.condition();
				if (!seen.add(id) || !holds(condition, row)) {
					throw new IllegalStateException(
							"row %s was found by %s, where it does not belong".formatted(id, this.search));
				}
				if (distance(this.search.query(), row) <= this.farthest + TOLERANCE) {
					hits++;
				}
			}
			return hits;
		}

		private static boolean holds(@Nullable Condition condition, Row row) {
			return condition == null || condition.holds(row);
		}

	}

}
