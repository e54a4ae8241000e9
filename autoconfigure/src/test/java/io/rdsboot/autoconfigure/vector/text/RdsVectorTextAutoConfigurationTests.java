package io.rdsboot.autoconfigure.vector.text;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.reembedding.Reembedding;
import io.rdsboot.vector.reembedding.ReembeddingStatus.State;
import io.rdsboot.vector.text.TextEmbedder;
import io.rdsboot.vector.text.TextRepository;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Fallback;
import org.springframework.context.annotation.Primary;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RdsVectorTextAutoConfiguration}.
 */
@LocalRds
class RdsVectorTextAutoConfigurationTests {

	private static final String DOCUMENTS = "rds.vector.repositories.documents.";

	private static final String ENABLED = DOCUMENTS + "text.enabled=true";

	private HikariDataSource database;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
		this.contextRunner = new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(RdsDataSourceAutoConfiguration.class, DataSourceAutoConfiguration.class,
							DataSourceTransactionManagerAutoConfiguration.class, FlywayAutoConfiguration.class,
							RdsVectorAutoConfiguration.class, RdsVectorTextAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.getJdbcUrl(),
					"spring.datasource.username=" + this.database.getUsername(),
					"spring.datasource.password=" + this.database.getPassword(), DOCUMENTS + "dimensions=3");
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	private void assertStartFails(ApplicationContextRunner runner, String message) {
		runner.run((context) -> assertThat(
				NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure())))
			.isInstanceOf(InvalidRdsConfigurationException.class)
			.hasMessage(message));
	}

	@Test
	void repositoryThatAsksForItHasATextRepository() {
		this.contextRunner.withPropertyValues(ENABLED, "rds.vector.repositories.others.dimensions=3")
			.withBean(TextEmbedder.class, () -> new Length(OptionalInt.of(3)))
			.run((context) -> {
				assertThat(context).hasSingleBean(TextRepository.class);
				@SuppressWarnings("unchecked")
				TextRepository<UUID> texts = context.getBean("documentsTextRepository", TextRepository.class);
				assertThat(texts.vectors()).isSameAs(context.getBean("documents"));
				UUID id = UUID.randomUUID();
				texts.upsert(id, "text");
				assertThat(texts.search("text")).extracting(VectorMatch::id).containsExactly(id);
			});
	}

	@Test
	void repositoriesAreInjectedByTheirIdsAndTheNamesOfTheirVectorRepositories() {
		this.contextRunner
			.withPropertyValues(ENABLED, "rds.vector.repositories.notes.dimensions=3",
					"rds.vector.repositories.notes.text.enabled=true", "rds.vector.repositories.notes.id-type=text",
					"rds.vector.repositories.files.dimensions=3", "rds.vector.repositories.files.text.enabled=true")
			.withBean(TextEmbedder.class, () -> new Length(OptionalInt.of(3)))
			.withUserConfiguration(Consumers.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean("consumer")).isEqualTo(List.of(context.getBean("documentsTextRepository"),
						context.getBean("filesTextRepository"), context.getBean("notesTextRepository")));
			});
	}

	@Test
	void repositoryThatDoesNotAskHasNone() {
		this.contextRunner.withBean(TextEmbedder.class, () -> new Length(OptionalInt.of(3)))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TextRepository.class));
	}

	@Test
	void repositoryOfTheApplicationWins() {
		this.contextRunner.withPropertyValues(ENABLED)
			.withUserConfiguration(OwnRepository.class)
			.run((context) -> assertThat(
					context.getBeanFactory().getBeanDefinition("documentsTextRepository").getFactoryBeanName())
				.endsWith("OwnRepository"));
	}

	@Test
	void otherBeanOfTheNameIsAProblem() {
		this.contextRunner.withPropertyValues(ENABLED)
			.withBean("documentsTextRepository", String.class, () -> "")
			.run((context) -> assertThat(context.getStartupFailure())
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessage(
						"rds.vector.repositories.documents.text.enabled = 'true': the application has another bean of the name 'documentsTextRepository', of type class java.lang.String"));
	}

	@Test
	void embedderIsChosenByNameOrAsPrimary() {
		this.contextRunner.withPropertyValues(ENABLED, DOCUMENTS + "text.embedding-model=second")
			.withUserConfiguration(TwoEmbedders.class)
			.run((context) -> {
				TextRepository<?> texts = context.getBean(TextRepository.class);
				texts.nearest("text");
				assertThat(context.getBean("second", Length.class).asked).isTrue();
				assertThat(context.getBean("first", Length.class).asked).isFalse();
			});
		this.contextRunner.withPropertyValues(ENABLED)
			.withUserConfiguration(TwoEmbedders.class, PrimaryEmbedder.class)
			.run((context) -> {
				context.getBean(TextRepository.class).nearest("text");
				assertThat(context.getBean("third", Length.class).asked).isTrue();
			});
	}

	@Test
	void embedderThatIsAFallbackGivesWay() {
		this.contextRunner.withPropertyValues(ENABLED).withUserConfiguration(FallbackEmbedder.class).run((context) -> {
			context.getBean(TextRepository.class).nearest("text");
			assertThat(context.getBean("fourth", Length.class).asked).isTrue();
		});
		this.contextRunner.withPropertyValues(ENABLED)
			.withUserConfiguration(FallbackEmbedder.class)
			.withBean("own", Length.class, () -> new Length(OptionalInt.empty()))
			.run((context) -> {
				context.getBean(TextRepository.class).nearest("text");
				assertThat(context.getBean("own", Length.class).asked).isTrue();
			});
	}

	@Test
	void embedderThatIsMissingOrAmbiguousEndsTheStart() {
		ApplicationContextRunner enabled = this.contextRunner.withPropertyValues(ENABLED);
		assertStartFails(enabled,
				"rds.vector.repositories.documents.text.enabled = 'true': there is no bean of type TextEmbedder, which the TextRepository needs");
		assertStartFails(enabled.withUserConfiguration(TwoEmbedders.class),
				"rds.vector.repositories.documents.text.enabled = 'true': there are several beans of type TextEmbedder: first, second");
		assertStartFails(
				enabled.withUserConfiguration(TwoEmbedders.class)
					.withPropertyValues(DOCUMENTS + "text.embedding-model=third"),
				"rds.vector.repositories.documents.text.embedding-model = 'third': there is no such bean of type TextEmbedder: first, second");
		assertStartFails(this.contextRunner.withPropertyValues(DOCUMENTS + "text.embedding-model=first"),
				"rds.vector.repositories.documents.text.embedding-model = 'first': the repository has no TextRepository, which would have a model");
	}

	@Test
	void searchesChangeOverToTheNextModel() {
		UUID id = UUID.randomUUID();
		ApplicationContextRunner twoModels = this.contextRunner.withUserConfiguration(TwoEmbedders.class)
			.withPropertyValues(ENABLED, DOCUMENTS + "text.embedding-model=first");
		twoModels.run((context) -> texts(context).upsert(id, "text"));
		ApplicationContextRunner changing = twoModels.withPropertyValues(DOCUMENTS + "vectors.further.dimensions=3",
				DOCUMENTS + "text.next.column=further", DOCUMENTS + "text.next.embedding-model=second");
		changing.run((context) -> {
			Reembedding change = context.getBean("documentsReembedding", Reembedding.class);
			Awaitility.await().until(() -> change.status().state(), State.SETTLING::equals);
			assertThat(change.status().embedded()).isEqualTo(1);
			assertThat(texts(context).nearest("text").settings().column()).isEqualTo("embedding");
			new JdbcTemplate(this.database).execute(
					"COMMENT ON COLUMN documents.further IS 'rds-spring-boot: embedded by second, complete since 2026-11-30T20:00:00Z'");
		});
		changing.run((context) -> {
			Reembedding change = context.getBean(Reembedding.class);
			Awaitility.await().until(change::isComplete);
			assertThat(texts(context).nearest("text").settings().column()).isEqualTo("further");
			assertThat(texts(context).search("text")).extracting(VectorMatch::id).containsExactly(id);
		});
	}

	@SuppressWarnings("unchecked")
	private static TextRepository<UUID> texts(ApplicationContext context) {
		return context.getBean("documentsTextRepository", TextRepository.class);
	}

	@Test
	void vectorsOfAnotherModelEndTheStart() {
		ApplicationContextRunner enabled = this.contextRunner.withUserConfiguration(TwoEmbedders.class)
			.withPropertyValues(ENABLED);
		enabled.withPropertyValues(DOCUMENTS + "text.embedding-model=first")
			.run((context) -> texts(context).upsert(UUID.randomUUID(), "text"));
		enabled.withPropertyValues(DOCUMENTS + "text.embedding-model=second")
			.run((context) -> assertThat(
					NestedExceptionUtils.getMostSpecificCause(Objects.requireNonNull(context.getStartupFailure())))
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessageStartingWith(
						"rds.vector.repositories.documents.text.embedding-model = 'second': Column embedding of vector table documents holds vectors of model 'first', but texts are embedded by 'second'"));
	}

	@Test
	void nextModelThatCannotBeUsedEndsTheStart() {
		ApplicationContextRunner enabled = this.contextRunner.withUserConfiguration(TwoEmbedders.class)
			.withPropertyValues(ENABLED, DOCUMENTS + "text.embedding-model=first");
		assertStartFails(enabled.withPropertyValues(DOCUMENTS + "text.next.column=further"),
				"rds.vector.repositories.documents.text.next.embedding-model: nothing says which model fills the column 'further'");
		assertStartFails(enabled.withPropertyValues(DOCUMENTS + "text.next.embedding-model=second"),
				"rds.vector.repositories.documents.text.next.column: nothing says which column the next model 'second' fills");
		assertStartFails(
				enabled.withPropertyValues(DOCUMENTS + "text.next.embedding-model=second",
						DOCUMENTS + "text.next.column=embedding"),
				"rds.vector.repositories.documents.text.next = 'embedding': column embedding is the main vector column of vector table documents: declare a second one for the new model");
	}

	@Test
	void modelOfALibraryIsBridged() {
		this.contextRunner.withPropertyValues(ENABLED)
			.withUserConfiguration(Bridged.class)
			.withBean("model", LibraryModel.class, () -> new LibraryModel(3))
			.run((context) -> assertThat(context.getBean(TextRepository.class).nearest("text").settings().vector())
				.satisfies((vector) -> assertThat(vector.toFloats()).containsExactly(3, 3, 3)));
	}

	@Test
	void embedderOfTheApplicationComesBeforeModelsOfLibraries() {
		ApplicationContextRunner both = this.contextRunner.withPropertyValues(ENABLED)
			.withUserConfiguration(Bridged.class)
			.withBean("own", Length.class, () -> new Length(OptionalInt.of(3)))
			.withBean("model", LibraryModel.class, () -> new LibraryModel(3));
		both.run((context) -> {
			context.getBean(TextRepository.class).nearest("text");
			assertThat(context.getBean(Length.class).asked).isTrue();
		});
		both.withPropertyValues(DOCUMENTS + "text.embedding-model=model").run((context) -> {
			context.getBean(TextRepository.class).nearest("text");
			assertThat(context.getBean(Length.class).asked).isFalse();
		});
	}

	@Test
	void modelsOfSeveralLibrariesAreAmbiguous() {
		assertStartFails(
				this.contextRunner.withPropertyValues(ENABLED)
					.withUserConfiguration(Bridged.class, OtherBridged.class)
					.withBean("model", LibraryModel.class, () -> new LibraryModel(3))
					.withBean("other", StringBuilder.class, StringBuilder::new),
				"rds.vector.repositories.documents.text.enabled = 'true': there are several beans of type TextEmbedder or LibraryModel or StringBuilder: model, other");
	}

	@Test
	void modelOfOtherDimensionsEndsTheStart() {
		assertStartFails(
				this.contextRunner.withPropertyValues(ENABLED)
					.withBean(TextEmbedder.class, () -> new Length(OptionalInt.of(4))),
				"rds.vector.repositories.documents.text.enabled = 'true': embedding model length makes vectors of 4 dimensions, but column embedding of vector table documents has 3");
	}

	@Configuration(proxyBeanMethods = false)
	static class Consumers {

		@Bean
		List<TextRepository<?>> consumer(@Qualifier("documents") TextRepository<UUID> first,
				TextRepository<UUID> filesTextRepository, TextRepository<String> notes) {
			return List.of(first, filesTextRepository, notes);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRepository {

		@Bean
		TextRepository<UUID> documentsTextRepository(VectorRepository<UUID> documents) {
			return TextRepository.of(documents, new Length(OptionalInt.of(3)));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoEmbedders {

		@Bean
		Length first() {
			return new Length("first", OptionalInt.empty());
		}

		@Bean
		Length second() {
			return new Length("second", OptionalInt.empty());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrimaryEmbedder {

		@Bean
		@Primary
		Length third() {
			return new Length("third", OptionalInt.empty());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FallbackEmbedder {

		@Bean
		@Fallback
		Length fourth() {
			return new Length(OptionalInt.empty());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Bridged {

		@Bean
		TextEmbedderBridge<LibraryModel> bridge() {
			return new TextEmbedderBridge<>() {

				@Override
				public Class<LibraryModel> modelType() {
					return LibraryModel.class;
				}

				@Override
				public TextEmbedder embedder(String beanName, LibraryModel model) {
					return model.embedder(beanName);
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherBridged {

		@Bean
		TextEmbedderBridge<StringBuilder> otherBridge() {
			return new TextEmbedderBridge<>() {

				@Override
				public Class<StringBuilder> modelType() {
					return StringBuilder.class;
				}

				@Override
				public TextEmbedder embedder(String beanName, StringBuilder model) {
					throw new UnsupportedOperationException();
				}

			};
		}

	}

	/**
	 * Model of a library.
	 */
	static class LibraryModel {

		private final int value;

		LibraryModel(int value) {
			this.value = value;
		}

		TextEmbedder embedder(String name) {
			return new TextEmbedder() {

				@Override
				public String model() {
					return name;
				}

				@Override
				public OptionalInt dimensions() {
					return OptionalInt.empty();
				}

				@Override
				public List<float[]> embed(List<String> texts) {
					float each = LibraryModel.this.value;
					return texts.stream().map((text) -> new float[] { each, each, each }).toList();
				}

			};
		}

	}

	/**
	 * Embedder of the application's own.
	 */
	static class Length implements TextEmbedder {

		private final String model;

		private final OptionalInt dimensions;

		private volatile boolean asked;

		Length(OptionalInt dimensions) {
			this("length", dimensions);
		}

		Length(String model, OptionalInt dimensions) {
			this.model = model;
			this.dimensions = dimensions;
		}

		@Override
		public String model() {
			return this.model;
		}

		@Override
		public OptionalInt dimensions() {
			return this.dimensions;
		}

		@Override
		public List<float[]> embed(List<String> texts) {
			this.asked = true;
			return texts.stream().map((text) -> new float[] { text.length(), 1, 0 }).toList();
		}

	}

}
