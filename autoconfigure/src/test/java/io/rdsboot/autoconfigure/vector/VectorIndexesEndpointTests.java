package io.rdsboot.autoconfigure.vector;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.actuate.VectorIndexesEndpoint;
import io.rdsboot.actuate.VectorIndexesEndpoint.Action;
import io.rdsboot.actuate.VectorIndexesEndpoint.IndexAction;
import io.rdsboot.actuate.VectorIndexesEndpoint.Table;
import io.rdsboot.autoconfigure.actuate.VectorIndexesEndpointAutoConfiguration;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.index.VectorIndexStatus;
import io.rdsboot.vector.recall.RecallEstimate;
import io.rdsboot.vector.recall.RecallStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link VectorIndexesEndpoint} on real indexes.
 */
@LocalRds
class VectorIndexesEndpointTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private HikariDataSource database;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.create(cluster);
	}

	@AfterEach
	void closePool() {
		this.database.close();
	}

	@Test
	void nothingIsThereIfTheEndpointIsNotExposed() {
		runner("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(VectorIndexesEndpoint.class));
	}

	@Test
	void indexesAreShownFromTheirFirstRowToTheirTunedRecall() {
		run((context) -> {
			VectorIndexesEndpoint endpoint = context.getBean(VectorIndexesEndpoint.class);
			await(() -> assertThat(onVectors(endpoint).state()).isEqualTo(VectorIndexStatus.State.WAITING_FOR_DATA));
			assertThat(onVectors(endpoint).name()).isNull();
			load(context, 2000);
			endpoint.run(Action.BUILD);
			await(() -> assertThat(onVectors(endpoint).state()).isEqualTo(VectorIndexStatus.State.READY));
			await(() -> assertThat(onVectors(endpoint).condition()).isNotNull());
			assertThat(onVectors(endpoint).condition().bytes()).isPositive();
			assertThat(onVectors(endpoint).condition().defect()).isNull();
			endpoint.run(Action.TUNE);
			await(() -> assertThat(recall(endpoint).state()).isEqualTo(RecallStatus.State.TUNED));
			assertThat(recall(endpoint).measured()).isGreaterThan(0.9);
			assertThat(recall(endpoint).setting()).isEqualTo("hnsw.ef_search");
			assertThat(recall(endpoint).value()).isPositive();
			assertThat(recall(endpoint).curve()).extracting(RecallEstimate::setting)
				.contains(recall(endpoint).value())
				.isSorted();
			assertThat(endpoint.table("documents")).isEqualTo(endpoint.indexes().tables().get(0));
			assertThat(endpoint.table("nothing")).isNull();
		});
	}

	@Test
	void indexIsRebuiltAndTheRebuildCanceled() {
		JdbcTemplate jdbc = new JdbcTemplate(this.database);
		run((context) -> {
			load(context, 10);
			context.getBean(VectorIndexManager.class).awaitReady(LIMIT);
			VectorIndexesEndpoint endpoint = context.getBean(VectorIndexesEndpoint.class);
			String name = onVectors(endpoint).name();
			long before = oid(jdbc, name);
			endpoint.change("documents", IndexAction.REBUILD, name);
			await(() -> assertThat(oid(jdbc, name)).isNotEqualTo(before));
			await(() -> assertThat(onVectors(endpoint).detail()).isNull());
			long after = oid(jdbc, name);
			try (Connection writer = this.database.getConnection(); Statement statement = writer.createStatement()) {
				writer.setAutoCommit(false);
				statement.execute("UPDATE documents SET content = 'x'");
				endpoint.change("documents", IndexAction.REBUILD, name);
				await(() -> assertThat(jdbc.queryForList(
						"SELECT 1 FROM pg_stat_progress_create_index WHERE datname = current_database() AND phase LIKE 'waiting%'"))
					.isNotEmpty());
				Table table = endpoint.change("documents", IndexAction.CANCEL, name);
				assertThat(table.name()).isEqualTo("documents");
				await(() -> assertThat(onVectors(endpoint).detail()).contains("canceled its rebuild"));
				writer.rollback();
			}
			assertThat(onVectors(endpoint).state()).isEqualTo(VectorIndexStatus.State.READY);
			assertThat(oid(jdbc, name)).isEqualTo(after);
		});
	}

	@Test
	void whatCannotBeDoneToAnIndexSaysWhy() {
		run((context) -> {
			VectorIndexesEndpoint endpoint = context.getBean(VectorIndexesEndpoint.class);
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.change("nothing", IndexAction.REBUILD, "x"))
				.withMessage("There is no vector table 'nothing'");
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.change("documents", IndexAction.REBUILD, "x"))
				.withMessage("Vector table documents has no index 'x'");
			assertThatExceptionOfType(InvalidEndpointRequestException.class)
				.isThrownBy(() -> endpoint.change("documents", IndexAction.CANCEL, "x"))
				.withMessageContaining("is not being built by this instance of the service");
		});
	}

	private static long oid(JdbcTemplate jdbc, String name) {
		return jdbc.queryForObject("SELECT ?::regclass::oid::bigint", Long.class, name);
	}

	@Test
	void failedBuildIsTriedAgainAtOnceIfAskedFor() {
		JdbcTemplate jdbc = new JdbcTemplate(this.database);
		List<String> names = new ArrayList<>();
		run((context) -> {
			load(context, 10);
			context.getBean(VectorIndexManager.class).awaitReady(LIMIT);
			names.add(onVectors(context.getBean(VectorIndexesEndpoint.class)).name());
		});
		jdbc.execute("DROP INDEX " + names.get(0));
		jdbc.execute("CREATE SEQUENCE " + names.get(0));
		run((context) -> {
			VectorIndexesEndpoint endpoint = context.getBean(VectorIndexesEndpoint.class);
			await(() -> assertThat(onVectors(endpoint).state()).isEqualTo(VectorIndexStatus.State.FAILED));
			assertThat(onVectors(endpoint).detail()).contains(names.get(0));
			jdbc.execute("DROP SEQUENCE " + names.get(0));
			endpoint.run(Action.BUILD);
			endpoint.run(Action.BUILD);
			// Without being asked, the manager tries again after half a minute.
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> onVectors(endpoint).state() == VectorIndexStatus.State.READY);
		});
	}

	private static VectorIndexesEndpoint.Index onVectors(VectorIndexesEndpoint endpoint) {
		return endpoint.indexes()
			.tables()
			.get(0)
			.indexes()
			.stream()
			.filter((index) -> index.purpose().equals("embedding"))
			.findFirst()
			.orElseThrow();
	}

	private static VectorIndexesEndpoint.Recall recall(VectorIndexesEndpoint endpoint) {
		return endpoint.indexes().tables().get(0).recall().get(0);
	}

	private static void await(Runnable assertion) {
		Awaitility.await().atMost(LIMIT).untilAsserted(assertion::run);
	}

	@SuppressWarnings("unchecked")
	private static void load(AssertableApplicationContext context, int rows) {
		Random random = new Random(7);
		List<VectorRecord<UUID>> records = new ArrayList<>();
		for (int i = 0; i < rows; i++) {
			float[] vector = { random.nextFloat(), random.nextFloat(), random.nextFloat() };
			records.add(new VectorRecord<>(UUID.randomUUID(), vector, null));
		}
		((VectorRepository<UUID>) context.getBean("documents")).upsert(records);
	}

	private void run(Check check) {
		runner("management.endpoints.web.exposure.include=vectorindexes").run((context) -> {
			assertThat(context).hasNotFailed();
			check.accept(context);
		});
	}

	private ApplicationContextRunner runner(String property) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, FlywayAutoConfiguration.class,
					RdsVectorAutoConfiguration.class, VectorIndexesEndpointAutoConfiguration.class))
			.withPropertyValues("spring.datasource.url=" + this.database.getJdbcUrl(),
					"spring.datasource.username=" + this.database.getUsername(),
					"spring.datasource.password=" + this.database.getPassword(),
					"rds.vector.repositories.documents.dimensions=3",
					"rds.vector.repositories.documents.target-recall=0.9", property);
	}

	private interface Check {

		void accept(AssertableApplicationContext context) throws Exception;

	}

}
