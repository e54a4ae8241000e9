package io.rdsboot.langchain4j;

import java.lang.reflect.Method;
import java.util.List;
import java.util.OptionalInt;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import io.rdsboot.vector.text.TextEmbedder;

import org.springframework.util.ReflectionUtils;

/**
 * {@link TextEmbedder} by an embedding model of LangChain4j. Thread-safe, if the model
 * is.
 */
public final class LangChain4jTextEmbedder implements TextEmbedder {

	private final EmbeddingModel embeddingModel;

	private final String model;

	/**
	 * Create an embedder.
	 * @param embeddingModel the model
	 * @param model its name, such as {@code text-embedding-3-small}
	 */
	public LangChain4jTextEmbedder(EmbeddingModel embeddingModel, String model) {
		this.embeddingModel = embeddingModel;
		this.model = model;
	}

	@Override
	public String model() {
		return this.model;
	}

	/**
	 * Return what {@link DimensionAwareEmbeddingModel#dimension()} asks before it embeds
	 * a text to find out, and LangChain4j lets only subclasses ask.
	 */
	@Override
	public OptionalInt dimensions() {
		if (!(this.embeddingModel instanceof DimensionAwareEmbeddingModel)) {
			return OptionalInt.empty();
		}
		try {
			Method method = ReflectionUtils.findMethod(this.embeddingModel.getClass(), "knownDimension");
			if (method == null) {
				return OptionalInt.empty();
			}
			method.setAccessible(true);
			return (method.invoke(this.embeddingModel) instanceof Integer known) ? OptionalInt.of(known)
					: OptionalInt.empty();
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return OptionalInt.empty();
		}
	}

	@Override
	public List<float[]> embed(List<String> texts) {
		return this.embeddingModel.embedAll(texts.stream().map(TextSegment::from).toList())
			.content()
			.stream()
			.map(Embedding::vector)
			.toList();
	}

	@Override
	public float[] embedQuery(String text) {
		return this.embeddingModel.embed(text).content().vector();
	}

}
