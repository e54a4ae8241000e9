package io.rdsboot.langchain4j.autoconfigure;

import dev.langchain4j.model.embedding.EmbeddingModel;
import io.rdsboot.autoconfigure.vector.text.TextEmbedderBridge;
import io.rdsboot.langchain4j.LangChain4jTextEmbedder;
import io.rdsboot.vector.text.TextEmbedder;

/**
 * Lets LangChain4j's models embed texts. Where a model does not tell its name, that of
 * the bean is taken.
 */
class LangChain4jTextEmbedderBridge implements TextEmbedderBridge<EmbeddingModel> {

	private static final String UNKNOWN = "unknown";

	@Override
	public Class<EmbeddingModel> modelType() {
		return EmbeddingModel.class;
	}

	@Override
	public TextEmbedder embedder(String beanName, EmbeddingModel model) {
		String name = model.modelName();
		return new LangChain4jTextEmbedder(model, (name == null || name.equals(UNKNOWN)) ? beanName : name);
	}

}
