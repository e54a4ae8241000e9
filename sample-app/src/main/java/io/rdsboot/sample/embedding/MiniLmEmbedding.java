package io.rdsboot.sample.embedding;

import java.util.List;
import java.util.OptionalInt;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.rdsboot.vector.text.TextEmbedder;

import org.springframework.context.annotation.Fallback;
import org.springframework.stereotype.Component;

/**
 * Embedding by the sentence transformer all-MiniLM-L6-v2, which runs within the service
 * and comes in its jar: it needs neither a key nor a network. Knows English, and of a
 * text the first 256 tokens or so. Any other bean of type {@link TextEmbedder} takes its
 * place.
 */
@Component
@Fallback
public class MiniLmEmbedding implements TextEmbedder {

	private final EmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();

	@Override
	public String model() {
		return "all-MiniLM-L6-v2, quantized";
	}

	@Override
	public OptionalInt dimensions() {
		return OptionalInt.of(384);
	}

	@Override
	public List<float[]> embed(List<String> texts) {
		return this.model.embedAll(texts.stream().map(TextSegment::from).toList())
			.content()
			.stream()
			.map(Embedding::vector)
			.toList();
	}

}
