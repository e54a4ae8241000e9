package io.rdsboot.sample.embedding;

import java.util.List;

/**
 * Function from text to vectors. To search by meaning, declare a bean of this type that
 * calls a language model: it takes the place of the built-in function, which compares
 * words. Implementations are thread-safe.
 */
public interface Embedding {

	/**
	 * The length of the vectors, which must be that of the repository.
	 * @return the number of dimensions
	 */
	int dimensions();

	/**
	 * Turns texts into vectors. Called within the transaction that uses them.
	 * @param texts the texts, not blank
	 * @return a vector for each text, in order
	 */
	List<float[]> embed(List<String> texts);

	/**
	 * Learns from all texts, before all of them are embedded anew. Does nothing by
	 * default, as a language model has learned already.
	 * @param corpus the texts, consumed once
	 */
	default void learn(Iterable<String> corpus) {
	}

}
