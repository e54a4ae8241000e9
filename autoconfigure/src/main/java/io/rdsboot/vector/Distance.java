package io.rdsboot.vector;

/**
 * Measure of how far apart two vectors are. Whatever the measure, smaller means nearer.
 */
public enum Distance {

	/**
	 * Cosine distance, {@code 1 - cosine similarity}, from 0 (same direction) to 2. Not
	 * defined for a zero vector.
	 */
	COSINE("<=>", "cosine"),

	/**
	 * Euclidean distance, from 0.
	 */
	L2("<->", "l2"),

	/**
	 * <em>Negative</em> inner product, as pgvector computes it: the greater the inner
	 * product, the smaller (the more negative) the distance. A search for inner products
	 * of at least 0.8 is a search within a distance of -0.8.
	 */
	INNER_PRODUCT("<#>", "ip");

	private final String operator;

	private final String shortName;

	Distance(String operator, String shortName) {
		this.operator = operator;
		this.shortName = shortName;
	}

	/**
	 * Return the pgvector operator that computes this distance.
	 * @return the SQL operator
	 */
	public String operator() {
		return this.operator;
	}

	/**
	 * Return the operator class with which an index on a {@code vector} column serves
	 * this distance.
	 * @return the operator class
	 */
	public String operatorClass() {
		return "vector_" + this.shortName + "_ops";
	}

}
