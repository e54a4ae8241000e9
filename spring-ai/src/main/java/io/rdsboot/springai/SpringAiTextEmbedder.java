package io.rdsboot.springai;

import java.util.List;
import java.util.OptionalInt;

import io.rdsboot.vector.text.TextEmbedder;

import org.springframework.ai.embedding.EmbeddingModel;

/**
 * {@link TextEmbedder} by an embedding model of Spring AI. Thread-safe, if the model is.
 *
 * <p>
 * The dimensions are not known without a call: most models would embed a text to tell
 * them.
 */
public final class SpringAiTextEmbedder implements TextEmbedder {

	private final EmbeddingModel embeddingModel;

	private final String model;

	/**
	 * Create an embedder.
	 * @param embeddingModel the model
	 * @param model its name, such as {@code text-embedding-3-small}, which it does not
	 * tell itself
	 */
	public SpringAiTextEmbedder(EmbeddingModel embeddingModel, String model) {
		this.embeddingModel = embeddingModel;
		this.model = model;
	}

	@Override
	public String model() {
		return this.model;
	}

	@Override
	public OptionalInt dimensions() {
		return OptionalInt.empty();
	}

	@Override
	public List<float[]> embed(List<String> texts) {
		return this.embeddingModel.embed(texts);
	}

	@Override
	public float[] embedQuery(String text) {
		return this.embeddingModel.embed(text);
	}

}
