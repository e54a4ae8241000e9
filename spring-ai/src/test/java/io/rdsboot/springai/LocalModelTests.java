package io.rdsboot.springai;

import java.util.List;
import java.util.Map;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.Embedding;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingResponse;
import org.springframework.ai.vectorstore.SearchRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for a {@link RdsVectorStore} with a real model, which runs within the JVM.
 */
@LocalRds
class LocalModelTests {

	@Test
	void documentsAreFoundByTheirMeaning(LocalRdsCluster cluster) {
		try (TestStores stores = new TestStores(cluster)) {
			RdsVectorStore store = RdsVectorStore
				.builder(stores.repository((table) -> table.dimensions(384)), new LocalModel())
				.build();
			store.add(List.of(new Document("An automobile needs new tyres", Map.of("year", 2024)),
					new Document("Bananas are yellow", Map.of("year", 2024)),
					new Document("The car was repaired", Map.of("year", 2020))));
			assertThat(store.similaritySearch(
					SearchRequest.builder().query("a car to mend").topK(1).filterExpression("year > 2020").build()))
				.extracting(Document::getText)
				.containsExactly("An automobile needs new tyres");
			assertThat(store.similaritySearch(
					SearchRequest.builder().query("a car to mend").topK(5).similarityThreshold(0.3).build()))
				.hasSize(2);
		}
	}

	private static final class LocalModel implements EmbeddingModel {

		private final AllMiniLmL6V2QuantizedEmbeddingModel model = new AllMiniLmL6V2QuantizedEmbeddingModel();

		@Override
		public EmbeddingResponse call(EmbeddingRequest request) {
			List<TextSegment> texts = request.getInstructions().stream().map(TextSegment::from).toList();
			return new EmbeddingResponse(this.model.embedAll(texts)
				.content()
				.stream()
				.map((embedding) -> new Embedding(embedding.vector(), 0))
				.toList());
		}

		@Override
		public float[] embed(Document document) {
			return embed(String.valueOf(document.getText()));
		}

	}

}
