package io.rdsboot.springai;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;

/**
 * Model without a server: texts are near to each other as far as they share words. Its
 * vectors have length 1.
 */
public class HashingModel implements EmbeddingModel {

	static final int DIMENSIONS = 256;

	private final int dimensions;

	public HashingModel() {
		this(DIMENSIONS);
	}

	public HashingModel(int dimensions) {
		this.dimensions = dimensions;
	}

	@Override
	public EmbeddingResponse call(EmbeddingRequest request) {
		List<String> texts = request.getInstructions();
		return new EmbeddingResponse(IntStream.range(0, texts.size())
			.mapToObj((index) -> new Embedding(vector(texts.get(index)), index))
			.toList());
	}

	@Override
	public float[] embed(Document document) {
		return vector(String.valueOf(document.getText()));
	}

	@Override
	public int dimensions() {
		throw new IllegalStateException("the model must not be asked for its dimensions, which may call a server");
	}

	float[] vector(String text) {
		float[] vector = new float[this.dimensions];
		// So that no text, the empty one neither, has a zero vector.
		vector[0] = 0.1f;
		for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
			vector[Math.floorMod(word.hashCode() * 31, this.dimensions)] += 1;
		}
		double length = 0;
		for (float value : vector) {
			length += value * value;
		}
		for (int i = 0; i < vector.length; i++) {
			vector[i] /= (float) Math.sqrt(length);
		}
		return vector;
	}

}
