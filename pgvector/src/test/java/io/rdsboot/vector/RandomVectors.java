package io.rdsboot.vector;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorValue;

/**
 * Vectors of each type, and their distances by the definition.
 */
final class RandomVectors {

	private final Random random;

	RandomVectors(long seed) {
		this.random = new Random(seed);
	}

	/**
	 * Return a vector whose values a half-precision float holds exactly.
	 */
	VectorValue next(ElementType type, int dimensions) {
		float[] values = new float[dimensions];
		for (int i = 0; i < dimensions; i++) {
			values[i] = Math.round(this.random.nextGaussian() * 64) / 64f;
		}
		return switch (type) {
			case VECTOR, HALFVEC -> VectorValue.of(values);
			case BIT -> {
				boolean[] bits = new boolean[dimensions];
				for (int i = 0; i < dimensions; i++) {
					bits[i] = values[i] > 0;
				}
				yield BitVector.of(bits);
			}
			case SPARSEVEC -> {
				Map<Integer, Float> present = new TreeMap<>(Map.of(this.random.nextInt(dimensions), 1.5f));
				for (int i = 0; i < dimensions; i += 1 + this.random.nextInt(3)) {
					present.put(i, values[i]);
				}
				yield SparseVector.of(dimensions, present);
			}
		};
	}

	static double distance(Distance distance, VectorValue first, VectorValue second) {
		float[] a = first.toFloats();
		float[] b = second.toFloats();
		double product = 0;
		double squaresA = 0;
		double squaresB = 0;
		double squares = 0;
		double absolutes = 0;
		double either = 0;
		for (int i = 0; i < a.length; i++) {
			product += (double) a[i] * b[i];
			squaresA += (double) a[i] * a[i];
			squaresB += (double) b[i] * b[i];
			squares += Math.pow((double) a[i] - b[i], 2);
			absolutes += Math.abs((double) a[i] - b[i]);
			either += Math.max(a[i], b[i]);
		}
		return switch (distance) {
			case COSINE -> 1 - product / Math.sqrt(squaresA) / Math.sqrt(squaresB);
			case L2 -> Math.sqrt(squares);
			case INNER_PRODUCT -> -product;
			case L1, HAMMING -> absolutes;
			case JACCARD -> (product == 0) ? 1 : 1 - product / either;
		};
	}

}
