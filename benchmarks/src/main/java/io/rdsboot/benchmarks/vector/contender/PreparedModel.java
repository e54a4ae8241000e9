package io.rdsboot.benchmarks.vector.contender;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * Embedding model that knows the vector of each text beforehand. Thread-safe.
 */
final class PreparedModel implements EmbeddingModel {

	private final int dimensions;

	private final Map<String, float[]> vectors = new ConcurrentHashMap<>();

	PreparedModel(int dimensions) {
		this.dimensions = dimensions;
	}

	void add(String text, float[] vector) {
		this.vectors.put(text, vector);
	}

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		List<String> texts = request.getInstructions();
		return new EmbeddingResponse(IntStream.range(0, texts.size())
			.mapToObj((index) -> new Embedding(embed(texts.get(index)), index))
			.toList());
	}

	@Override
	public float[] embed(Document document) {
		return embed(String.valueOf(document.getText()));
	}

	@Override
	public float[] embed(String text) {
		float[] vector = this.vectors.get(text);
		if (vector == null) {
			throw new IllegalArgumentException("There is no vector for the text: " + text);
		}
		return vector;
	}

	@Override
	public int dimensions() {
		return this.dimensions;
	}

}
