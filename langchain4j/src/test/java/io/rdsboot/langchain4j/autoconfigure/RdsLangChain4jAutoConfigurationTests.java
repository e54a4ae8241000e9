package io.rdsboot.langchain4j.autoconfigure;

import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.document.splitter.DocumentSplitters;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.service.AiServices;
import dev.langchain4j.spring.LangChain4jAutoConfig;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreIngestor;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.autoconfigure.vector.text.RdsVectorTextAutoConfiguration;
import io.rdsboot.langchain4j.RdsEmbeddingStore;
import io.rdsboot.langchain4j.RdsEmbeddingStore.SearchMode;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.text.TextRecord;
import io.rdsboot.vector.text.TextRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RdsLangChain4jAutoConfiguration}, alone and beside LangChain4j's own
 * starter.
 */
@LocalRds
class RdsLangChain4jAutoConfigurationTests {

	private static final String DOCUMENTS = "rds.vector.repositories.documents.";

	private HikariDataSource database;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
					FlywayAutoConfiguration.class, RdsVectorAutoConfiguration.class,
					RdsLangChain4jAutoConfiguration.class, TaskExecutionAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.getJdbcUrl(),
					"spring.datasource.username=" + this.database.getUsername(),
					"spring.datasource.password=" + this.database.getPassword(), DOCUMENTS + "dimensions=3");
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	@Test
	void repositoryThatAsksForItIsAnEmbeddingStore() {
		this.contextRunner.withPropertyValues(DOCUMENTS + "langchain4j=true").run((context) -> {
			assertThat(context).hasSingleBean(EmbeddingStore.class);
			RdsEmbeddingStore store = context.getBean("documentsEmbeddingStore", RdsEmbeddingStore.class);
			assertThat(store.repository()).isSameAs(context.getBean("documents"));
			String id = store.add(Embedding.from(new float[] { 1, 2, 3 }), TextSegment.from("text"));
			EmbeddingSearchRequest request = EmbeddingSearchRequest.builder()
				.queryEmbedding(Embedding.from(new float[] { 1, 2, 3 }))
				.build();
			assertThat(store.searchAsync(request).join().matches()).singleElement()
				.satisfies((match) -> assertThat(match.embeddingId()).isEqualTo(id));
		});
	}

	@Test
	void repositoryThatDoesNotAskIsNone() {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EmbeddingStore.class));
	}

	@Test
	void storesAreInjectedByTheNamesOfTheirRepositories() {
		this.contextRunner
			.withPropertyValues(DOCUMENTS + "langchain4j=true", "rds.vector.repositories.notes.dimensions=2",
					"rds.vector.repositories.notes.langchain4j=true", "rds.vector.repositories.notes.id-type=text")
			.withUserConfiguration(Consumers.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean("consumer")).isEqualTo(
						List.of(context.getBean("documentsEmbeddingStore"), context.getBean("notesEmbeddingStore")));
			});
	}

	@Test
	void storeOfTheApplicationWins() {
		this.contextRunner.withPropertyValues(DOCUMENTS + "langchain4j=true")
			.withBean("documentsEmbeddingStore", EmbeddingStore.class, InMemoryEmbeddingStore::new)
			.run((context) -> assertThat(context.getBean(EmbeddingStore.class))
				.isInstanceOf(InMemoryEmbeddingStore.class));
	}

	@Test
	void otherBeanOfTheNameIsAProblem() {
		this.contextRunner.withPropertyValues(DOCUMENTS + "langchain4j=true")
			.withBean("documentsEmbeddingStore", String.class, () -> "")
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessage(
						"rds.vector.repositories.documents.langchain4j = 'true': the application has another bean of the name 'documentsEmbeddingStore', of type class java.lang.String"));
	}

	@Test
	void customizersChangeTheStore() {
		this.contextRunner.withPropertyValues(DOCUMENTS + "langchain4j=true", DOCUMENTS + "text-search=english")
			.withBean(RdsEmbeddingStoreCustomizer.class,
					() -> (repository, builder) -> builder
						.searchMode(repository.equals("documents") ? SearchMode.HYBRID : SearchMode.VECTOR))
			.run((context) -> {
				RdsEmbeddingStore store = context.getBean(RdsEmbeddingStore.class);
				store.add(Embedding.from(new float[] { 1, 2, 3 }), TextSegment.from("barking dogs"));
				assertThat(store
					.search(EmbeddingSearchRequest.builder()
						.queryEmbedding(Embedding.from(new float[] { -3, 2, -1 }))
						.query("dog")
						.minScore(0.03)
						.build())
					.matches()).hasSize(1);
			});
	}

	@Test
	void repositoryThatCannotBeOneEndsTheStart() {
		this.contextRunner.withPropertyValues(DOCUMENTS + "langchain4j=true", DOCUMENTS + "id-type=bigint")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessageStartingWith(
						"rds.vector.repositories.documents.langchain4j = 'true': ids of vector table documents are of type bigint"));
	}

	@Test
	void withoutLangChain4jTheAutoConfigurationBacksOff() {
		this.contextRunner.withClassLoader(new FilteredClassLoader(EmbeddingStore.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RdsLangChain4jAutoConfiguration.class));
	}

	@Test
	void withoutTheLibraryThePropertyEndsTheStart() {
		this.contextRunner.withPropertyValues(DOCUMENTS + "langchain4j=true")
			.withClassLoader(new FilteredClassLoader(RdsEmbeddingStore.class))
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessage(
						"rds.vector.repositories.documents.langchain4j = 'true': needs rds-langchain4j, which is not on the class path"));
	}

	@Test
	void modelOfOtherDimensionsEndsTheStart() {
		this.contextRunner.withPropertyValues(DOCUMENTS + "langchain4j=true")
			.withBean(EmbeddingModel.class, () -> new PaidModel(4))
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessage("rds.vector.repositories.documents.dimensions = '3': the embeddings of %s have 4 dimensions"
					.formatted(PaidModel.class.getName())));
	}

	@Test
	void modelThatWouldHaveToEmbedIsNotAsked() {
		this.contextRunner.withPropertyValues(DOCUMENTS + "langchain4j=true")
			.withBean(PaidModel.class, () -> new PaidModel(null))
			.run((context) -> assertThat(context.getBean(PaidModel.class).asked).isFalse());
	}

	@Test
	void modelEmbedsTheTextsOfARepository() {
		ApplicationContextRunner texts = this.contextRunner
			.withConfiguration(AutoConfigurations.of(RdsVectorTextAutoConfiguration.class))
			.withPropertyValues(DOCUMENTS + "text.enabled=true", DOCUMENTS + "id-type=text",
					DOCUMENTS + "dimensions=384");
		texts.withBean(EmbeddingModel.class, AllMiniLmL6V2QuantizedEmbeddingModel::new).run((context) -> {
			@SuppressWarnings("unchecked")
			TextRepository<String> repository = context.getBean(TextRepository.class);
			repository.upsert(List.of(new TextRecord<>("cat", "The cat sleeps on the sofa all day."),
					new TextRecord<>("car", "An automobile needs its oil changed once a year.")));
			assertThat(repository.search("maintenance of a car")).extracting(VectorMatch::id)
				.containsExactly("car", "cat");
		});
		texts.withBean("paid", EmbeddingModel.class, () -> new PaidModel(4))
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessage(
						"rds.vector.repositories.documents.text.enabled = 'true': embedding model paid makes vectors of 4 dimensions, but column embedding of vector table documents has 384"));
	}

	@Test
	void servesLangChain4jsOwnAutoConfigurationWithARealModel() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(LangChain4jAutoConfig.class))
			.withUserConfiguration(Application.class)
			.withPropertyValues(DOCUMENTS + "langchain4j=true", DOCUMENTS + "dimensions=384",
					"langchain4j.rag.retrieval.max-results=1")
			.withBean(EmbeddingModel.class, AllMiniLmL6V2QuantizedEmbeddingModel::new)
			.run((context) -> {
				assertThat(context).hasSingleBean(EmbeddingStore.class);
				EmbeddingStoreIngestor.builder()
					.embeddingModel(context.getBean(EmbeddingModel.class))
					.embeddingStore(context.getBean(RdsEmbeddingStore.class))
					.documentSplitter(DocumentSplitters.recursive(200, 0))
					.build()
					.ingest(Document.from("The cat sleeps on the sofa all day."),
							Document.from("An automobile needs its oil changed once a year."));
				ContentRetriever retriever = context.getBean(ContentRetriever.class);
				assertThat(retriever.retrieve(Query.from("maintenance of a car"))).singleElement()
					.satisfies((content) -> assertThat(content.textSegment().text()).contains("automobile"));
				Assistant assistant = AiServices.builder(Assistant.class)
					.chatModel(new EchoModel())
					.contentRetriever(retriever)
					.build();
				assertThat(assistant.answer("maintenance of a car")).contains("An automobile needs its oil changed");
			});
	}

	interface Assistant {

		String answer(String question);

	}

	/**
	 * Model that answers with what it is asked, and what was retrieved for it.
	 */
	private static final class EchoModel implements ChatModel {

		@Override
		public ChatResponse doChat(ChatRequest request) {
			return ChatResponse.builder().aiMessage(AiMessage.from(request.messages().toString())).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class Consumers {

		@Bean
		List<EmbeddingStore<TextSegment>> consumer(@Qualifier("documents") EmbeddingStore<TextSegment> first,
				EmbeddingStore<TextSegment> notesEmbeddingStore) {
			return List.of(first, notesEmbeddingStore);
		}

	}

	/**
	 * Model that must not be asked to embed anything.
	 */
	private static final class PaidModel extends DimensionAwareEmbeddingModel {

		private final Integer known;

		private boolean asked;

		private PaidModel(Integer known) {
			this.known = known;
		}

		@Override
		protected Integer knownDimension() {
			return this.known;
		}

		@Override
		public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
			this.asked = true;
			return Response.from(List.of(Embedding.from(new float[] { 1, 2, 3 })));
		}

	}

}
