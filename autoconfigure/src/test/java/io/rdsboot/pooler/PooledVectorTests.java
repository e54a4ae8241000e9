package io.rdsboot.pooler;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.autoconfigure.migration.RdsMigrationAutoConfiguration;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.test.LocalPgBouncer;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.TenantResolver;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.index.VectorIndexStatus;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a service with declared vector tables behind a PgBouncer in transaction mode,
 * whose clients share one connection to the server.
 */
@LocalRds
@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isInstalled", disabledReason = "dev/pgbouncer installs it")
class PooledVectorTests {

	private static final String PREFIX = "rds.vector.repositories.documents.";

	private static final int TENANTS = 4;

	private static final int ROWS = 25;

	private final ThreadLocal<String> tenant = new ThreadLocal<>();

	private HikariDataSource database;

	private LocalPgBouncer pgBouncer;

	private String name;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.createWithExtension(cluster);
		JdbcTemplate administrator = new JdbcTemplate(this.database);
		administrator.execute("GRANT ALL ON SCHEMA public TO " + cluster.username());
		this.name = administrator.queryForObject("SELECT current_database()", String.class);
		this.pgBouncer = LocalPgBouncer.builder(cluster)
			.database(LocalPgBouncer.EVERY_DATABASE, cluster.writer())
			.parameter("default_pool_size", "1")
			.start();
	}

	@AfterEach
	void close() {
		this.pgBouncer.close();
		this.database.close();
	}

	@Test
	void tenantsOfOneSessionAreKeptApart(LocalRdsCluster cluster) {
		runner(cluster).withPropertyValues(PREFIX + "keys.tenant=text", PREFIX + "tenant=tenant")
			.withPropertyValues(PREFIX + "index.type=none")
			.withPropertyValues(direct(cluster))
			.withBean(TenantResolver.class, () -> this.tenant::get)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				VectorRepository<Long> documents = documents(context);
				inTurns((number) -> {
					this.tenant.set("tenant " + number);
					for (long id = 0; id < ROWS; id++) {
						documents.upsert(new VectorRecord<>(number * ROWS + id, new float[] { 1, number, id }, "text"));
						assertThat(documents.search(VectorSearch.nearest(new float[] { 1, 1, 1 }).limit(100)))
							.extracting(VectorMatch::metadata)
							.hasSize((int) id + 1)
							.containsOnly(Map.of("tenant", "tenant " + number));
					}
				});
				assertThat(
						context.getBean(JdbcTemplate.class).queryForObject("SELECT count(*) FROM documents", int.class))
					.isZero();
			});
	}

	@Test
	void flywayIsRefusedAndWorksWithADirectAddress(LocalRdsCluster cluster) {
		ApplicationContextRunner runner = runner(cluster).withPropertyValues(PREFIX + "index.type=none");
		runner.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageStartingWith("Through a pooler in transaction mode, the setting "));
		runner.withPropertyValues(direct(cluster)).run((context) -> {
			assertThat(context).hasNotFailed();
			documents(context).upsert(new VectorRecord<>(1L, new float[] { 1, 2, 3 }, "text"));
			assertThat(documents(context).count()).isOne();
		});
	}

	@Test
	void indexIsNotBuiltAndSaysWhy(LocalRdsCluster cluster) {
		runner(cluster).withPropertyValues(PREFIX + "index.type=hnsw")
			.withPropertyValues(direct(cluster))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				VectorIndexManager manager = context.getBean(VectorIndexManager.class);
				Awaitility.await()
					.atMost(60, TimeUnit.SECONDS)
					.until(() -> manager.status()
						.stream()
						.anyMatch((status) -> status.state() == VectorIndexStatus.State.FAILED));
				assertThat(manager.status()).extracting(VectorIndexStatus::detail)
					.anySatisfy((detail) -> assertThat(detail)
						.contains("Through a pooler in transaction mode, the setting statement_timeout"));
			});
	}

	private ApplicationContextRunner runner(LocalRdsCluster cluster) {
		return PooledService.runner(cluster, List.of(this.pgBouncer.jdbcUrl(this.name)))
			.withConfiguration(AutoConfigurations.of(RdsMigrationAutoConfiguration.class, FlywayAutoConfiguration.class,
					RdsVectorAutoConfiguration.class))
			.withPropertyValues(PREFIX + "dimensions=3", PREFIX + "id-type=bigint");
	}

	/**
	 * Returns what lets Flyway go past the pooler.
	 */
	private String[] direct(LocalRdsCluster cluster) {
		return new String[] { "spring.flyway.url=" + this.database.getJdbcUrl(),
				"spring.flyway.user=" + cluster.username(), "spring.flyway.password=" + cluster.password() };
	}

	@SuppressWarnings("unchecked")
	private static VectorRepository<Long> documents(AssertableApplicationContext context) {
		return (VectorRepository<Long>) context.getBean("documents");
	}

	private static void inTurns(Turn turn) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(TENANTS);
		try {
			List<Callable<Void>> turns = new ArrayList<>();
			for (int i = 0; i < TENANTS; i++) {
				int number = i;
				turns.add(() -> {
					turn.take(number);
					return null;
				});
			}
			for (Future<Void> result : threads.invokeAll(turns, 120, TimeUnit.SECONDS)) {
				result.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	/**
	 * What each thread does.
	 */
	private interface Turn {

		void take(int number) throws Exception;

	}

}
