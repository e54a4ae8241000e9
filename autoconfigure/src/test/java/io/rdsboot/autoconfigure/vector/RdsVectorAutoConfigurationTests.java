package io.rdsboot.autoconfigure.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;

import javax.sql.DataSource;

import com.pgvector.PGvector;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.migration.ReadOnlyMigrationFailureAnalyzer;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexCondition;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.index.VectorIndexStatus;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.recall.RecallStatus;
import io.rdsboot.vector.recall.RecallTuner;
import io.rdsboot.vector.schema.VectorSchemaException;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;
import jakarta.persistence.EntityManagerFactory;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.ResolvableType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.SharedEntityManagerCreator;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RdsVectorAutoConfiguration} with Boot's own {@link DataSource} and
 * with the routing one.
 */
@LocalRds
class RdsVectorAutoConfigurationTests {

	private HikariDataSource database;

	private JdbcTemplate jdbc;

	private ApplicationContextRunner contextRunner;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
		this.jdbc = new JdbcTemplate(this.database);
		this.contextRunner = runner().withPropertyValues("spring.datasource.url=" + this.database.getJdbcUrl(),
				"spring.datasource.username=" + this.database.getUsername(),
				"spring.datasource.password=" + this.database.getPassword());
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	private static ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					DataSourceAutoConfiguration.class, DataSourceTransactionManagerAutoConfiguration.class,
					FlywayAutoConfiguration.class, RdsVectorAutoConfiguration.class));
	}

	@Test
	void repositoriesAreInjectedByNameAndByType() {
		this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3",
					"rds.vector.repositories.pictures.dimensions=4", "rds.vector.repositories.notes.dimensions=2",
					"rds.vector.repositories.notes.id-type=text")
			.withUserConfiguration(Consumers.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean("consumer")).isEqualTo(
						List.of(context.getBean("documents"), context.getBean("pictures"), context.getBean("notes")));
				VectorRepository<String> notes = context
					.<VectorRepository<String>>getBeanProvider(
							ResolvableType.forClassWithGenerics(VectorRepository.class, String.class))
					.getObject();
				notes.upsert(new VectorRecord<>("a", new float[] { 1, 2 }, "text"));
				assertThat(notes.search(VectorSearch.nearest(new float[] { 1, 2 }))).hasSize(1);
			});
	}

	@Test
	void indexIsBuiltInTheBackgroundAsDeclared() {
		this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3",
					"rds.vector.repositories.documents.index.m=8")
			.run((context) -> {
				documents(context.getBean("documents"))
					.upsert(new VectorRecord<>(UUID.randomUUID(), new float[] { 1, 2, 3 }, null));
				awaitReady(context.getBean(VectorIndexManager.class));
				assertThat(indexes())
					.anyMatch((definition) -> definition.contains("USING hnsw") && definition.contains("m='8'"));
			});
	}

	@Test
	void indexBuildTakesWhatIsConfigured() {
		this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3",
					"rds.vector.repositories.documents.columns.metadata=", "rds.vector.index-build.max-memory=3MB",
					"rds.vector.index-build.workers=5")
			.run((context) -> {
				this.jdbc.execute("CREATE TABLE observed (memory text, workers text)");
				this.jdbc.execute("""
						CREATE FUNCTION observe() RETURNS event_trigger LANGUAGE plpgsql AS $$
						BEGIN
							INSERT INTO observed VALUES (current_setting('maintenance_work_mem'),
								current_setting('max_parallel_maintenance_workers'));
						END $$""");
				this.jdbc.execute("CREATE EVENT TRIGGER observe ON ddl_command_start WHEN TAG IN ('CREATE INDEX') "
						+ "EXECUTE FUNCTION observe()");
				documents(context.getBean("documents"))
					.upsert(new VectorRecord<>(UUID.randomUUID(), new float[] { 1, 2, 3 }, null));
				awaitReady(context.getBean(VectorIndexManager.class));
				assertThat(this.jdbc.queryForMap("SELECT * FROM observed WHERE memory = '3MB'"))
					.containsEntry("workers", "5");
			});
	}

	@Test
	void indexIsChosenAndSearchesUseIt() {
		this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=1000",
					"rds.vector.repositories.documents.columns.metadata=",
					"rds.vector.repositories.documents.index.type=auto",
					"rds.vector.repositories.documents.index.min-rows=100", "rds.vector.index-build.max-memory=6MB")
			.run((context) -> {
				this.jdbc.execute("""
						INSERT INTO documents (id, embedding)
						SELECT gen_random_uuid(), array_fill(1::float4, ARRAY[999]) || n::float4
						FROM generate_series(1, 500) n""");
				this.jdbc.execute("ANALYZE documents");
				awaitReady(context.getBean(VectorIndexManager.class));
				assertThat(indexes()).anyMatch((index) -> index.contains("halfvec(1000)"));
				float[] vector = new float[1000];
				vector[0] = 1;
				VectorRepository<UUID> documents = documents(context.getBean("documents"));
				Awaitility.await()
					.untilAsserted(() -> assertThat(documents.explain(VectorSearch.nearest(vector)))
						.contains("::halfvec(1000)"));
			});
	}

	@Test
	void indexThatHasBecomeTooLargeIsRebuilt() {
		this.contextRunner.withPropertyValues("rds.vector.repositories.documents.dimensions=1100",
				"rds.vector.repositories.documents.id-type=bigint",
				"rds.vector.repositories.documents.columns.metadata=",
				"rds.vector.repositories.documents.index.ef-construction=4",
				"rds.vector.repositories.documents.index.m=2", "rds.vector.index-maintenance.action=reindex",
				"rds.vector.index-maintenance.interval=1s", "rds.vector.index-maintenance.window=00:00-23:59:59.999")
			.run((context) -> {
				this.jdbc.execute("""
						INSERT INTO documents (id, embedding)
						SELECT n, array_fill(1::float4, ARRAY[1099]) || n::float4
						FROM generate_series(1, 9000) n""");
				VectorIndexManager manager = context.getBean(VectorIndexManager.class);
				awaitReady(manager);
				this.jdbc.execute("DELETE FROM documents WHERE id > 500");
				this.jdbc.execute("VACUUM ANALYZE documents");
				String index = Objects.requireNonNull(manager.status().get(0).index());
				this.jdbc.execute("COMMENT ON INDEX \"%s\" IS NULL".formatted(index));
				Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
					VectorIndexCondition condition = manager.status().get(0).condition();
					return condition != null && condition.rowsWhenBuilt() == 500;
				});
			});
	}

	@Test
	void searchesAreTunedToTheDeclaredRecall() {
		this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3",
					"rds.vector.repositories.documents.target-recall=0.9")
			.run((context) -> {
				List<VectorRecord<UUID>> records = new ArrayList<>();
				Random random = new Random(1);
				for (int i = 0; i < 1500; i++) {
					records.add(new VectorRecord<>(UUID.randomUUID(),
							new float[] { random.nextFloat(), random.nextFloat(), random.nextFloat() }, null));
				}
				VectorRepository<UUID> documents = documents(context.getBean("documents"));
				documents.upsert(records);
				RecallTuner tuner = context.getBean(RecallTuner.class);
				assertThat(tuner.status()).hasSize(1);
				awaitReady(context.getBean(VectorIndexManager.class));
				this.jdbc.execute("ANALYZE documents");
				tuner.close();
				tuner.start();
				Awaitility.await()
					.atMost(Duration.ofMinutes(1))
					.until(() -> tuner.status().get(0).state(), (state) -> state == RecallStatus.State.TUNED);
				assertThat(documents.explain(VectorSearch.nearest(new float[] { 1, 2, 3 })))
					.contains("set_config('hnsw.ef_search'::text, '20'::text");
			});
	}

	@Test
	void beansAreAbsentWithoutRepositories() {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed()
			.doesNotHaveBean(RdsVectorAutoConfiguration.class)
			.hasSingleBean(Flyway.class));
	}

	@Test
	void beansAreAbsentWithoutPgvectorClasses() {
		this.contextRunner.withPropertyValues("rds.vector.repositories.documents.dimensions=3")
			.withClassLoader(new FilteredClassLoader(PGvector.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(VectorIndexManager.class));
	}

	@Test
	void repositoryOfTheApplicationWins() {
		this.contextRunner.withPropertyValues("rds.vector.repositories.documents.dimensions=3")
			.withUserConfiguration(OwnRepository.class)
			.run((context) -> assertThat(context.getBean("documents", VectorRepository.class).table().name())
				.isEqualTo("own"));
	}

	@Test
	void managerOfTheApplicationWins() {
		this.contextRunner.withPropertyValues("rds.vector.repositories.documents.dimensions=3")
			.withBean("own", VectorIndexManager.class,
					() -> new VectorIndexManager(this.database, List.<VectorTable>of()))
			.run((context) -> assertThat(context).getBean(VectorIndexManager.class).isSameAs(context.getBean("own")));
	}

	@Test
	void otherBeanOfTheNameIsReported() {
		this.contextRunner.withPropertyValues("rds.vector.repositories.documents.dimensions=3")
			.withBean("documents", StringBuilder.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessage(
						"rds.vector.repositories.documents: the application has another bean of the name 'documents', "
								+ "of type class java.lang.StringBuilder"));
	}

	@Test
	void migrateWithoutFlywayOnTheClassPathIsReported() {
		this.contextRunner.withPropertyValues("rds.vector.repositories.documents.dimensions=3")
			.withClassLoader(new FilteredClassLoader("org.flywaydb"))
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRdsConfigurationException.class)
				.hasMessage("rds.vector.repositories.documents.schema = 'migrate': nothing can create the table, "
						+ "because Flyway is not on the class path or disabled"));
	}

	@Test
	void migrateWithFlywayDisabledIsReported() {
		this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3", "spring.flyway.enabled=false")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidRdsConfigurationException.class));
	}

	@Test
	void tableWhenValidatedIsComparedWithoutFlyway() {
		this.jdbc.execute("CREATE EXTENSION vector");
		ApplicationContextRunner validating = this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3", "rds.vector.schema=validate")
			.withClassLoader(new FilteredClassLoader("org.flywaydb"));
		validating.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOf(VectorSchemaException.class)
			.hasMessageContaining("Vector table documents does not exist"));
		this.jdbc
			.execute("CREATE TABLE documents (id uuid PRIMARY KEY, embedding vector(3), content text, metadata jsonb)");
		validating.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(VectorIndexManager.class).status()).isEmpty();
		});
	}

	@Test
	void tableWhenLeftAloneIsNotLookedAt() {
		this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3",
					"rds.vector.repositories.documents.schema=none")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasBean("documents");
				assertThat(this.jdbc.queryForList("SELECT 1 FROM pg_extension WHERE extname = 'vector'")).isEmpty();
			});
	}

	@Test
	void tableWhenDroppedAfterItsMigrationIsReported() {
		ApplicationContextRunner documents = this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3");
		documents.run((context) -> {
			assertThat(context).hasNotFailed();
			documents(context.getBean("documents"))
				.upsert(new VectorRecord<>(UUID.randomUUID(), new float[] { 1, 2, 3 }, null));
			awaitReady(context.getBean(VectorIndexManager.class));
		});
		this.jdbc.execute("DROP TABLE documents");
		documents.run((context) -> {
			FailureAnalysis analysis = new VectorSchemaFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("Vector table documents does not exist");
			assertThat(analysis.getAction()).isNotBlank();
		});
	}

	@Test
	void beanThatUsesARepositoryAtStartFindsTheTable() {
		this.contextRunner.withPropertyValues("rds.vector.repositories.documents.dimensions=3")
			.withUserConfiguration(EarlyUser.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void repositoryOfTheApplicationIsMadeAfterFlyway() {
		this.contextRunner.withPropertyValues("rds.vector.repositories.own.dimensions=3")
			.withUserConfiguration(EarlyOwnRepository.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void repositoryWhenJpaTransactionIsActiveTakesPart() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(HibernateJpaAutoConfiguration.class))
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3")
			.withUserConfiguration(EmptyJpa.class)
			.run((context) -> {
				VectorRepository<UUID> documents = documents(context.getBean("documents"));
				JpaTransactionManager transactionManager = context.getBean(JpaTransactionManager.class);
				new TransactionTemplate(transactionManager).executeWithoutResult((status) -> {
					documents.upsert(new VectorRecord<>(UUID.randomUUID(), new float[] { 1, 2, 3 }, null));
					Object count = SharedEntityManagerCreator
						.createSharedEntityManager(context.getBean(EntityManagerFactory.class))
						.createNativeQuery("SELECT count(*) FROM documents", Long.class)
						.getSingleResult();
					assertThat(count).isEqualTo(1L);
					status.setRollbackOnly();
				});
				assertThat(documents.count()).isZero();
			});
	}

	@Test
	void readsGoToTheReaderAndWritesToTheWriter(LocalRdsCluster cluster) {
		LocalRdsInstance reader = cluster.readers().get(0);
		String name = this.jdbc.queryForObject("SELECT current_database()", String.class);
		this.jdbc.execute("CREATE EXTENSION vector");
		this.jdbc.execute("CREATE TABLE rows (id uuid PRIMARY KEY, embedding vector(3), content text, metadata jsonb)");
		this.jdbc.execute(
				"CREATE FUNCTION port() RETURNS text LANGUAGE sql STABLE AS " + "$$ SELECT current_setting('port') $$");
		this.jdbc.execute("CREATE VIEW answered AS SELECT id, embedding, port() AS content, metadata FROM rows");
		cluster.awaitReplication();
		runner()
			.withPropertyValues("rds.writer=%s:%d".formatted(cluster.writer().host(), cluster.writer().port()),
					"rds.readers=%s:%d".formatted(reader.host(), reader.port()), "rds.database=" + name,
					"rds.credentials.username=" + this.database.getUsername(),
					"rds.credentials.password=" + this.database.getPassword(), "rds.vector.schema=none",
					"spring.flyway.enabled=false", "rds.vector.repositories.rows.dimensions=3",
					"rds.vector.repositories.answered.dimensions=3")
			.run((context) -> {
				UUID id = UUID.randomUUID();
				documents(context.getBean("rows"))
					.upsert(new VectorRecord<>(id, new float[] { 1, 2, 3 }, null, Map.of()));
				VectorRepository<UUID> answered = documents(context.getBean("answered"));
				String readerPort = String.valueOf(reader.port());
				Awaitility.await("the reader has the row, and is known to have it")
					.pollInSameThread()
					.until(() -> answered.findById(id).orElseThrow().content().equals(readerPort));
				assertThat(answered.search(VectorSearch.nearest(new float[] { 1, 2, 3 }))).singleElement()
					.satisfies((match) -> assertThat(match.content()).isEqualTo(readerPort));
				assertThat(answered.count()).isOne();
			});
	}

	@Test
	void tableAndIndexAreMadeThroughTheRoutingDataSourceByAnOrdinaryRole() {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).start()) {
			LocalRdsInstance reader = cluster.readers().get(0);
			runner().withPropertyValues("rds.writer=%s:%d".formatted(cluster.writer().host(), cluster.writer().port()),
					"rds.readers=%s:%d".formatted(reader.host(), reader.port()), "rds.database=" + cluster.database(),
					"rds.credentials.username=" + cluster.username(), "rds.credentials.password=" + cluster.password(),
					"rds.vector.repositories.documents.dimensions=3")
				.run((context) -> {
					assertThat(context).hasNotFailed();
					VectorRepository<UUID> documents = documents(context.getBean("documents"));
					UUID id = UUID.randomUUID();
					documents.upsert(new VectorRecord<>(id, new float[] { 1, 2, 3 }, null, Map.of("a", 1)));
					awaitReady(context.getBean(VectorIndexManager.class));
					cluster.awaitReplication();
					assertThat(documents.search(VectorSearch.nearest(new float[] { 1, 2, 3 }))).hasSize(1);
					assertThat(documents.delete(id)).isTrue();
				});
		}
	}

	@Test
	void flywayOnAReaderIsReported(LocalRdsCluster cluster) {
		LocalRdsInstance reader = cluster.readers().get(0);
		cluster.awaitReplication();
		this.contextRunner
			.withPropertyValues("rds.vector.repositories.documents.dimensions=3",
					"spring.datasource.url="
							+ this.database.getJdbcUrl().replace(":" + cluster.writer().port(), ":" + reader.port()))
			.run((context) -> {
				FailureAnalysis analysis = new ReadOnlyMigrationFailureAnalyzer().analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription()).isEqualTo("Flyway reached a database server that only reads, "
						+ "so it cannot migrate: ERROR: cannot execute CREATE TABLE in a read-only transaction");
				assertThat(analysis.getAction()).isEqualTo("Point the address of the writer at the writer, "
						+ "or wait until a failover has ended, and start again.");
			});
	}

	@SuppressWarnings("unchecked")
	private static VectorRepository<UUID> documents(Object bean) {
		return (VectorRepository<UUID>) bean;
	}

	private static void awaitReady(VectorIndexManager manager) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> manager.status()
				.stream()
				.allMatch((status) -> status.state() == VectorIndexStatus.State.READY));
	}

	private List<String> indexes() {
		return this.jdbc.queryForList("SELECT indexdef FROM pg_indexes WHERE tablename = 'documents'", String.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Consumers {

		@Bean
		List<Object> consumer(VectorRepository<UUID> documents, @Qualifier("pictures") VectorRepository<UUID> second,
				VectorRepository<String> anyName) {
			return List.of(documents, second, anyName);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRepository {

		@Bean
		VectorRepository<Long> documents(DataSource dataSource) {
			return JdbcVectorRepository.of(dataSource,
					VectorTable.builder("own").dimensions(3).idType(IdType.BIGINT).build(), Long.class);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyUser {

		@Bean
		Long aaaCounted(VectorRepository<UUID> documents) {
			return documents.count();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EarlyOwnRepository {

		@Bean
		VectorRepository<UUID> aaaOwn(DataSource dataSource) {
			VectorRepository<UUID> repository = JdbcVectorRepository.of(dataSource,
					VectorTable.builder("own").dimensions(3).build(), UUID.class);
			assertThat(repository.count()).isZero();
			return repository;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackages = "io.rdsboot.nothing")
	static class EmptyJpa {

	}

}
