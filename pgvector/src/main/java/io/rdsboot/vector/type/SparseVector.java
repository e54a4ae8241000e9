package io.rdsboot.vector.type;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Vector of which most values are zero, for columns of type {@code sparsevec}. Immutable.
 * Dimensions are counted from 0 (in pgvector's text form, from 1).
 */
public final class SparseVector implements VectorValue {

	private final int dimensions;

	private final int[] indices;

	private final float[] values;

	private SparseVector(int dimensions, int[] indices, float[] values) {
		this.dimensions = dimensions;
		this.indices = indices;
		this.values = values;
	}

	/**
	 * Return a vector of the given values.
	 * @param dimensions number of dimensions, at least 1
	 * @param values the values by their dimension, which counts from 0; zeros may be left
	 * out
	 * @return the vector
	 * @throws IllegalArgumentException if a dimension is out of range
	 */
	public static SparseVector of(int dimensions, Map<Integer, Float> values) {
		if (dimensions < 1) {
			throw new IllegalArgumentException(
					"dimensions of a sparse vector must be at least 1, but are " + dimensions);
		}
		TreeMap<Integer, Float> sorted = new TreeMap<>(values);
		sorted.values().removeIf((value) -> value == 0);
		int[] indices = new int[sorted.size()];
		float[] present = new float[sorted.size()];
		int next = 0;
		for (Map.Entry<Integer, Float> entry : sorted.entrySet()) {
			if (entry.getKey() < 0 || entry.getKey() >= dimensions) {
				throw new IllegalArgumentException(
						"index of a sparse vector of %d dimensions must be between 0 and %d, but is %d"
							.formatted(dimensions, dimensions - 1, entry.getKey()));
			}
			indices[next] = entry.getKey();
			present[next++] = entry.getValue();
		}
		return new SparseVector(dimensions, indices, present);
	}

	/** The indices ascend, and no value is zero. */
	static SparseVector ofSorted(int dimensions, int[] indices, float[] values) {
		return new SparseVector(dimensions, indices, values);
	}

	@Override
	public int dimensions() {
		return this.dimensions;
	}

	/**
	 * Return how many values are not zero.
	 * @return the number of values
	 */
	public int nonZeros() {
		return this.indices.length;
	}

	/**
	 * Return the dimension of one of the values.
	 * @param position place among the values that are not zero, from 0
	 * @return the dimension, counted from 0; ascends with the position
	 */
	public int index(int position) {
		return this.indices[position];
	}

	/**
	 * Return one of the values.
	 * @param position place among the values that are not zero, from 0
	 * @return the value
	 */
	public float value(int position) {
		return this.values[position];
	}

	int[] indices() {
		return this.indices;
	}

	float[] values() {
		return this.values;
	}

	@Override
	public float[] toFloats() {
		float[] floats = new float[this.dimensions];
		for (int i = 0; i < this.indices.length; i++) {
			floats[this.indices[i]] = this.values[i];
		}
		return floats;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SparseVector that && this.dimensions == that.dimensions
				&& Arrays.equals(this.indices, that.indices) && Arrays.equals(this.values, that.values);
	}

	@Override
	public int hashCode() {
		return 31 * (31 * this.dimensions + Arrays.hashCode(this.indices)) + Arrays.hashCode(this.values);
	}

	@Override
	public String toString() {
		return "SparseVector[dimensions=%d, nonZeros=%d]".formatted(this.dimensions, this.indices.length);
	}

}
