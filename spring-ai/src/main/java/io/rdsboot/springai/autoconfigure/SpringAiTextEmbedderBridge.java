package io.rdsboot.springai.autoconfigure;

import io.rdsboot.autoconfigure.vector.text.TextEmbedderBridge;
import io.rdsboot.springai.SpringAiTextEmbedder;
import io.rdsboot.vector.text.TextEmbedder;

import org.springframework.ai.embedding.EmbeddingModel;

/**
 * Lets Spring AI's models embed texts. They do not tell their names, so that of the bean
 * is taken.
 */
class SpringAiTextEmbedderBridge implements TextEmbedderBridge<EmbeddingModel> {

	@Override
	public Class<EmbeddingModel> modelType() {
		return EmbeddingModel.class;
	}

	@Override
	public TextEmbedder embedder(String beanName, EmbeddingModel model) {
		return new SpringAiTextEmbedder(model, beanName);
	}

}
