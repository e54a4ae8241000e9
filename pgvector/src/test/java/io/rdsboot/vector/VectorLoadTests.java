package io.rdsboot.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.jdbc.write.BulkLoader;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link VectorRepository#load} on PostgreSQL.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class VectorLoadTests extends AbstractVectorDatabaseTests {

	/**
	 * Every load, however it ends, gives back connections that work.
	 */
	@AfterEach
	void connectionsAreIdleAndUsable() {
		assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isZero();
		for (int i = 0; i < 5; i++) {
			assertThat(jdbc.queryForObject("SELECT 1", Integer.class)).isOne();
		}
		assertThat(jdbc.queryForObject("SELECT count(*) FROM pg_class WHERE relname = 'rdsboot_load'", Long.class))
			.isZero();
		assertThat(jdbc.queryForList(
				"SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"))
			.isEmpty();
	}

	@ParameterizedTest
	@EnumSource(LoadMode.class)
	void streamThatThrowsHalfwayStoresNothingAndIsClosed(LoadMode mode) {
		VectorRepository<Long> repository = repository("throws_" + mode);
		repository.upsert(record(-1));
		IllegalStateException failure = new IllegalStateException("no more");
		AtomicBoolean closed = new AtomicBoolean();
		Stream<VectorRecord<Long>> stream = records(5000).peek((record) -> {
			if (record.id() == 3000) {
				throw failure;
			}
		}).onClose(() -> closed.set(true));
		assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(() -> repository.load(stream, LoadOptions.of(mode)))
			.isSameAs(failure);
		assertThat(closed).isTrue();
		assertThat(ids(repository)).containsExactly(-1L);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void badRecordStopsTheLoadAndIsNamed(int parallelism) {
		VectorRepository<Long> repository = repository("bad_" + parallelism);
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> repository.load(withBad(5000, 4321), LoadOptions.insert().parallelism(parallelism)))
			.withMessage(
					"Record 4321 (id 4321) for vector table bad_%d: embedding is NaN at index 1, but must be finite"
						.formatted(parallelism))
			.satisfies((ex) -> assertThat(ex.getPosition()).isEqualTo(4321));
		assertThat(ids(repository)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void badRecordsWhenCollectedAreLeftOut(int parallelism) {
		VectorRepository<Long> repository = repository("collected_" + parallelism);
		List<VectorRecord<Long>> records = new ArrayList<>(records(100).toList());
		records.set(10, null);
		records.set(20, new VectorRecord<>(20L, new float[] { 1 }, null));
		records.set(30, new VectorRecord<>(30L, new float[] { 1, 2, 3 }, "\0"));
		records.set(40, new VectorRecord<>(40L, new float[] { 1, 2, 3 }, null, Map.of("k", "\ud800")));
		LoadResult result = repository.load(records.stream(),
				LoadOptions.upsert().collectRejected(4).parallelism(parallelism));
		assertThat(result.rows()).isEqualTo(96);
		assertThat(result.rejected()).containsExactly(new RejectedRecord(10, null, "record", "is null"),
				new RejectedRecord(20, 20L, "embedding", "has 1 dimensions, but must have 3"),
				new RejectedRecord(30, 30L, "content", "has a NUL character, which PostgreSQL cannot store"),
				new RejectedRecord(40, 40L, "metadata",
						"has half a surrogate pair at 'k', which PostgreSQL cannot store"));
		assertThat(ids(repository)).hasSize(96).doesNotContain(10L, 20L, 30L, 40L);
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> repository.load(records.stream(), LoadOptions.upsert().collectRejected(3)))
			.withMessageContaining("Record 40 ");
	}

	@Test
	void recordThatCannotBeEncodedIsLeftOutAsAWhole() {
		VectorRepository<Long> repository = repository("unencodable");
		List<VectorRecord<Long>> records = List.of(record(1),
				new VectorRecord<>(2L, new float[] { 1, 2, 3 }, null, Map.of("k", new Unwritable())), record(3));
		LoadResult result = repository.load(records.stream(), LoadOptions.insert().collectRejected(1));
		assertThat(result.rejected()).singleElement().satisfies((rejected) -> {
			assertThat(rejected.position()).isEqualTo(1);
			assertThat(rejected.field()).isEqualTo("metadata");
			assertThat(rejected.problem()).startsWith("cannot be written as JSON");
		});
		assertThat(ids(repository)).containsExactly(1L, 3L);
		assertThatExceptionOfType(InvalidVectorRecordException.class).isThrownBy(() -> repository.upsert(records))
			.withMessageContaining("Record 1 (id 2) for vector table unencodable: metadata cannot be written as JSON");
		assertThat(ids(repository)).containsExactly(1L, 3L);
	}

	@ParameterizedTest
	@EnumSource(value = LoadMode.class, names = { "INSERT", "REPLACE" })
	void idThatOccursTwiceFailsTheLoadWithItsPosition(LoadMode mode) {
		VectorRepository<Long> repository = repository("dup, line 3 " + mode);
		repository.upsert(record(-1));
		List<VectorRecord<Long>> records = new ArrayList<>(records(3000).toList());
		records.set(5, new VectorRecord<>(5L, new float[2], null));
		records.set(2500, record(7));
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> repository.load(records.stream(), LoadOptions.of(mode).collectRejected(1)))
			.withMessageContaining("Record 2500 for vector table dup, line 3 " + mode + " was refused by the server")
			.withMessageContaining("(id)=(7)");
		assertThat(ids(repository)).containsExactly(-1L);
	}

	@Test
	void idThatOccursTwiceFailsAParallelLoad() {
		VectorRepository<Long> repository = repository("dup_parallel");
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(
				() -> repository.load(Stream.concat(records(20_000), records(3)), LoadOptions.insert().parallelism(4)));
		assertThat(ids(repository)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void rowThatTheServerRefusesFailsTheLoad(int parallelism) {
		VectorRepository<Long> repository = repository("refused_" + parallelism);
		jdbc.execute("ALTER TABLE refused_%d ADD CHECK (content <> 'text 4999')".formatted(parallelism));
		for (LoadOptions options : List.of(LoadOptions.insert(), LoadOptions.upsert())) {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> repository.load(records(5000), options.parallelism(parallelism)));
			assertThat(ids(repository)).isEmpty();
		}
	}

	@Test
	void connectionsThatWaitForEachOtherFailTheLoad() {
		VectorTable table = table("crosswise");
		jdbc.execute("ALTER TABLE crosswise ADD UNIQUE (content)");
		HikariConfig config = new HikariConfig();
		dataSource.copyStateTo(config);
		config.setPoolName("crosswise");
		config.setConnectionInitSql("SET lock_timeout = '200ms'");
		try (HikariDataSource impatient = new HikariDataSource(config)) {
			VectorRepository<Long> repository = JdbcVectorRepository.of(impatient, table, Long.class);
			Stream<VectorRecord<Long>> records = LongStream.range(0, 200)
				.mapToObj((id) -> new VectorRecord<>(id, new float[] { 1, 2, 3 }, "same for two " + id / 2));
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> repository.load(records, LoadOptions.insert().parallelism(4)))
				.havingCause()
				.withMessageContaining("content");
			assertThat(ids(repository)).isEmpty();
		}
	}

	@ParameterizedTest
	@EnumSource(LoadMode.class)
	void loadTakesPartInTheCallersTransaction(LoadMode mode) {
		VectorRepository<Long> repository = repository("joined_load_" + mode);
		repository.upsert(record(-1));
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			assertThat(repository.load(records(10), LoadOptions.of(mode)).rows()).isEqualTo(10);
			assertThat(repository.load(records(20).skip(10), LoadOptions.upsert()).rows()).isEqualTo(10);
			assertThat(repository.count()).isEqualTo((mode == LoadMode.REPLACE) ? 20 : 21);
			assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isOne();
			status.setRollbackOnly();
		});
		assertThat(ids(repository)).containsExactly(-1L);
	}

	@Test
	void parallelLoadInATransactionIsRefused() {
		VectorRepository<Long> repository = repository("parallel_joined");
		AtomicBoolean closed = new AtomicBoolean();
		new TransactionTemplate(new JdbcTransactionManager(dataSource))
			.executeWithoutResult((status) -> assertThatExceptionOfType(IllegalTransactionStateException.class)
				.isThrownBy(() -> repository.load(records(1).onClose(() -> closed.set(true)),
						LoadOptions.insert().parallelism(2)))
				.withMessage("Load of vector table parallel_joined on 2 connections cannot take part in a "
						+ "transaction: leave out the parallelism, or the transaction"));
		assertThat(closed).isTrue();
	}

	@Test
	void parallelLoadStoresAllRows() {
		VectorRepository<Long> repository = repository("parallel");
		assertThat(repository.load(records(20_000), LoadOptions.insert().parallelism(4)).rows()).isEqualTo(20_000);
		assertThat(repository.count()).isEqualTo(20_000);
		assertThat(repository.load(records(30_000), LoadOptions.upsert().parallelism(2)).rows()).isEqualTo(30_000);
		assertThat(repository.count()).isEqualTo(30_000);
	}

	@Test
	void parallelLoadWhenThePoolIsTooSmallFailsAndStoresNothing() {
		VectorRepository<Long> repository = repository("small_pool");
		HikariConfig config = new HikariConfig();
		config.setDataSource(dataSource);
		config.setMaximumPoolSize(2);
		config.setConnectionTimeout(500);
		try (HikariDataSource pool = new HikariDataSource(config)) {
			VectorRepository<Long> pooled = JdbcVectorRepository.of(pool, repository.table(), Long.class);
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> pooled.load(records(10), LoadOptions.insert().parallelism(3)));
		}
		assertThat(ids(repository)).isEmpty();
	}

	@Test
	void replaceDoesNotBlockReadersWhoSeeTheOldRowsUntilItEnds() throws Exception {
		VectorRepository<Long> repository = repository("replaced_live");
		repository.load(LongStream.range(-100, 0).mapToObj(VectorLoadTests::record), LoadOptions.insert());
		CountDownLatch halfway = new CountDownLatch(1);
		CountDownLatch read = new CountDownLatch(1);
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			Future<LoadResult> load = executor.submit(() -> repository.load(records(5000).peek((record) -> {
				if (record.id() == 4000) {
					halfway.countDown();
					await(read);
				}
			}), LoadOptions.replace()));
			await(halfway);
			assertThat(ids(repository)).hasSize(100).allMatch((id) -> id < 0);
			read.countDown();
			assertThat(load.get(30, TimeUnit.SECONDS).rows()).isEqualTo(5000);
		}
		finally {
			read.countDown();
			executor.shutdownNow();
		}
		assertThat(ids(repository)).hasSize(5000).allMatch((id) -> id >= 0);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@ParameterizedTest
	@EnumSource(LoadMode.class)
	void emptyStreamIsNoError(LoadMode mode) {
		VectorRepository<Long> repository = repository("empty_" + mode);
		repository.upsert(record(-1));
		assertThat(repository.load(Stream.empty(), LoadOptions.of(mode)).rows()).isZero();
		assertThat(repository.count()).isEqualTo((mode == LoadMode.REPLACE) ? 0 : 1);
	}

	@Test
	void rowsLongerThanTheBufferAreStored() {
		VectorRepository<Long> repository = repository("long_rows");
		List<VectorRecord<Long>> records = IntStream.range(0, 20)
			.mapToObj((i) -> new VectorRecord<>((long) i, new float[] { 1, 2, 3 }, "ä".repeat(i * 20_000)))
			.toList();
		repository.load(records.stream(), LoadOptions.insert());
		assertThat(VectorTestDatabase.readAll(jdbc, repository.table(), Long.class)).isEqualTo(records);
	}

	@Test
	void loadThroughALazyConnectionWorks() {
		VectorTable table = table("lazy");
		LazyConnectionDataSourceProxy lazy = new LazyConnectionDataSourceProxy(dataSource);
		VectorRepository<Long> repository = JdbcVectorRepository.of(lazy, table, Long.class);
		for (LoadOptions options : List.of(LoadOptions.insert(), LoadOptions.upsert(),
				LoadOptions.upsert().parallelism(2))) {
			assertThat(repository.load(records(100), options).rows()).isEqualTo(100);
		}
		assertThat(repository.count()).isEqualTo(100);
	}

	@Test
	void progressIsToldEachSecondAndAtTheEnd() {
		VectorTable table = table("progress");
		AtomicLong time = new AtomicLong(Long.MAX_VALUE - 1_000);
		List<LoadProgress> told = new ArrayList<>();
		LoadResult result = new BulkLoader<Long>(new VectorConnections(dataSource), table, time::get).load(
				records(100).peek((record) -> time.addAndGet(Duration.ofMillis(100).toNanos())),
				LoadOptions.insert().expectedRows(200).progress(told::add), null);
		assertThat(told).hasSize(11);
		assertThat(told).extracting(LoadProgress::rows)
			.containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 100L, 100L);
		LoadProgress first = told.get(0);
		assertThat(first.elapsed()).isEqualTo(Duration.ofSeconds(1));
		assertThat(first.rowsPerSecond()).isCloseTo(10, within(1e-9));
		assertThat(first.remaining()).isEqualTo(Duration.ofSeconds(19));
		assertThat(result.elapsed()).isEqualTo(Duration.ofSeconds(10));
		assertThat(result.rowsPerSecond()).isCloseTo(10, within(1e-9));
	}

	@Test
	void progressWithoutExpectedRowsHasNoEstimate() {
		VectorRepository<Long> repository = repository("no_estimate");
		List<LoadProgress> told = new ArrayList<>();
		repository.load(records(10), LoadOptions.insert().progress(told::add));
		assertThat(told.get(told.size() - 1).rows()).isEqualTo(10);
		assertThat(told.get(told.size() - 1).remaining()).isNull();
	}

	@Test
	void optionsWhenInvalidAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> LoadOptions.replace().parallelism(2))
			.withMessage(
					"parallelism of a load that replaces all rows must be 1, but is 2: it must be one transaction");
		assertThatIllegalArgumentException().isThrownBy(() -> LoadOptions.insert().parallelism(0))
			.withMessage("parallelism of a load must be between 1 and 64, but is 0");
		assertThatIllegalArgumentException().isThrownBy(() -> LoadOptions.insert().expectedRows(0))
			.withMessage("expected rows of a load must be at least 1, but are 0");
		assertThatIllegalArgumentException().isThrownBy(() -> LoadOptions.insert().collectRejected(0))
			.withMessage("number of rejected records to collect must be at least 1, but is 0");
	}

	@Test
	void tableThatIsAViewIsRefusedByTheServer() {
		VectorTable table = VectorTable.builder("a_view").idType(IdType.BIGINT).dimensions(3).build();
		jdbc.execute("CREATE VIEW a_view AS SELECT 1::bigint AS id, null::vector AS embedding, '' AS content, "
				+ "'{}'::jsonb AS metadata");
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> repository.load(records(1), LoadOptions.insert()))
			.withMessageContaining("a_view")
			.havingCause()
			.withMessageContaining("cannot copy to view");
	}

	/**
	 * Value that Jackson fails to write.
	 */
	public static final class Unwritable {

		public String getText() {
			throw new IllegalStateException("no text");
		}

	}

	private static VectorRepository<Long> repository(String name) {
		return JdbcVectorRepository.of(dataSource, table(name), Long.class);
	}

	private static VectorTable table(String name) {
		VectorTable table = VectorTable.builder(name).idType(IdType.BIGINT).dimensions(3).build();
		VectorTestDatabase.createTable(jdbc, table);
		return table;
	}

	private static List<Long> ids(VectorRepository<Long> repository) {
		return jdbc.queryForList("SELECT id FROM %s ORDER BY id".formatted(repository.table().quotedName()), Long.class)
			.stream()
			.map(Objects::requireNonNull)
			.toList();
	}

	private static Stream<VectorRecord<Long>> records(int count) {
		return LongStream.range(0, count).mapToObj(VectorLoadTests::record);
	}

	private static Stream<VectorRecord<Long>> withBad(int count, long bad) {
		return records(count).map((record) -> (record.id() != bad) ? record
				: new VectorRecord<>(bad, new float[] { 1, Float.NaN, 1 }, null));
	}

	private static VectorRecord<Long> record(long id) {
		return new VectorRecord<>(id, new float[] { 1, id, 2 }, "text " + id, Map.of("number", id));
	}

}
