package io.rdsboot.benchmarks.vector.data;

/**
 * What is looked for: a vector near to rows of a cell, but none of the rows. The vector
 * is not copied.
 *
 * @param number which one, from 0
 * @param cell the cluster that the vector comes from
 * @param vector vector of length 1
 * @param text words of which the server knows how many rows have them
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Query(int number, Cell cell, float[] vector, String text) {

	/**
	 * Returns a text that no other query has, for models that know vectors by it.
	 */
	public String key() {
		return "Query %d: %s".formatted(this.number, this.text);
	}

}
