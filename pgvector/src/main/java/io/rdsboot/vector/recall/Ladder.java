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

	private static final double STEP = 1.2;

	private static final int MAX_EF_SEARCH = 1000;

	/**
	 * Return the ladder of a column's index.
	 * @param k rows of an answer; a list of fewer candidates holds no answer
	 * @throws IllegalArgumentException if the column has no vector index
	 */
	static Ladder of(VectorColumn column, int k) {
		if (column.index() instanceof VectorIndex.Hnsw) {
			return new Ladder(EF_SEARCH, steps(Math.min(k, MAX_EF_SEARCH), MAX_EF_SEARCH));
		}
		if (column.index() instanceof VectorIndex.IvfFlat ivfFlat) {
			return new Ladder(PROBES, steps(1, ivfFlat.lists()));
		}
		throw new IllegalArgumentException(
				"recall of vector column %s cannot be measured: it is declared without a vector index, so every search is exact"
					.formatted(column.name()));
	}

	private static List<Integer> steps(int first, int last) {
		TreeSet<Integer> steps = new TreeSet<>();
		for (double step = first; step < last; step *= STEP) {
			steps.add((int) Math.round(step));
		}
		steps.add(last);
		return List.copyOf(steps);
	}

}
