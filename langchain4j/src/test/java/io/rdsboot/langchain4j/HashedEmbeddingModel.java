package io.rdsboot.langchain4j;

import java.util.List;
import java.util.Random;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;

/**
 * Embedding model without meaning: each text has a vector of its own, of length 1 and
 * always the same.
 */
final class HashedEmbeddingModel implements EmbeddingModel {

	static final int DIMENSIONS = 32;

	@Override
	public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
		return Response.from(segments.stream().map((segment) -> embedding(segment.text())).toList());
	}

	private static Embedding embedding(String text) {
		Random random = new Random(text.hashCode());
		float[] vector = new float[DIMENSIONS];
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] = random.nextFloat() - 0.25F;
		}
		Embedding embedding = Embedding.from(vector);
		embedding.normalize();
		return embedding;
	}

	@Override
	public int dimension() {
		return DIMENSIONS;
	}

}
