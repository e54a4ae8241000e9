package io.rdsboot.sample.embedding;

import java.util.List;

/**
 * Function from text to vectors: texts of similar meaning have vectors of similar
 * direction. A bean of this type takes the place of the model that comes with the
 * service. Implementations are thread-safe.
 */
public interface Embedding {

	/**
	 * The name of the model. When it is another one than before, everything is embedded
	 * again.
	 * @return the name
	 */
	String model();

	/**
	 * Turns texts into vectors. Called outside of transactions, because it takes time.
	 * @param texts the texts, not blank
	 * @return a vector for each text, in order, as long as the repository's
	 */
	List<float[]> embed(List<String> texts);

}
