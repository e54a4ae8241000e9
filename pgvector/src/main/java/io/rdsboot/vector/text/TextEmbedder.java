package io.rdsboot.vector.text;

import java.util.List;
import java.util.OptionalInt;

/**
 * Embedding model: turns texts into vectors. Texts of similar meaning get vectors of
 * similar direction. Implementations are thread-safe.
 */
public interface TextEmbedder {

	/**
	 * Return the name of the model, such as {@code text-embedding-3-small}. Vectors of
	 * models with different names are not compared with each other.
	 * @return the name
	 */
	String model();

	/**
	 * Return how many dimensions the vectors have, if that is known without a call of the
	 * model.
	 * @return the number of dimensions, or empty if it is not known
	 */
	OptionalInt dimensions();

	/**
	 * Embed texts to store. What this throws is taken for a failure of the model, and the
	 * call may be repeated. It should have a time limit of its own.
	 * @param texts the texts, none of them blank
	 * @return a vector for each text, in the order of the texts
	 */
	List<float[]> embed(List<String> texts);

	/**
	 * Embed a text to search for. By default as a text to store; models that tell the two
	 * apart override this.
	 * @param text the text, not blank
	 * @return its vector
	 */
	default float[] embedQuery(String text) {
		List<float[]> vectors = embed(List.of(text));
		if (vectors.size() != 1) {
			throw new IllegalStateException("%d vectors were made for one text".formatted(vectors.size()));
		}
		return vectors.get(0);
	}

}
