package io.rdsboot.autoconfigure.vector.text;

import io.rdsboot.vector.text.TextEmbedder;
import org.apiguardian.api.API;

/**
 * Lets an embedding model of another library be the {@link TextEmbedder} of repositories.
 * A bean for each such library.
 *
 * @param <M> the library's type of embedding models
 */
@API(status = API.Status.INTERNAL)
public interface TextEmbedderBridge<M> {

	/**
	 * Return the type of the models' beans.
	 */
	Class<M> modelType();

	/**
	 * Return a model as an embedder.
	 * @param beanName name of the model's bean
	 */
	TextEmbedder embedder(String beanName, M model);

}
