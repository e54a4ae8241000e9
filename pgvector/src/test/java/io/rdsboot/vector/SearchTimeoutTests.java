package io.rdsboot.vector;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for time limits of searches. A search takes long because somebody else has locked
 * the table.
 */
@LocalRds
class SearchTimeoutTests {

	private static final Duration SHORT = Duration.ofMillis(200);

	private static final Duration LONG = Duration.ofMinutes(10);

	private static final VectorTable TABLE = VectorTable.builder("timed").idType(IdType.BIGINT).dimensions(2).build();

	private static HikariDataSource administrator;

	private static JdbcTemplate jdbc;

	private final VectorSearch search = VectorSearch.nearest(new float[] { 1, 1 }).timeout(SHORT);

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		administrator = VectorTestDatabase.createWithExtension(cluster);
		jdbc = new JdbcTemplate(administrator);
		VectorTestTables tables = new VectorTestTables(jdbc);
		tables.create(TABLE);
		repository(administrator).insert(List.of(new VectorRecord<>(1L, new float[] { 1, 2 }, "one")));
		tables.index(TABLE);
	}

	@AfterAll
	static void closePool() {
		administrator.close();
	}

	@ParameterizedTest
	@CsvSource({ "prepareThreshold, 5", "prepareThreshold, -1", "preferQueryMode, simple", "autosave, always" })
	void searchEndsWhenItsTimeIsOver(String property, String value) {
		try (HikariDataSource pool = pool(Map.of(property, value))) {
			VectorRepository<Long> repository = repository(pool);
			whileLocked(() -> assertTimesOut(() -> repository.search(this.search)));
			assertThat(repository.search(this.search.timeout(LONG))).hasSize(1);
			assertThat(new JdbcTemplate(pool).queryForObject("SHOW statement_timeout", String.class)).isEqualTo("0");
			assertThat(runningSearches()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource({ "prepareThreshold, 5", "prepareThreshold, -1", "preferQueryMode, simple", "autosave, always" })
	void transactionOfTheCallersGoesOnWithItsSettings(String property, String value) {
		jdbc.execute("DROP TABLE IF EXISTS written; CREATE TABLE written (number int)");
		try (HikariDataSource pool = pool(Map.of(property, value))) {
			VectorRepository<Long> repository = repository(pool);
			JdbcTemplate caller = new JdbcTemplate(pool);
			new TransactionTemplate(new JdbcTransactionManager(pool)).executeWithoutResult((status) -> {
				caller.execute("SET LOCAL statement_timeout = '40min'");
				caller.update("INSERT INTO written VALUES (1)");
				assertThat(repository.search(this.search.timeout(LONG).efSearch(77))).hasSize(1);
				assertSettings(caller);
				whileLocked(() -> assertTimesOut(() -> repository.search(this.search)));
				assertSettings(caller);
				caller.update("INSERT INTO written VALUES (2)");
				assertThat(repository.search(this.search.timeout(LONG))).hasSize(1);
			});
			assertThat(jdbc.queryForList("SELECT number FROM written", Integer.class)).containsExactly(1, 2);
			assertThat(runningSearches()).isZero();
		}
	}

	private static void assertSettings(JdbcTemplate caller) {
		assertThat(caller.queryForObject("SHOW statement_timeout", String.class)).isEqualTo("40min");
		assertThat(caller.queryForObject("SHOW hnsw.ef_search", String.class)).isEqualTo("40");
	}

	@Test
	void transactionThatHasFailedStaysSo() {
		try (HikariDataSource pool = pool(Map.of())) {
			VectorRepository<Long> repository = repository(pool);
			new TransactionTemplate(new JdbcTransactionManager(pool)).executeWithoutResult((status) -> {
				assertThatExceptionOfType(Exception.class).isThrownBy(() -> new JdbcTemplate(pool).execute("nonsense"));
				assertThatExceptionOfType(Exception.class).isThrownBy(() -> repository.search(this.search))
					.withMessageContaining("current transaction is aborted");
				status.setRollbackOnly();
			});
			assertThat(repository.search(this.search.timeout(LONG))).hasSize(1);
		}
	}

	@Test
	void limitsOfTheServerAndOfTheTransactionAreShorter() {
		VectorSearch patient = this.search.timeout(LONG);
		Consumer<Runnable> unlike = (search) -> whileLocked(
				() -> assertThatExceptionOfType(QueryTimeoutException.class).isThrownBy(search::run)
					.withMessageNotContaining("limit of"));
		try (HikariDataSource pool = pool(Map.of("options", "-c statement_timeout=200ms"))) {
			VectorRepository<Long> repository = repository(pool);
			unlike.accept(() -> repository.search(patient));
			assertThat(repository.search(patient)).hasSize(1);
		}
		try (HikariDataSource pool = pool(Map.of())) {
			TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
			transaction.setTimeout(1);
			unlike.accept(() -> transaction.execute((status) -> repository(pool).search(patient)));
		}
	}

	@Test
	void severalSearchesAndEachPartOfOneHaveTheLimit() {
		VectorRepository<Long> limited = JdbcVectorRepository.builder(administrator, TABLE, Long.class)
			.searchLimits(SearchLimits.DEFAULTS.withTimeout(SHORT))
			.build();
		VectorSearch unset = VectorSearch.nearest(new float[] { 1, 1 });
		whileLocked(() -> {
			assertTimesOut(() -> limited.searchAll(List.of(unset, VectorSearch.nearest(new float[] { 2, 1 }))));
			assertTimesOut(() -> limited.search(unset, (row, number) -> row.getLong(1)));
			assertTimesOut(() -> limited.search(unset.diversified(0.5, 20)));
			assertTimesOut(() -> limited.search(VectorSearch.nearestTo(1L).exact()));
		});
		assertThat(limited.searchAll(List.of(unset, VectorSearch.nearest(new float[] { 2, 1 })))).hasSize(2);
		assertThat(limited.search(unset.diversified(0.5, 20))).hasSize(1);
	}

	@Test
	void serverThatDoesNotAnswerIsNotWaitedFor() {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).extensions("vector").start();
				HikariDataSource pool = VectorTestDatabase.createWithExtension(cluster)) {
			new VectorTestTables(new JdbcTemplate(pool)).create(TABLE);
			pool.setMaximumPoolSize(1);
			VectorRepository<Long> repository = repository(pool);
			assertThat(repository.search(this.search.timeout(LONG))).isEmpty();
			TransactionTemplate supports = new TransactionTemplate(new JdbcTransactionManager(pool));
			supports.setPropagationBehavior(TransactionDefinition.PROPAGATION_SUPPORTS);
			for (TransactionTemplate transaction : List.of(supports,
					new TransactionTemplate(new JdbcTransactionManager(pool)))) {
				assertThatExceptionOfType(Exception.class)
					.isThrownBy(() -> transaction.executeWithoutResult((status) -> {
						repository.search(this.search.timeout(LONG));
						cluster.freeze(cluster.writer());
						try {
							assertTimesOut(() -> repository.search(this.search));
						}
						finally {
							cluster.thaw(cluster.writer());
						}
						new JdbcTemplate(pool).execute("SELECT nothing");
					}));
			}
			assertThat(repository.search(this.search.timeout(LONG))).isEmpty();
		}
	}

	@Test
	void limitOfNoTimeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.search.timeout(Duration.ofNanos(5)))
			.withMessage("timeout of a vector search must be between 1 ms and 20 days, but is PT0.000000005S");
		assertThatIllegalArgumentException().isThrownBy(() -> SearchLimits.DEFAULTS.withTimeout(Duration.ofDays(21)));
	}

	private static void assertTimesOut(Runnable search) {
		assertThatExceptionOfType(QueryTimeoutException.class).isThrownBy(search::run)
			.withMessageMatching("search of vector table timed took longer than its limit of 200 ms and was cancelled: "
					+ "it (chose how to search|scanned the vector index|read the distances of all rows).*\\. Declare an index of the vectors "
					+ "and of the keys of the filter, let the filter match fewer rows, ask for fewer rows, or raise the "
					+ "limit: rds\\.vector\\.search\\.timeout, or timeout of the search(;.*)?");
	}

	private static long runningSearches() {
		Long running = jdbc.queryForObject("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
				+ "AND pid <> pg_backend_pid() AND state <> 'idle'", Long.class);
		return (running != null) ? running : -1;
	}

	private static void whileLocked(Runnable action) {
		try (Connection connection = administrator.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("LOCK TABLE timed IN ACCESS EXCLUSIVE MODE");
			try {
				action.run();
			}
			finally {
				connection.rollback();
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static VectorRepository<Long> repository(HikariDataSource pool) {
		return JdbcVectorRepository.of(pool, TABLE, Long.class);
	}

	private static HikariDataSource pool(Map<String, String> properties) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(administrator.getJdbcUrl());
		config.setUsername(administrator.getUsername());
		config.setPassword(administrator.getPassword());
		config.setMaximumPoolSize(1);
		properties.forEach(config::addDataSourceProperty);
		return new HikariDataSource(config);
	}

}
