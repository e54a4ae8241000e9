package io.rdsboot.springai;

import java.util.List;
import java.util.Map;

import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorRepository;
import org.junit.jupiter.api.Test;

import org.springframework.ai.document.Document;
import org.springframework.ai.observation.conventions.SpringAiKind;
import org.springframework.ai.observation.conventions.VectorStoreProvider;
import org.springframework.ai.observation.conventions.VectorStoreSimilarityMetric;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.observation.DefaultVectorStoreObservationConvention;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationDocumentation.HighCardinalityKeyNames;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationDocumentation.LowCardinalityKeyNames;

/**
 * Tests for the observations of a {@link RdsVectorStore}, which are those of Spring AI.
 */
@LocalRds
class RdsVectorStoreObservationTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	@Test
	void operationsAreObservedByTheConventionOfSpringAi(LocalRdsCluster cluster) {
		try (TestStores stores = new TestStores(cluster)) {
			VectorRepository<?> repository = stores.repository((table) -> table.schema("public"));
			RdsVectorStore store = RdsVectorStore.builder(repository, new HashingModel())
				.observationRegistry(this.registry)
				.build();
			store.add(List.of(new Document("The Great Depression", Map.of("year", 1929))));
			assertObserved("add", repository)
				.doesNotHaveHighCardinalityKeyValueWithKey(HighCardinalityKeyNames.DB_VECTOR_QUERY_CONTENT.asString())
				.doesNotHaveHighCardinalityKeyValueWithKey(HighCardinalityKeyNames.DB_VECTOR_QUERY_TOP_K.asString());
			this.registry.clear();
			store.similaritySearch(SearchRequest.builder()
				.query("What is Great Depression")
				.topK(1)
				.filterExpression("year == 1929")
				.build());
			assertObserved("query", repository)
				.hasHighCardinalityKeyValue(HighCardinalityKeyNames.DB_VECTOR_QUERY_CONTENT.asString(),
						"What is Great Depression")
				.hasHighCardinalityKeyValue(HighCardinalityKeyNames.DB_VECTOR_QUERY_TOP_K.asString(), "1")
				.hasHighCardinalityKeyValueWithKey(HighCardinalityKeyNames.DB_VECTOR_QUERY_FILTER.asString())
				.hasHighCardinalityKeyValue(HighCardinalityKeyNames.DB_VECTOR_QUERY_SIMILARITY_THRESHOLD.asString(),
						"0.0");
			this.registry.clear();
			store.delete("year == 1929");
			assertObserved("delete", repository);
		}
	}

	private TestObservationRegistryAssert.TestObservationRegistryAssertReturningObservationContextAssert assertObserved(
			String operation, VectorRepository<?> repository) {
		return TestObservationRegistryAssert.assertThat(this.registry)
			.doesNotHaveAnyRemainingCurrentObservation()
			.hasObservationWithNameEqualTo(DefaultVectorStoreObservationConvention.DEFAULT_NAME)
			.that()
			.hasContextualNameEqualTo("%s %s".formatted(VectorStoreProvider.PG_VECTOR.value(), operation))
			.hasLowCardinalityKeyValue(LowCardinalityKeyNames.DB_OPERATION_NAME.asString(), operation)
			.hasLowCardinalityKeyValue(LowCardinalityKeyNames.DB_SYSTEM.asString(),
					VectorStoreProvider.PG_VECTOR.value())
			.hasLowCardinalityKeyValue(LowCardinalityKeyNames.SPRING_AI_KIND.asString(),
					SpringAiKind.VECTOR_STORE.value())
			.hasHighCardinalityKeyValue(HighCardinalityKeyNames.DB_VECTOR_DIMENSION_COUNT.asString(),
					String.valueOf(HashingModel.DIMENSIONS))
			.hasHighCardinalityKeyValue(HighCardinalityKeyNames.DB_COLLECTION_NAME.asString(),
					repository.table().name())
			.hasHighCardinalityKeyValue(HighCardinalityKeyNames.DB_NAMESPACE.asString(), "public")
			.hasHighCardinalityKeyValue(HighCardinalityKeyNames.DB_SEARCH_SIMILARITY_METRIC.asString(),
					VectorStoreSimilarityMetric.COSINE.value())
			.hasBeenStarted()
			.hasBeenStopped();
	}

}
