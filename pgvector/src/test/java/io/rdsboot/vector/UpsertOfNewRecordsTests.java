package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for upserts of many records whose ids are new, which are stored by {@code COPY}.
 */
@LocalRds
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UpsertOfNewRecordsTests {

	private static final int MANY = 1000;

	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("CREATE TABLE statements (writer bigint DEFAULT txid_current(), text text)");
		jdbc.execute("""
				CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
				BEGIN INSERT INTO statements (text) VALUES (current_query()); RETURN NULL; END $$""");
	}

	@AfterAll
	static void close() {
		dataSource.close();
	}

	@Test
	void recordsAreCopiedWhereNoIdExists() {
		VectorTable table = table("copied", IdType.BIGINT);
		VectorRepository<Long> repository = repository(dataSource, table);
		repository.upsert(records(0, MANY, "first"));
		repository.upsert(records(MANY, 2 * MANY, "second"));
		repository.upsert(records(2 * MANY - 1, 3 * MANY, "third"));
		repository.upsert(records(3 * MANY, 3 * MANY + 10, "few"));
		assertThat(statements("copied")).containsExactly("COPY", "COPY", "INSERT", "INSERT");
		assertThat(contents("copied"))
			.isEqualTo(Map.of("first", (long) MANY, "second", MANY - 1L, "third", MANY + 1L, "few", 10L));
	}

	@Test
	void lastRecordOfAnIdIsCopied() {
		VectorTable table = table("repeated", IdType.BIGINT);
		VectorRepository<Long> repository = repository(dataSource, table);
		List<VectorRecord<Long>> records = new ArrayList<>(records(0, MANY, "first"));
		records.addAll(records(0, MANY / 2, "last"));
		repository.upsert(records);
		assertThat(statements("repeated")).containsExactly("COPY");
		assertThat(contents("repeated")).isEqualTo(Map.of("first", MANY / 2L, "last", MANY / 2L));
	}

	@Test
	void idsOfEveryTypeAreLookedFor() {
		for (IdType type : IdType.values()) {
			VectorTable table = table("ids_" + type.name().toLowerCase(Locale.ROOT), type);
			VectorRepository<Object> repository = JdbcVectorRepository.of(dataSource, table, idClass(type));
			List<VectorRecord<Object>> records = IntStream.range(0, MANY)
				.mapToObj((i) -> new VectorRecord<>(id(type, i), new float[] { 1, 2 }, "first", Map.of()))
				.toList();
			repository.upsert(records);
			repository.upsert(records);
			assertThat(statements(table.name())).as(type.name()).containsExactly("COPY", "INSERT");
			assertThat(repository.count()).isEqualTo(MANY);
		}
	}

	@Test
	void recordsOfATransactionThatWasFasterAreReplaced() throws Exception {
		VectorTable table = table("raced", IdType.BIGINT);
		VectorRepository<Long> repository = repository(dataSource, table);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			Future<Long> slower = Objects.requireNonNull(transaction.execute((status) -> {
				repository.upsert(records(MANY / 2, MANY / 2 + 1, "faster"));
				Future<Long> waiting = thread.submit(() -> transaction.execute((other) -> {
					repository.upsert(records(0, MANY, "slower"));
					// The transaction goes on.
					return repository.count();
				}));
				await().until(() -> Boolean.TRUE.equals(jdbc.queryForObject(
						"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')",
						Boolean.class)));
				return waiting;
			}));
			assertThat(slower.get(60, TimeUnit.SECONDS)).isEqualTo(MANY);
		}
		finally {
			thread.shutdownNow();
		}
		assertThat(contents("raced")).isEqualTo(Map.of("slower", (long) MANY));
	}

	@Test
	void rowThatTheServerRefusesLeavesNothingBehind() {
		VectorTable table = table("checked", IdType.BIGINT);
		jdbc.execute("ALTER TABLE checked ADD CHECK (id <> %d)".formatted(MANY - 1));
		VectorRepository<Long> repository = repository(dataSource, table);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> repository.upsert(records(0, MANY, "any")))
			.withMessageContaining("checked_id_check");
		assertThat(repository.count()).isZero();
	}

	@Test
	void rowsThatATriggerLeavesOutAreTold() {
		VectorTable table = table("left_out", IdType.BIGINT);
		VectorRepository<Long> repository = repository(dataSource, table);
		jdbc.execute("""
				CREATE FUNCTION leave_out() RETURNS trigger LANGUAGE plpgsql AS $$
				BEGIN RETURN CASE WHEN NEW.id = 3 THEN NULL ELSE NEW END; END $$;
				CREATE TRIGGER leave_out BEFORE INSERT ON left_out FOR EACH ROW EXECUTE FUNCTION leave_out()""");
		for (int number : new int[] { 5, MANY }) {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> repository.upsert(records(0, number, "first")))
				.withMessage(
						"1 of %d records were left out by a trigger or a rule of vector table left_out: nothing was stored",
						number);
			assertThat(repository.count()).isZero();
		}
	}

	@Test
	void recordsOfATableWithPoliciesAreInserted(LocalRdsCluster cluster) {
		VectorTable table = table("guarded", IdType.BIGINT);
		jdbc.execute("ALTER TABLE guarded ENABLE ROW LEVEL SECURITY");
		jdbc.execute("CREATE POLICY everything ON guarded USING (true)");
		jdbc.execute("GRANT ALL ON guarded TO " + cluster.username());
		try (HikariDataSource ordinary = VectorTestDatabase.asOrdinaryRole(cluster, dataSource)) {
			VectorRepository<Long> repository = repository(ordinary, table);
			repository.upsert(records(0, MANY, "any"));
			assertThat(repository.count()).isEqualTo(MANY);
		}
		assertThat(statements("guarded")).containsExactly("INSERT");
	}

	private static VectorRepository<Long> repository(HikariDataSource dataSource, VectorTable table) {
		return JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	/**
	 * Create a table that notes by which statements rows come into it.
	 */
	private static VectorTable table(String name, IdType idType) {
		VectorTable table = VectorTable.builder(name).idType(idType).dimensions(2).build();
		VectorTestDatabase.createTable(jdbc, table);
		jdbc.execute("CREATE TRIGGER note AFTER INSERT ON %s EXECUTE FUNCTION note()".formatted(name));
		return table;
	}

	private static List<VectorRecord<Long>> records(int from, int to, String content) {
		List<VectorRecord<Long>> records = new ArrayList<>();
		for (long id = from; id < to; id++) {
			records.add(new VectorRecord<>(id, new float[] { 1, id }, content, Map.of()));
		}
		Collections.shuffle(records);
		return records;
	}

	private static List<String> statements(String table) {
		return jdbc
			.queryForList("SELECT DISTINCT ON (writer) text FROM statements WHERE text LIKE ? ORDER BY writer",
					String.class, "%" + table + "%")
			.stream()
			.map((text) -> text.substring(0, text.indexOf(' ')))
			.toList();
	}

	private static Map<String, Long> contents(String table) {
		Map<String, Long> contents = new HashMap<>();
		jdbc.query("SELECT content, count(*) FROM %s GROUP BY 1".formatted(table), (row) -> {
			contents.put(row.getString(1), row.getLong(2));
		});
		return contents;
	}

	private static Object id(IdType type, int number) {
		return switch (type) {
			case UUID -> new UUID(number, number);
			case TEXT -> "id " + number;
			case BIGINT -> (long) number;
			case INTEGER -> number;
		};
	}

	@SuppressWarnings("unchecked")
	private static Class<Object> idClass(IdType type) {
		return (Class<Object>) type.javaType();
	}

}
