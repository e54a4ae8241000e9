package io.rdsboot.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalPgBouncer;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a repository behind a PgBouncer in transaction mode, whose clients share one
 * connection to the server, as those of RDS Proxy may.
 */
@LocalRds
@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isInstalled", disabledReason = "dev/pgbouncer installs it")
class PgBouncerTests {

	private static final int ROWS = 200;

	private static final int THREADS = 4;

	@Test
	void everythingWorksWhereNoSessionLasts(LocalRdsCluster cluster) throws Exception {
		LocalRdsInstance writer = cluster.writer();
		try (HikariDataSource direct = VectorTestDatabase.create(cluster);
				LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster)
					.database(LocalPgBouncer.EVERY_DATABASE, writer)
					.parameter("default_pool_size", "1")
					.start();
				HikariDataSource pooled = pool(pgBouncer, writer, direct)) {
			JdbcTemplate jdbc = new JdbcTemplate(direct);
			jdbc.execute("CREATE EXTENSION vector");
			VectorTable table = VectorTable.builder("documents")
				.idType(IdType.BIGINT)
				.dimensions(3)
				.key("year", KeyType.INTEGER)
				.build();
			new VectorSchema(jdbc).migrate(table);
			jdbc.execute("CREATE INDEX ON documents USING hnsw (embedding vector_cosine_ops)");
			VectorRepository<Long> repository = JdbcVectorRepository.of(pooled, table, Long.class);
			inTurns((thread) -> {
				repository.upsert(records(thread));
				repository.load(records(thread).stream(), LoadOptions.upsert());
				assertThat(repository.search(VectorSearch.nearest(new float[] { 1, thread, 1 })
					.limit(100)
					.timeout(Duration.ofMinutes(1))
					.where(MetadataFilter.eq("year", 2000 + thread)))).hasSize(100)
					.allSatisfy((match) -> assertThat(match.metadata()).containsEntry("year", 2000 + thread));
				assertThat(repository.delete((long) thread * ROWS)).isTrue();
				return null;
			});
			assertThat(repository.count()).isEqualTo((long) THREADS * (ROWS - 1));
			VectorTable numbered = VectorTable.builder("numbered")
				.idType(IdType.BIGINT)
				.generatedIds()
				.dimensions(3)
				.build();
			new VectorSchema(jdbc).migrate(numbered);
			VectorRepository<Long> generating = JdbcVectorRepository.of(pooled, numbered, Long.class);
			inTurns((thread) -> {
				List<Long> ids = generating.insert(withoutIds(records(thread)));
				assertThat(withoutIds(generating.findAllById(ids))).isEqualTo(withoutIds(records(thread)));
				return null;
			});
			assertThat(generating.count()).isEqualTo((long) THREADS * ROWS);
			assertThat(new JdbcTemplate(pooled).queryForObject(
					"SELECT coalesce(nullif(current_setting('hnsw.ef_search', true), ''), '40')", String.class))
				.isEqualTo("40");
			assertThat(new JdbcTemplate(pooled).queryForObject("SHOW statement_timeout", String.class)).isEqualTo("0");
		}
	}

	private static HikariDataSource pool(LocalPgBouncer pgBouncer, LocalRdsInstance writer, HikariDataSource direct) {
		HikariConfig config = new HikariConfig();
		String url = direct.getJdbcUrl();
		config.setJdbcUrl(pgBouncer.jdbcUrl(url.substring(url.lastIndexOf('/') + 1)));
		config.addDataSourceProperty("prepareThreshold", "0");
		config.setUsername(writer.adminUsername());
		config.setPassword(writer.adminPassword());
		config.setMaximumPoolSize(THREADS);
		return new HikariDataSource(config);
	}

	private static List<VectorRecord<Long>> records(int thread) {
		List<VectorRecord<Long>> records = new ArrayList<>();
		for (int i = 0; i < ROWS; i++) {
			records.add(new VectorRecord<>((long) thread * ROWS + i, new float[] { 1, thread, i }, "text",
					Map.of("year", 2000 + thread, "number", i)));
		}
		return records;
	}

	private static List<VectorRecord<Long>> withoutIds(List<VectorRecord<Long>> records) {
		return records.stream()
			.map((record) -> new VectorRecord<Long>(null, record.embedding(), record.content(), record.metadata()))
			.toList();
	}

	private static void inTurns(Turn turn) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			List<Callable<Void>> turns = new ArrayList<>();
			for (int i = 0; i < THREADS; i++) {
				int thread = i;
				turns.add(() -> turn.take(thread));
			}
			for (Future<Void> result : threads.invokeAll(turns, 60, TimeUnit.SECONDS)) {
				result.get();
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private interface Turn {

		Void take(int thread) throws Exception;

	}

}
