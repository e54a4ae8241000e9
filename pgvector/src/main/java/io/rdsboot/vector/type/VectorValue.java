package io.rdsboot.vector.type;

/**
 * Value of a vector column.
 */
public sealed interface VectorValue permits DenseVector, BitVector, SparseVector {

	/**
	 * Return how many dimensions the vector has.
	 * @return the number of dimensions, at least 1
	 */
	int dimensions();

	/**
	 * Return the value of each dimension; of a bit, 0 or 1.
	 * @return the values, which must not be changed
	 */
	float[] toFloats();

	/**
	 * Return a vector of floats.
	 * @param values the value of each dimension; not copied, so they must not be changed
	 * while the vector is in use
	 * @return the vector
	 */
	static DenseVector of(float... values) {
		return new DenseVector(values);
	}

}
