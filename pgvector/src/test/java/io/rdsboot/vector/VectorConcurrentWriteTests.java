package io.rdsboot.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.write.IdOrder;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for writes at the same time: each ends, as if one had come after the other.
 */
@LocalRds
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VectorConcurrentWriteTests {

	private static final int ROUNDS = 10;

	private static final int IDS = 800;

	private static HikariDataSource dataSource;

	private static JdbcTemplate jdbc;

	private static VectorTestTables tables;

	private static ExecutorService threads;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("ALTER DATABASE %s SET deadlock_timeout = '50ms'"
			.formatted(dataSource.getJdbcUrl().substring(dataSource.getJdbcUrl().lastIndexOf('/') + 1)));
		dataSource.getHikariPoolMXBean().softEvictConnections();
		tables = new VectorTestTables(jdbc);
		threads = Executors.newCachedThreadPool();
	}

	@AfterAll
	static void closePool() {
		threads.shutdownNow();
		dataSource.close();
	}

	@Test
	void writesOfTheSameUuidsNeverWaitForEachOther() throws Exception {
		Random random = new Random(1);
		writeAtOnce(repository("uuids", IdType.UUID, UUID.class),
				IntStream.range(0, IDS).mapToObj((i) -> new UUID(random.nextLong(), random.nextLong())).toList());
	}

	@Test
	void writesOfTheSameTextsNeverWaitForEachOther() throws Exception {
		Random random = new Random(2);
		String[] beginnings = { "a", "B", "Z", "z", "_", "-", "\u00e9", "\uFF21", "\uD83D\uDE00", " " };
		writeAtOnce(repository("texts", IdType.TEXT, String.class),
				IntStream.range(0, IDS)
					.mapToObj((i) -> beginnings[random.nextInt(beginnings.length)]
							+ beginnings[random.nextInt(beginnings.length)] + i)
					.toList());
	}

	private static <ID> void writeAtOnce(VectorRepository<ID> repository, List<ID> ids) throws Exception {
		List<VectorRecord<ID>> records = ids.stream().map((id) -> record(id, "any")).toList();
		repository.upsert(records);
		for (int round = 0; round < ROUNDS; round++) {
			boolean replacing = round % 2 == 1;
			CyclicBarrier start = new CyclicBarrier(replacing ? 5 : 4);
			List<Callable<Object>> writes = List.of(() -> {
				start.await();
				repository.upsert(shuffled(records));
				return "upsert";
			}, () -> {
				start.await();
				return repository.load(shuffled(records).stream(), LoadOptions.upsert());
			}, () -> {
				start.await();
				return repository.delete(shuffled(ids).subList(0, IDS / 2));
			}, () -> {
				start.await();
				return repository.delete(MetadataFilter.eq("kind", "any"));
			}, () -> {
				start.await();
				return repository.load(shuffled(records).stream(), LoadOptions.replace());
			});
			for (Future<Object> write : threads.invokeAll(replacing ? writes : writes.subList(0, 4))) {
				write.get();
			}
		}
	}

	@Test
	void loadsThatReplaceAtOnceLeaveTheRowsOfOne() throws Exception {
		VectorRepository<Long> repository = repository("replaced", IdType.BIGINT, Long.class);
		List<Long> first = IntStream.range(0, 500).mapToObj((i) -> (long) i).toList();
		List<Long> second = IntStream.range(500, 1000).mapToObj((i) -> (long) i).toList();
		for (int round = 0; round < 5; round++) {
			CyclicBarrier start = new CyclicBarrier(2);
			List<Callable<LoadResult>> loads = new ArrayList<>();
			for (List<Long> ids : List.of(first, second)) {
				loads.add(() -> {
					start.await();
					return repository.load(ids.stream().map((id) -> record(id, "any")), LoadOptions.replace());
				});
			}
			for (Future<LoadResult> load : threads.invokeAll(loads)) {
				load.get();
			}
			assertThat(jdbc.queryForList("SELECT id FROM replaced ORDER BY id", Long.class)).isIn(first, second);
		}
	}

	@Test
	void writeWhileRowsAreReplacedComesAfter() throws Exception {
		VectorRepository<Long> repository = repository("followed", IdType.BIGINT, Long.class);
		repository.upsert(record(1L, "old"));
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch waiting = new CountDownLatch(1);
		Future<LoadResult> replacing = threads.submit(() -> repository.load(Stream.of(2L).map((id) -> {
			begun.countDown();
			await(waiting);
			return record(id, "new");
		}), LoadOptions.replace()));
		await(begun);
		Future<?> upsert = threads.submit(() -> repository.upsert(record(3L, "later")));
		assertThat(isWaiting("followed")).isTrue();
		assertThat(repository.count()).isOne();
		waiting.countDown();
		replacing.get();
		upsert.get();
		assertThat(jdbc.queryForList("SELECT id FROM followed ORDER BY id", Long.class)).containsExactly(2L, 3L);
	}

	/**
	 * The server does not see that the connections of a load wait for each other: ids 1
	 * and 2 take different ones of two.
	 */
	@Test
	void parallelUpsertGivesWayToAWriteThatWaitsForIt() throws Exception {
		VectorRepository<Long> repository = repository("crosswise", IdType.BIGINT, Long.class);
		repository.upsert(List.of(record(1L, "old"), record(2L, "old")));
		HikariConfig config = new HikariConfig();
		dataSource.copyStateTo(config);
		config.setPoolName("crosswise");
		config.setConnectionInitSql("SET lock_timeout = '2s'");
		try (HikariDataSource impatient = new HikariDataSource(config)) {
			VectorRepository<Long> loading = JdbcVectorRepository.of(impatient, repository.table(), Long.class);
			JdbcTemplate others = new JdbcTemplate(impatient);
			Future<LoadResult> load = Objects
				.requireNonNull(new TransactionTemplate(new JdbcTransactionManager(dataSource)).execute((status) -> {
					repository.upsert(record(1L, "other"));
					Future<LoadResult> begun = threads.submit(() -> loading
						.load(Stream.of(record(1L, "load"), record(2L, "load")), LoadOptions.upsert().parallelism(2)));
					Awaitility.await()
						.atMost(Duration.ofSeconds(30))
						.until(() -> others.queryForList("SELECT id FROM crosswise FOR UPDATE SKIP LOCKED").isEmpty());
					repository.upsert(record(2L, "other"));
					return begun;
				}));
			assertThat(load.get(60, TimeUnit.SECONDS).rows()).isEqualTo(2);
		}
		assertThat(jdbc.queryForList("SELECT metadata ->> 'kind' FROM crosswise", String.class)).containsExactly("load",
				"load");
	}

	private static boolean isWaiting(String table) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
		while (System.nanoTime() < end) {
			if (Boolean.TRUE.equals(jdbc.queryForObject(
					"SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = ?::regclass)", Boolean.class,
					table))) {
				return true;
			}
		}
		return false;
	}

	@Test
	void streamAndListenerOfALoadMayUseTheSameDataSource() {
		for (LoadMode mode : LoadMode.values()) {
			for (boolean inTransaction : new boolean[] { false, true }) {
				VectorRepository<Long> repository = repository("called", IdType.BIGINT, Long.class);
				List<Long> told = Collections.synchronizedList(new ArrayList<>());
				Stream<VectorRecord<Long>> records = Stream.iterate(1L, (id) -> id <= 300, (id) -> id + 1)
					.map((id) -> new VectorRecord<>(id, new float[768],
							jdbc.queryForObject("SELECT 'read'", String.class), Map.of()));
				LoadOptions options = LoadOptions.of(mode).progress((progress) -> told.add(repository.count()));
				TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
				LoadResult result = inTransaction
						? Objects.requireNonNull(transaction.execute((status) -> repository.load(records, options)))
						: repository.load(records, options);
				assertThat(result.rows()).isEqualTo(300);
				assertThat(told).isNotEmpty();
				assertThat(repository.count()).isEqualTo(300);
			}
		}
	}

	@Test
	void streamOfALoadThatWritesToTheSameTableIsRefusedAtOnce() {
		VectorRepository<Long> repository = repository("own", IdType.BIGINT, Long.class);
		Stream<VectorRecord<Long>> records = Stream.of(1L, 2L).map((id) -> {
			repository.upsert(record(3L, "any"));
			return record(id, "any");
		});
		assertThatExceptionOfType(IllegalTransactionStateException.class)
			.isThrownBy(() -> repository.load(records, LoadOptions.replace()))
			.withMessage("Write to vector table own is not possible from the stream or the progress listener of a load "
					+ "of the same table: it could wait for the load, and the load for it. Write when the load has "
					+ "ended, or run both in one transaction");
		repository.upsert(record(4L, "any"));
		assertThat(repository.count()).isOne();
	}

	@Test
	void loadOfARoleWithoutTemporaryTablesSaysWhichGrantIsMissing(LocalRdsCluster cluster) {
		VectorRepository<Long> owned = repository("granted", IdType.BIGINT, Long.class);
		String database = jdbc.queryForObject("SELECT current_database()", String.class);
		jdbc.execute("REVOKE TEMPORARY ON DATABASE %s FROM PUBLIC".formatted(database));
		jdbc.execute("GRANT ALL ON granted TO " + cluster.username());
		try (HikariDataSource ordinary = VectorTestDatabase.asOrdinaryRole(cluster, dataSource)) {
			VectorRepository<Long> repository = JdbcVectorRepository.of(ordinary, owned.table(), Long.class);
			repository.load(Stream.of(record(1L, "any")), LoadOptions.insert());
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> repository.load(Stream.of(record(1L, "any")), LoadOptions.upsert()))
				.withStackTraceContaining(("Write of vector table granted needs a temporary table, which the role may "
						+ "not create: as the owner of the database, GRANT TEMPORARY ON DATABASE \"%s\" TO \"%s\"")
					.formatted(database, cluster.username()));
			repository.upsert(record(1L, "new"));
		}
		finally {
			jdbc.execute("GRANT TEMPORARY ON DATABASE %s TO PUBLIC".formatted(database));
		}
	}

	@Test
	void idsAreInTheOrderOfTheServer() {
		List<String> texts = List.of("", "A", "Z", "a", "a ", "aa", "\u00e9", "\uD7FF", "\uE000", "\uFF21",
				"\uD83D\uDE00", "\uDBFF\uDFFF");
		assertThat(shuffled(texts).stream().sorted(IdOrder.COMPARATOR).toList()).isEqualTo(texts);
		assertThat(jdbc.queryForList("SELECT x FROM unnest(?::text[]) x ORDER BY x COLLATE \"C\"", String.class,
				(Object) shuffled(texts).toArray(String[]::new)))
			.isEqualTo(texts);
		List<UUID> uuids = shuffled(List.of(new UUID(0, 0), new UUID(1, -1), new UUID(-1, 1), new UUID(-1, -1),
				new UUID(Long.MIN_VALUE, 5), new UUID(Long.MAX_VALUE, 5)));
		assertThat(jdbc.queryForList("SELECT x FROM unnest(?::uuid[]) x ORDER BY x", UUID.class,
				(Object) uuids.toArray(UUID[]::new)))
			.isEqualTo(uuids.stream().sorted(IdOrder.COMPARATOR).toList());
	}

	@Test
	void loadInATransactionReadsTheRowsThatItStores() {
		VectorRepository<Long> source = repository("source", IdType.BIGINT, Long.class);
		source.upsert(IntStream.range(0, 500).mapToObj((i) -> record((long) i, "any")).toList());
		VectorRepository<Long> target = repository("target", IdType.BIGINT, Long.class);
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			try (Stream<Long> ids = jdbc.queryForStream("SELECT id FROM source", (row, number) -> row.getLong(1))) {
				target.load(ids.map((id) -> source.findById(id).orElseThrow()), LoadOptions.insert());
			}
		});
		assertThat(target.count()).isEqualTo(500);
	}

	@Test
	void mapperAndRerankerMayUseTheSameDataSource() {
		VectorRepository<Long> repository = repository("mapped", IdType.BIGINT, Long.class);
		repository.upsert(List.of(record(1L, "any"), record(2L, "any")));
		VectorSearch search = VectorSearch.nearest(new float[768]);
		assertThat(repository.search(search, (row, number) -> repository.count())).containsExactly(2L, 2L);
		assertThat(repository.searchAll(
				List.of(search.reranked((rows) -> rows.stream().mapToDouble((row) -> repository.count()).toArray(), 10),
						search)))
			.hasSize(2);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static <T> List<T> shuffled(List<T> values) {
		List<T> shuffled = new ArrayList<>(values);
		Collections.shuffle(shuffled);
		return shuffled;
	}

	private static <ID> VectorRecord<ID> record(ID id, String kind) {
		return new VectorRecord<>(id, new float[768], null, Map.of("kind", kind));
	}

	private static <ID> VectorRepository<ID> repository(String name, IdType type, Class<ID> idClass) {
		VectorTable table = VectorTable.builder(name).idType(type).dimensions(768).distance(Distance.L2).build();
		tables.create(table);
		return JdbcVectorRepository.of(dataSource, table, idClass);
	}

}
