package io.rdsboot.vector.table;

/**
 * How the vectors of a column are made smaller for their index. The column itself keeps
 * them whole, and what the index finds is ranked again by them.
 */
public enum Quantization {

	/**
	 * The index holds the vectors as they are.
	 */
	NONE,

	/**
	 * The index holds half-precision floats: half the size, for up to 4,000 dimensions.
	 */
	HALF,

	/**
	 * The index holds the sign of each value as a bit and finds candidates by their
	 * Hamming distance: a thirty-second of the size, for up to 64,000 dimensions. Fit for
	 * vectors of many dimensions whose values spread around zero.
	 */
	BINARY

}
