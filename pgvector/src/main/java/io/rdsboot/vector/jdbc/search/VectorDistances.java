package io.rdsboot.vector.jdbc.search;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.type.VectorValue;

/**
 * Distances of vectors that are in memory, as pgvector defines them.
 */
public final class VectorDistances {

	private VectorDistances() {
	}

	public static double distance(Distance distance, VectorValue first, VectorValue second) {
		float[] a = first.toFloats();
		float[] b = second.toFloats();
		return switch (distance) {
			case COSINE -> 1 - product(a, b) / Math.sqrt(product(a, a) * product(b, b));
			case INNER_PRODUCT -> -product(a, b);
			case L2 -> {
				double sum = 0;
				for (int i = 0; i < a.length; i++) {
					double difference = (double) a[i] - b[i];
					sum += difference * difference;
				}
				yield Math.sqrt(sum);
			}
			case L1, HAMMING -> {
				double sum = 0;
				for (int i = 0; i < a.length; i++) {
					sum += Math.abs((double) a[i] - b[i]);
				}
				yield sum;
			}
			case JACCARD -> {
				double common = product(a, b);
				double any = product(a, a) + product(b, b) - common;
				yield (common == 0) ? 1 : 1 - common / any;
			}
		};
	}

	private static double product(float[] a, float[] b) {
		double sum = 0;
		for (int i = 0; i < a.length; i++) {
			sum += (double) a[i] * b[i];
		}
		return sum;
	}

}
