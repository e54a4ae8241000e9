package io.rdsboot.vector.type;

/**
 * Type of a column that holds vectors.
 */
public enum ElementType {

	/**
	 * Single-precision floats, 4 bytes for each dimension. In Java a {@link DenseVector}.
	 */
	VECTOR("vector", 16_000),

	/**
	 * Half-precision floats, 2 bytes for each dimension. In Java a {@link DenseVector},
	 * whose values are rounded when they are stored.
	 */
	HALFVEC("halfvec", 16_000),

	/**
	 * Bits, PostgreSQL's own type {@code bit(n)}. In Java a {@link BitVector}.
	 */
	BIT("bit", 83_886_080),

	/**
	 * Single-precision floats of which most are zero; 8 bytes for each of the others, of
	 * which there are at most 16,000. In Java a {@link SparseVector}.
	 */
	SPARSEVEC("sparsevec", 1_000_000_000);

	private final String sqlName;

	private final int maxDimensions;

	ElementType(String sqlName, int maxDimensions) {
		this.sqlName = sqlName;
		this.maxDimensions = maxDimensions;
	}

	/**
	 * Return the name of the type in SQL, without dimensions and schema.
	 * @return the SQL name
	 */
	public String sqlName() {
		return this.sqlName;
	}

	/**
	 * Return how many dimensions a column of this type can have at most.
	 * @return the greatest number of dimensions
	 */
	public int maxDimensions() {
		return this.maxDimensions;
	}

	/**
	 * Return the class of this type's values.
	 * @return the Java type
	 */
	public Class<? extends VectorValue> javaType() {
		return switch (this) {
			case VECTOR, HALFVEC -> DenseVector.class;
			case BIT -> BitVector.class;
			case SPARSEVEC -> SparseVector.class;
		};
	}

}
