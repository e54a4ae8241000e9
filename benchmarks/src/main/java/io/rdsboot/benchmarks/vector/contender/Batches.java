package io.rdsboot.benchmarks.vector.contender;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows cut into batches.
 */
public final class Batches {

	private Batches() {
	}

	public static <T> List<List<T>> of(List<T> rows, int size) {
		List<List<T>> batches = new ArrayList<>();
		for (int start = 0; start < rows.size(); start += size) {
			batches.add(rows.subList(start, Math.min(rows.size() - start, size) + start));
		}
		return batches;
	}

}
