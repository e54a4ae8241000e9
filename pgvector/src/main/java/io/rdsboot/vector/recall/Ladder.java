package io.rdsboot.vector.recall;

import java.util.List;
import java.util.TreeSet;

import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;

/**
 * Settings of an index that are worth comparing. Each is about a fifth greater than the
 * one before: recall and time follow the logarithm of the setting.
 *
 * @param name name of the setting
 * @param settings the settings, the smallest first
 */
record Ladder(String name, List<Integer> settings) {

	static final String EF_SEARCH = "hnsw.ef_search";

	static final String PROBES = "ivfflat.probes";

	/**
	 * Factor between settings that are compared, and between those of which one is
	 * chosen.
	 */
	private static final double STEP = 1.2;

	private static final double FINE_STEP = 1.1;

	private static final int MAX_EF_SEARCH = 1000;

	/**
	 * Return the ladder of a column's index.
	 * @param k rows of an answer; a list of fewer candidates holds no answer
	 * @throws IllegalArgumentException if the column has no vector index
	 */
	static Ladder of(VectorColumn column, int k) {
		return of(column, k, STEP);
	}

	/**
	 * Return the ladder of a column's index to choose from.
	 * @param least least {@code hnsw.ef_search}
	 */
	static Ladder fine(VectorColumn column, int least) {
		return of(column, least, FINE_STEP);
	}

	private static Ladder of(VectorColumn column, int least, double factor) {
		if (column.index() instanceof VectorIndex.Hnsw) {
			return new Ladder(EF_SEARCH, steps(Math.min(least, MAX_EF_SEARCH), MAX_EF_SEARCH, factor));
		}
		if (column.index() instanceof VectorIndex.IvfFlat ivfFlat) {
			return new Ladder(PROBES, steps(1, ivfFlat.lists(), factor));
		}
		throw new IllegalArgumentException(
				"recall of vector column %s cannot be measured: it is declared without a vector index, so every search is exact"
					.formatted(column.name()));
	}

	private static List<Integer> steps(int first, int last, double factor) {
		TreeSet<Integer> steps = new TreeSet<>();
		for (double step = first; step < last; step *= factor) {
			steps.add((int) Math.round(step));
		}
		steps.add(last);
		return List.copyOf(steps);
	}

}
