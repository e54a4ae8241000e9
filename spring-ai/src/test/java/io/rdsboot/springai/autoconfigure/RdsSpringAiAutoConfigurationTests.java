package io.rdsboot.springai.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistryAssert;
import io.rdsboot.springai.HashingModel;
import io.rdsboot.springai.RdsVectorStore;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.text.TextRecord;
import io.rdsboot.vector.text.TextRepository;
import io.rdsboot.vector.type.DenseVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link RdsSpringAiAutoConfiguration} in applications with all
 * auto-configurations on the class path, that of Spring AI's {@code PgVectorStore} among
 * them.
 */
@LocalRds
class RdsSpringAiAutoConfigurationTests {

	private HikariDataSource database;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	private ConfigurableApplicationContext start(List<Class<?>> configurations, String... properties) {
		String[] all = Stream.concat(Stream.of("spring.datasource.url=" + this.database.getJdbcUrl(),
				"spring.datasource.username=" + this.database.getUsername(),
				"spring.datasource.password=" + this.database.getPassword(), "spring.main.banner-mode=off",
				"rds.vector.repositories.documents.dimensions=256"), Stream.of(properties))
			.toArray(String[]::new);
		SpringApplication application = new SpringApplicationBuilder(
				Stream.concat(Stream.of(Application.class), configurations.stream()).toArray(Class<?>[]::new))
			.web(WebApplicationType.NONE)
			.properties(all)
			.build();
		application.setRegisterShutdownHook(false);
		return application.run();
	}

	@Test
	void repositoryThatAsksIsTheStoreThatIsInjected() {
		try (ConfigurableApplicationContext context = start(List.of(Model.class, Observed.class),
				"rds.vector.repositories.documents.spring-ai=true", "rds.vector.repositories.others.dimensions=256")) {
			VectorStore store = context.getBean(VectorStore.class);
			assertThat(store).isSameAs(context.getBean("documentsVectorStore")).isInstanceOf(RdsVectorStore.class);
			store.add(List.of(new Document("text", Map.of("year", 2020))));
			assertThat(store.similaritySearch("text")).hasSize(1);
			Optional<JdbcTemplate> client = store.getNativeClient();
			assertThat(client).containsSame(context.getBean(JdbcTemplate.class));
			TestObservationRegistryAssert.assertThat(context.getBean(TestObservationRegistry.class))
				.hasObservationWithNameEqualTo("db.vector.client.operation");
			assertThat(context.getBeansOfType(PgVectorStore.class)).isEmpty();
			assertThat(ConditionEvaluationReport.get(context.getBeanFactory()).getConditionAndOutcomesBySource())
				.hasEntrySatisfying(
						"org.springframework.ai.vectorstore.pgvector.autoconfigure.PgVectorStoreAutoConfiguration",
						(outcomes) -> assertThat(outcomes.isFullMatch()).isFalse());
		}
	}

	@Test
	void storesAreQualifiedByTheirRepositories() {
		try (ConfigurableApplicationContext context = start(List.of(Model.class, Consumer.class),
				"rds.vector.repositories.documents.spring-ai=true", "rds.vector.repositories.notes.dimensions=256",
				"rds.vector.repositories.notes.spring-ai=true")) {
			assertThat(context.getBean("consumer"))
				.isEqualTo(List.of(context.getBean("documentsVectorStore"), context.getBean("notesVectorStore")));
		}
	}

	@Test
	void storeOfSpringAiStaysWhereItsTypeIsAskedFor() {
		try (ConfigurableApplicationContext context = start(List.of(Model.class),
				"rds.vector.repositories.documents.spring-ai=true", "spring.ai.vectorstore.type=pgvector",
				"spring.ai.vectorstore.pgvector.dimensions=256",
				"spring.ai.vectorstore.pgvector.initialize-schema=true")) {
			assertThat(context.getBeansOfType(VectorStore.class)).containsOnlyKeys("vectorStore",
					"documentsVectorStore");
		}
	}

	@Test
	void storeOfSpringAiStaysWhereNoRepositoryAsks() {
		try (ConfigurableApplicationContext context = start(List.of(Model.class),
				"spring.ai.vectorstore.pgvector.dimensions=256")) {
			assertThat(context.getBean(VectorStore.class)).isInstanceOf(PgVectorStore.class);
		}
	}

	@Test
	void storeOfTheApplicationWins() {
		try (ConfigurableApplicationContext context = start(List.of(Model.class, OwnStore.class),
				"rds.vector.repositories.documents.spring-ai=true")) {
			assertThat(context.getBean("documentsVectorStore")).isNotInstanceOf(RdsVectorStore.class);
		}
	}

	@Test
	void modelIsChosenByNameOrAsPrimary() {
		try (ConfigurableApplicationContext context = start(List.of(TwoModels.class),
				"rds.vector.repositories.documents.spring-ai=true",
				"rds.vector.repositories.documents.spring-ai-embedding-model=second")) {
			assertThat(model(context)).isSameAs(context.getBean("second"));
		}
		try (ConfigurableApplicationContext context = start(List.of(TwoModels.class, PrimaryModel.class),
				"rds.vector.repositories.documents.spring-ai=true")) {
			assertThat(model(context)).isSameAs(context.getBean("third"));
		}
	}

	private static Object model(ConfigurableApplicationContext context) {
		return org.springframework.test.util.ReflectionTestUtils.getField(context.getBean(RdsVectorStore.class),
				"embeddingModel");
	}

	@Test
	void modelThatIsMissingOrAmbiguousStopsTheStart() {
		assertStartFails(List.of(),
				List.of("rds.vector.repositories.documents.spring-ai", "there is no bean of type EmbeddingModel"),
				"rds.vector.repositories.documents.spring-ai=true");
		assertStartFails(List.of(TwoModels.class),
				List.of("there are several beans of type EmbeddingModel: first, second"),
				"rds.vector.repositories.documents.spring-ai=true");
		assertStartFails(List.of(TwoModels.class), List.of("spring-ai-embedding-model", "'third'", "first, second"),
				"rds.vector.repositories.documents.spring-ai=true",
				"rds.vector.repositories.documents.spring-ai-embedding-model=third");
		assertStartFails(List.of(TwoModels.class), List.of("spring-ai-embedding-model", "is no VectorStore"),
				"rds.vector.repositories.documents.spring-ai-embedding-model=first", "spring.ai.vectorstore.type=none");
	}

	@Test
	void modelEmbedsTheTextsOfARepository() {
		String[] text = { "rds.vector.repositories.documents.text.enabled=true", "spring.ai.vectorstore.type=none",
				"rds.vector.repositories.documents.text.embedding-model=second" };
		try (ConfigurableApplicationContext context = start(List.of(TwoModels.class), text)) {
			TextRepository<UUID> texts = context
				.<TextRepository<UUID>>getBeanProvider(
						ResolvableType.forClassWithGenerics(TextRepository.class, UUID.class))
				.getObject();
			UUID id = UUID.randomUUID();
			texts.upsert(List.of(new TextRecord<>(UUID.randomUUID(), "roses"), new TextRecord<>(id, "towers")));
			assertThat(texts.search("towers")).first().extracting(VectorMatch::id).isEqualTo(id);
			assertThat(texts.vectors().findById(id).orElseThrow().embedding())
				.isEqualTo(new DenseVector(context.getBean("second", EmbeddingModel.class).embed("towers")));
		}
		assertStartFails(List.of(TwoModels.class),
				List.of("text.enabled",
						"there are several beans of type TextEmbedder or EmbeddingModel: first, second"),
				text[0], text[1]);
		assertStartFails(List.of(), List.of("text.enabled", "there is no bean of type TextEmbedder or EmbeddingModel"),
				text[0], text[1]);
	}

	private void assertStartFails(List<Class<?>> configurations, List<String> message, String... properties) {
		assertThatThrownBy(() -> start(configurations, properties).close())
			.satisfies((ex) -> assertThat(rootCause(ex)).hasMessageContainingAll(message.toArray(String[]::new)));
	}

	private static Throwable rootCause(Throwable failure) {
		return (failure.getCause() != null) ? rootCause(failure.getCause()) : failure;
	}

	@Test
	void otherBeanOfTheNameStopsTheStart() {
		assertStartFails(List.of(Model.class, OtherBean.class), List.of("another bean", "'documentsVectorStore'"),
				"rds.vector.repositories.documents.spring-ai=true");
	}

	@Test
	void batchingStrategyIsThatOfTheApplication() {
		try (ConfigurableApplicationContext context = start(List.of(Model.class, OwnStrategy.class),
				"rds.vector.repositories.documents.spring-ai=true")) {
			assertThat(context.getBeansOfType(BatchingStrategy.class)).containsOnlyKeys("ownStrategy");
			context.getBean(VectorStore.class).add(List.of(new Document("word ".repeat(20_000))));
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void tableOfPgVectorStoreIsAdopted(CapturedOutput output) {
		JdbcTemplate jdbc = new JdbcTemplate(this.database);
		PgVectorStore theirs = PgVectorStore.builder(jdbc, new HashingModel())
			.dimensions(256)
			.initializeSchema(true)
			.build();
		theirs.afterPropertiesSet();
		theirs.add(List.of(new Document("text", Map.of("by", "them"))));
		String[] adopt = { "rds.vector.repositories.documents.table=vector_store",
				"rds.vector.repositories.documents.schema=validate", "rds.vector.repositories.documents.spring-ai=true",
				"rds.vector.repositories.documents.metadata-type=json" };
		try (ConfigurableApplicationContext context = start(List.of(Model.class), adopt)) {
			VectorStore store = context.getBean(VectorStore.class);
			assertThat(store.similaritySearch("text")).singleElement()
				.satisfies((document) -> assertThat(document.getMetadata()).containsEntry("by", "them"));
			store.delete("by == 'them'");
			assertThat(theirs.similaritySearch("text")).isEmpty();
		}
		assertThat(output).containsOnlyOnce("Vector table vector_store has its metadata as json")
			.contains("ALTER TABLE \"vector_store\" ALTER COLUMN \"metadata\" TYPE jsonb");
		adopt[3] = "rds.vector.repositories.documents.metadata-type=jsonb";
		assertStartFails(List.of(Model.class), List.of("metadata is declared as jsonb, but is json"), adopt);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class Model {

		@Bean
		EmbeddingModel model() {
			return new HashingModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoModels {

		@Bean
		EmbeddingModel first() {
			return new HashingModel();
		}

		@Bean
		EmbeddingModel second() {
			return new HashingModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryModel {

		@Bean
		@Primary
		EmbeddingModel third() {
			return new HashingModel();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Observed {

		@Bean
		ObservationRegistry observationRegistry() {
			return TestObservationRegistry.create();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnStrategy {

		@Bean
		BatchingStrategy ownStrategy() {
			return List::of;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnStore {

		@Bean
		VectorStore documentsVectorStore(EmbeddingModel model) {
			return org.springframework.ai.vectorstore.SimpleVectorStore.builder(model).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherBean {

		@Bean
		String documentsVectorStore() {
			return "another bean";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Consumer {

		@Bean
		List<VectorStore> consumer(@Qualifier("documents") VectorStore documents,
				@Qualifier("notes") VectorStore notes) {
			return List.of(documents, notes);
		}

	}

}
