package io.rdsboot.vector.text;

/**
 * Vector column that another model fills, and that takes the place of the main one once
 * every row has a vector in it. Thread-safe.
 */
public interface NextEmbedding {

	/**
	 * Return the name of the column.
	 * @return the name, without quotes
	 */
	String column();

	/**
	 * Return the model that makes the vectors of the column.
	 * @return the model
	 */
	TextEmbedder embedder();

	/**
	 * Return whether every row has a vector in the column, so that searches find as much
	 * by it as by the main one. Does not ask the database.
	 * @return whether to search by the column
	 */
	boolean isComplete();

}
