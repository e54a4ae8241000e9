package io.rdsboot.vector.table;

import io.rdsboot.vector.type.ElementType;

/**
 * Measure of how far apart two vectors are. Whatever the measure, smaller means nearer.
 */
public enum Distance {

	/**
	 * Cosine distance, {@code 1 - cosine similarity}, from 0 (same direction) to 2. Not
	 * defined for a zero vector. Its similarity is the cosine.
	 */
	COSINE("<=>", "cosine"),

	/**
	 * Euclidean distance, from 0. Its similarity is {@code 1 / (1 + distance)}.
	 */
	L2("<->", "l2"),

	/**
	 * <em>Negative</em> inner product, as pgvector computes it: the greater the inner
	 * product, the smaller (the more negative) the distance. A search for inner products
	 * of at least 0.8 is a search within a distance of -0.8. Its similarity is the inner
	 * product.
	 */
	INNER_PRODUCT("<#>", "ip"),

	/**
	 * Taxicab distance, from 0. Its similarity is {@code 1 / (1 + distance)}.
	 */
	L1("<+>", "l1"),

	/**
	 * Number of bits that differ, from 0 to the number of dimensions. Its similarity is
	 * the share of those that do not.
	 */
	HAMMING("<~>", "hamming"),

	/**
	 * Jaccard distance of bits, from 0 to 1. Its similarity is {@code 1 - distance}.
	 */
	JACCARD("<%>", "jaccard");

	private final String operator;

	private final String shortName;

	Distance(String operator, String shortName) {
		this.operator = operator;
		this.shortName = shortName;
	}

	/**
	 * Return the pgvector operator that computes this distance.
	 * @return the SQL operator, without schema
	 */
	public String operator() {
		return this.operator;
	}

	/**
	 * Return whether this distance is defined for vectors of a type.
	 * @param type the type
	 * @return whether there is an operator for it
	 */
	public boolean supports(ElementType type) {
		return (type == ElementType.BIT) == (this == HAMMING || this == JACCARD);
	}

	/**
	 * Return the similarity that a distance stands for, greater for nearer vectors.
	 * @param distance a distance by this measure
	 * @param dimensions number of dimensions of the vectors
	 * @return the similarity
	 */
	public double toSimilarity(double distance, int dimensions) {
		return switch (this) {
			case COSINE, JACCARD -> 1 - distance;
			case INNER_PRODUCT -> -distance;
			case L2, L1 -> 1 / (1 + distance);
			case HAMMING -> (dimensions - distance) / dimensions;
		};
	}

	/**
	 * Return the greatest distance that is at least as similar: the distances up to it
	 * are exactly those that {@link #toSimilarity} makes the similarity, or more, of.
	 * @param similarity the least similarity
	 * @param dimensions number of dimensions of the vectors
	 * @return the distance, {@link Double#POSITIVE_INFINITY} if all are as similar and
	 * {@link Double#NEGATIVE_INFINITY} if none is
	 */
	public double toDistance(double similarity, int dimensions) {
		// Rounding makes the inverse formula miss a distance by its last digit.
		long near = ordered((this == INNER_PRODUCT) ? Double.NEGATIVE_INFINITY : 0);
		long far = ordered(Double.POSITIVE_INFINITY);
		if (toSimilarity(ordered(near), dimensions) < similarity) {
			return Double.NEGATIVE_INFINITY;
		}
		if (toSimilarity(ordered(far), dimensions) >= similarity) {
			return Double.POSITIVE_INFINITY;
		}
		while (near + 1 < far) {
			long middle = Math.floorDiv(near, 2) + Math.floorDiv(far, 2) + (near & far & 1);
			if (toSimilarity(ordered(middle), dimensions) >= similarity) {
				near = middle;
			}
			else {
				far = middle;
			}
		}
		return ordered(near);
	}

	/**
	 * Return a number that has the order of a {@code double}.
	 */
	private static long ordered(double value) {
		long bits = Double.doubleToLongBits(value);
		return (bits >= 0) ? bits : Long.MIN_VALUE - bits;
	}

	private static double ordered(long number) {
		return Double.longBitsToDouble((number >= 0) ? number : Long.MIN_VALUE - number);
	}

	/**
	 * Return the operator class with which an index on values of a type serves this
	 * distance.
	 * @param type the type of the indexed values
	 * @return the operator class, without schema
	 */
	String operatorClass(ElementType type) {
		return "%s_%s_ops".formatted(type.sqlName(), this.shortName);
	}

}
