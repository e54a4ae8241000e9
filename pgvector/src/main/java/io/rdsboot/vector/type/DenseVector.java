package io.rdsboot.vector.type;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Vector of floats, for columns of type {@code vector} and {@code halfvec}. Whether the
 * values are finite is checked when they are stored or searched for.
 */
public final class DenseVector implements VectorValue {

	private final float[] values;

	/**
	 * Create a vector.
	 * @param values the value of each dimension; not copied, so they must not be changed
	 * while the vector is in use
	 */
	public DenseVector(float[] values) {
		this.values = values;
	}

	@Override
	public int dimensions() {
		return this.values.length;
	}

	@Override
	public float[] toFloats() {
		return this.values;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof DenseVector that && Arrays.equals(this.values, that.values);
	}

	@Override
	public int hashCode() {
		return Arrays.hashCode(this.values);
	}

	@Override
	public String toString() {
		return "DenseVector[dimensions=%d]".formatted(this.values.length);
	}

}
