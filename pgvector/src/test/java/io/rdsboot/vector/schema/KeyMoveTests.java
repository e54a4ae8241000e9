package io.rdsboot.vector.schema;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.rdsboot.vector.AbstractOwnedTableTests;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for changes of a declared key while versions of the application that declare it
 * otherwise run on the same table.
 */
class KeyMoveTests extends AbstractOwnedTableTests {

	private static final String KEY = "it's";

	static Stream<Arguments> moves() {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		List<Arguments> moves = new ArrayList<>();
		Map<KeyType, List<Object>> values = new LinkedHashMap<>();
		values.put(KeyType.TEXT, List.of("a", "o'neil \\ \"", ""));
		values.put(KeyType.INTEGER, List.of(1, -7, Integer.MAX_VALUE));
		values.put(KeyType.BIGINT, List.of(1L, Long.MIN_VALUE, 1L << 40));
		values.put(KeyType.NUMERIC, List.of(new BigDecimal("1.5"), new BigDecimal("1E+300"), new BigDecimal(7)));
		values.put(KeyType.BOOLEAN, List.of(true, false));
		values.put(KeyType.TIMESTAMPTZ, List.of(Instant.parse("2026-01-02T03:04:05Z"),
				Instant.parse("2026-01-02T03:04:05.120Z"), Instant.parse("1969-12-31T23:59:59.000007Z")));
		values.put(KeyType.UUID, List.of(new UUID(1, 2), new UUID(-1, 0)));
		values.forEach((type, each) -> {
			KeyPlace column = new KeyPlace(type, "a column");
			List<Object> inJson = (type == KeyType.UUID)
					? each.stream().map((value) -> (Object) value.toString()).toList() : each;
			moves.add(arguments(json, column, inJson));
			moves.add(arguments(column, json, inJson));
		});
		moves.add(arguments(new KeyPlace(KeyType.INTEGER, "a"), new KeyPlace(KeyType.BIGINT, "b"), List.of(1, 2, -9)));
		moves.add(arguments(new KeyPlace(KeyType.BIGINT, "a"), new KeyPlace(KeyType.NUMERIC, "b"), List.of(1, 2, 3)));
		moves.add(arguments(new KeyPlace(KeyType.BIGINT, "a"), new KeyPlace(KeyType.INTEGER, "b"), List.of(1, 2, 3)));
		moves.add(arguments(new KeyPlace(KeyType.TEXT, "a"), new KeyPlace(KeyType.TEXT, "b"), List.of("x", "y", "")));
		moves.add(arguments(new KeyPlace(KeyType.UUID, "a"), new KeyPlace(KeyType.TEXT, "b"),
				List.of(new UUID(1, 2).toString())));
		moves.add(arguments(new KeyPlace(KeyType.TIMESTAMPTZ, "a"), new KeyPlace(KeyType.TEXT, "b"),
				List.of("2026-01-02T03:04:05Z", "1969-12-31T23:59:59.000007Z")));
		return moves.stream();
	}

	/**
	 * Versions before, during and after the move write in turn, and each finds all rows.
	 */
	@ParameterizedTest
	@MethodSource("moves")
	void versionsThatRunAtOnceFindAllRows(KeyPlace from, KeyPlace to, List<Object> values) {
		VectorTable before = table(from, null);
		VectorTable during = table(to, from);
		VectorTable after = table(to, null);
		this.schema.migrate(before);
		Model model = new Model(values);
		model.write(repository(before), 40);
		model.check(repository(before));
		this.schema.migrate(during);
		this.schema.validate(during);
		for (int round = 0; round < 3; round++) {
			model.write(repository(before), 16);
			model.check(repository(before), repository(during));
			model.write(repository(during), 16);
			model.check(repository(before), repository(during));
		}
		// An instance of before the move is restarted.
		this.schema.migrate(before);
		model.write(repository(before), 8);
		model.check(repository(before), repository(during));
		this.schema.migrate(after);
		this.schema.validate(after);
		assertThat(jdbc.queryForList("SELECT 1 FROM pg_trigger WHERE tgrelid = 'documents'::regclass")).isEmpty();
		for (int round = 0; round < 3; round++) {
			model.write(repository(during), 16);
			model.check(repository(during), repository(after));
			model.write(repository(after), 16);
			model.check(repository(during), repository(after));
			// An instance of the time of the move is restarted.
			this.schema.migrate(during);
			this.schema.validate(during);
		}
	}

	@Test
	void valuesThatTheNewTypeCannotHaveStayWhereTheyAre() {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		KeyPlace column = new KeyPlace(KeyType.INTEGER, "year");
		VectorTable before = table(json, null);
		VectorTable during = table(column, json);
		this.schema.migrate(before);
		VectorRepository<Long> old = repository(before);
		List<Object> odd = List.of("7", "seven", 7.5, 1L << 40, List.of(7), Map.of("a", 7), true, 7);
		for (int i = 0; i < odd.size(); i++) {
			old.upsert(record(i, odd.get(i)));
		}
		this.schema.migrate(during);
		for (int i = 0; i < odd.size(); i++) {
			old.upsert(record(100 + i, odd.get(i)));
		}
		VectorRepository<Long> moving = repository(during);
		assertThat(ids(moving, MetadataFilter.eq(KEY, 7))).containsExactlyInAnyOrder(0L, 7L, 100L, 107L);
		for (int i = 1; i < odd.size(); i++) {
			assertThat(moving.findById((long) i).orElseThrow().metadata()).containsEntry(KEY, odd.get(i));
			assertThat(moving.findById(100L + i).orElseThrow().metadata()).containsEntry(KEY, odd.get(i));
		}
	}

	@Test
	void valuesThatTheNewColumnCannotHaveAreReadFromTheOldOne() {
		KeyPlace text = new KeyPlace(KeyType.TEXT, "size");
		KeyPlace number = new KeyPlace(KeyType.INTEGER, "size_number");
		VectorTable before = table(text, null);
		VectorTable during = table(number, text);
		this.schema.migrate(before);
		repository(before).upsert(record(1, "large"));
		this.schema.migrate(during);
		repository(before).upsert(record(2, "larger"));
		repository(before).upsert(record(3, "7"));
		VectorRepository<Long> moving = repository(during);
		assertThat(moving.findById(1L).orElseThrow().metadata()).containsEntry(KEY, "large");
		assertThat(moving.findById(2L).orElseThrow().metadata()).containsEntry(KEY, "larger");
		assertThat(moving.findById(3L).orElseThrow().metadata()).containsEntry(KEY, 7);
		assertThat(moving.search(VectorSearch.nearest(new float[] { 1, 1 })))
			.allSatisfy((match) -> assertThat(match.metadata()).containsKey(KEY));
	}

	/**
	 * Nothing that any version writes while the migrations of the others run is lost, nor
	 * fails.
	 */
	@Test
	@Timeout(120)
	void versionsWriteWhileTheMigrationsRun() throws Exception {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		KeyPlace column = new KeyPlace(KeyType.INTEGER, "year");
		VectorTable before = table(json, null);
		VectorTable during = table(column, json);
		VectorTable after = table(column, null);
		this.schema.migrate(before);
		List<VectorRecord<Long>> stock = LongStream.range(1_000_000, 1_003_000)
			.mapToObj((id) -> record(id, 7))
			.toList();
		repository(before).load(stock.stream(), LoadOptions.insert());
		try (ConcurrentWriter old = new ConcurrentWriter(repository(before), 0);
				ConcurrentWriter moving = new ConcurrentWriter(repository(during), 1000)) {
			old.start();
			old.awaitWrites(10);
			this.schema.migrate(during);
			moving.start();
			old.awaitWrites(30);
			moving.awaitWrites(30);
			old.stop();
			moving.stop();
			old.check(repository(before), repository(during));
			moving.check(repository(before), repository(during));
		}
		assertThat(repository(before).count(MetadataFilter.eq(KEY, 7))).isGreaterThanOrEqualTo(3000)
			.isEqualTo(repository(during).count(MetadataFilter.eq(KEY, 7)));
		try (ConcurrentWriter moving = new ConcurrentWriter(repository(during), 2000);
				ConcurrentWriter latest = new ConcurrentWriter(repository(after), 3000)) {
			moving.start();
			moving.awaitWrites(10);
			this.schema.migrate(after);
			latest.start();
			moving.awaitWrites(30);
			latest.awaitWrites(30);
			moving.stop();
			latest.stop();
			moving.check(repository(during), repository(after));
			latest.check(repository(during), repository(after));
		}
	}

	/**
	 * The function of a move that has ended is used again, but its end is not.
	 */
	@Test
	void keyMovesBackOnceItHasMoved() {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		KeyPlace column = new KeyPlace(KeyType.INTEGER, "year");
		for (List<KeyPlace> move : List.of(List.of(json, column), List.of(column, json), List.of(json, column))) {
			VectorTable before = table(move.get(0), null);
			VectorTable during = table(move.get(1), move.get(0));
			this.schema.migrate(before);
			repository(before).upsert(record(1, 7));
			this.schema.migrate(during);
			repository(before).upsert(record(2, 7));
			assertThat(ids(repository(during), MetadataFilter.eq(KEY, 7))).contains(1L, 2L);
			this.schema.migrate(table(move.get(1), null));
		}
	}

	@Test
	void moveThatIsNotCompleteIsNotReplacedByAnother() {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		VectorTable first = table(new KeyPlace(KeyType.INTEGER, "year"), json);
		this.schema.migrate(table(json, null));
		jdbc.execute("ALTER TABLE documents ADD COLUMN year integer, ADD COLUMN years bigint");
		new KeyMoves(first).create().forEach(jdbc::execute);
		VectorTable second = table(new KeyPlace(KeyType.BIGINT, "years"), json);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> this.schema.migrate(second))
			.withMessageContaining("keys are declared that move, while the rows of another move are not all moved");
		this.schema.migrate(first);
		this.schema.migrate(second);
	}

	/**
	 * What says that the move before has ended must not count for the next one.
	 */
	@Test
	void moveOfWhichOnlyTheTriggerWasMadeByHandIsFinishedAfterAnotherThatEnded() {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		KeyPlace year = new KeyPlace(KeyType.INTEGER, "year");
		VectorTable second = table(new KeyPlace(KeyType.BIGINT, "years"), year);
		this.schema.migrate(table(json, null));
		repository(table(json, null)).upsert(record(1, 7));
		this.schema.migrate(table(year, json));
		this.schema.migrate(table(year, null));
		jdbc.execute("ALTER TABLE documents ADD COLUMN years bigint");
		new KeyMoves(second).create().forEach(jdbc::execute);
		this.schema.migrate(second);
		assertThat(ids(repository(second), MetadataFilter.eq(KEY, 7))).containsExactly(1L);
	}

	@Test
	void tablesWhoseLongNamesBeginAlikeMoveEachItsOwnKeys() {
		String name = "a_table_with_a_name_that_is_very_long_as_some_are_";
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		for (int i = 1; i <= 2; i++) {
			jdbc.execute("DROP TABLE IF EXISTS " + name + i);
			VectorTable.Builder builder = VectorTable.builder(name + i).idType(IdType.BIGINT).dimensions(2);
			this.schema.migrate(builder.build());
			this.schema.migrate(builder.key(new MetadataColumn(KEY, "year" + i, KeyType.INTEGER, true, json)).build());
		}
		for (int i = 1; i <= 2; i++) {
			jdbc.update("INSERT INTO " + name + i + " (id, embedding, metadata) VALUES (1, '[1,2]', ?::jsonb)",
					"{\"it's\": 7}");
			assertThat(jdbc.queryForObject("SELECT year" + i + " FROM " + name + i, Integer.class)).isEqualTo(7);
			jdbc.execute("DROP TABLE " + name + i);
		}
	}

	@Test
	void keyWithTheDelimiterOfTheFunctionIsMoved() {
		String key = "$rdsboot$ '\n";
		this.schema.migrate(table(new KeyPlace(KeyType.JSON, "x"), null));
		VectorTable during = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key(new MetadataColumn(key, "year", KeyType.INTEGER, true, new KeyPlace(KeyType.JSON, "x")))
			.build();
		this.schema.migrate(during);
		repository(table(new KeyPlace(KeyType.JSON, "x"), null))
			.upsert(new VectorRecord<>(1L, new float[] { 1, 2 }, null, Map.of(key, 7)));
		assertThat(ids(repository(during), MetadataFilter.eq(key, 7))).containsExactly(1L);
	}

	@Test
	void listsAreMovedBothWays() {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		KeyPlace column = new KeyPlace(KeyType.TEXT_ARRAY, "tags");
		MetadataFilter filter = MetadataFilter.contains(KEY, "a \\ \"");
		Object tags = List.of("a \\ \"", "b");
		for (List<KeyPlace> move : List.of(List.of(json, column), List.of(column, json))) {
			jdbc.execute("DROP TABLE IF EXISTS documents");
			VectorTable before = table(move.get(0), null);
			VectorTable during = table(move.get(1), move.get(0));
			this.schema.migrate(before);
			repository(before).upsert(record(1, tags));
			this.schema.migrate(during);
			repository(before).upsert(record(2, tags));
			repository(during).upsert(record(3, tags));
			repository(during).load(Stream.of(record(4, tags)), LoadOptions.insert());
			assertThat(ids(repository(before), filter)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
			assertThat(ids(repository(during), filter)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
		}
	}

	@Test
	void rowsOfAllTenantsAreMoved() {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		KeyPlace column = new KeyPlace(KeyType.INTEGER, "year");
		VectorTable before = builder(json, null).key("who", KeyType.TEXT).tenant("who").build();
		VectorTable during = builder(column, json).key("who", KeyType.TEXT).tenant("who").build();
		this.schema.migrate(before);
		for (String tenant : List.of("a", "b")) {
			JdbcVectorRepository.builder(dataSource, before, Long.class)
				.tenantResolver(() -> tenant)
				.build()
				.upsert(record(tenant.charAt(0), 7));
		}
		this.schema.migrate(during);
		this.schema.validate(during);
		for (String tenant : List.of("a", "b")) {
			assertThat(ids(
					JdbcVectorRepository.builder(dataSource, during, Long.class).tenantResolver(() -> tenant).build(),
					MetadataFilter.eq(KEY, 7)))
				.containsExactly((long) tenant.charAt(0));
		}
	}

	@Test
	void largeTableIsMovedByStatementsOfAnOperator() {
		KeyPlace json = new KeyPlace(KeyType.JSON, "x");
		KeyPlace column = new KeyPlace(KeyType.INTEGER, "year");
		this.schema.migrate(table(json, null));
		repository(table(json, null)).upsert(record(1, 7));
		VectorTable during = table(column, json);
		VectorSchema careful = new VectorSchema(jdbc, 0);
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> careful.validate(table(column, null)))
			.satisfies((ex) -> assertThat(ex.getAction()).contains("declare 'formerly: json' for the key"));
		assertThatExceptionOfType(VectorSchemaException.class).isThrownBy(() -> careful.migrate(during))
			.withMessageContaining(
					"keys are declared that were formerly stored elsewhere, but rows have them there alone")
			.satisfies((ex) -> jdbc.execute(ex.getAction().substring(ex.getAction().indexOf('\n'))));
		repository(table(json, null)).upsert(record(2, 7));
		careful.migrate(during);
		careful.validate(during);
		assertThat(ids(repository(during), MetadataFilter.eq(KEY, 7))).containsExactlyInAnyOrder(1L, 2L);
	}

	@Test
	void moveThatIsNoneIsRefused() {
		KeyPlace year = new KeyPlace(KeyType.INTEGER, "year");
		for (KeyPlace former : List.of(year, new KeyPlace(KeyType.BIGINT, "year"))) {
			assertThatIllegalArgumentException().isThrownBy(() -> table(year, former))
				.withMessageStartingWith("metadata key 'it's' must be stored elsewhere than formerly");
		}
		for (KeyPlace former : List.of(new KeyPlace(KeyType.BOOLEAN, "a"), new KeyPlace(KeyType.TEXT_ARRAY, "a"))) {
			assertThatIllegalArgumentException().isThrownBy(() -> table(year, former))
				.withMessage("metadata key 'it's' was formerly %s, whose values integer cannot have: move it to json "
						+ "first", former);
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> builder(year, new KeyPlace(KeyType.JSON, "x")).tenant(KEY).build())
			.withMessage("tenant of vector table documents must not be on the move, but key 'it's' was formerly json");
	}

	private static VectorRecord<Long> record(long id, @Nullable Object value) {
		return new VectorRecord<>(id, new float[] { 1, id }, null,
				(value != null) ? Map.of(KEY, value, "other", id) : Map.of("other", id));
	}

	private static List<Long> ids(VectorRepository<Long> repository, MetadataFilter filter) {
		return repository.search(VectorSearch.nearest(new float[] { 1, 1 }).limit(10_000).where(filter))
			.stream()
			.map(VectorMatch::id)
			.toList();
	}

	private static VectorRepository<Long> repository(VectorTable table) {
		return JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	private static VectorTable table(KeyPlace place, @Nullable KeyPlace formerly) {
		return builder(place, formerly).build();
	}

	private static VectorTable.Builder builder(KeyPlace place, @Nullable KeyPlace formerly) {
		return VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key(new MetadataColumn(KEY, place.column(), place.type(), true, formerly));
	}

	/**
	 * Instance of a version that writes and reads without a pause.
	 */
	private static final class ConcurrentWriter implements AutoCloseable {

		private final VectorRepository<Long> repository;

		private final Model model;

		private final AtomicInteger writes = new AtomicInteger();

		private final ExecutorService executor = Executors.newSingleThreadExecutor();

		private volatile boolean running = true;

		private @Nullable Future<?> work;

		private ConcurrentWriter(VectorRepository<Long> repository, long firstId) {
			this.repository = repository;
			this.model = new Model(List.of(1, 2, 3), firstId);
		}

		void start() {
			this.work = this.executor.submit(() -> {
				while (this.running) {
					this.model.write(this.repository, 1);
					this.model.check(this.repository);
					this.writes.incrementAndGet();
				}
			});
		}

		void awaitWrites(int more) {
			int target = this.writes.get() + more;
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> this.writes.get() >= target || Objects.requireNonNull(this.work).isDone());
		}

		void stop() throws Exception {
			this.running = false;
			Objects.requireNonNull(this.work).get(30, TimeUnit.SECONDS);
		}

		@SafeVarargs
		final void check(VectorRepository<Long>... repositories) {
			this.model.check(repositories);
		}

		@Override
		public void close() {
			this.running = false;
			this.executor.shutdownNow();
		}

	}

	/**
	 * What must be found, kept beside the table.
	 */
	private static final class Model {

		private static final int IDS = 30;

		private final Map<Long, Object> rows = new LinkedHashMap<>();

		private final List<Object> values;

		private final Random random = new Random(7);

		private final long firstId;

		private Model(List<Object> values) {
			this(values, 0);
		}

		private Model(List<Object> values, long firstId) {
			this.values = values;
			this.firstId = firstId;
		}

		/**
		 * Write by every way that there is: rows that are new, that are there, with
		 * another value, with the same one, and without.
		 */
		void write(VectorRepository<Long> repository, int rows) {
			for (int i = 0; i < rows; i++) {
				long id = this.firstId + this.random.nextInt(IDS);
				int choice = this.random.nextInt(this.values.size() + 2);
				Object value = (choice < this.values.size()) ? this.values.get(choice)
						: (choice == this.values.size()) ? null : this.rows.get(id);
				VectorRecord<Long> record = record(id, value);
				switch (this.random.nextInt(3)) {
					case 0 -> repository.upsert(record);
					case 1 -> repository.load(Stream.of(record), LoadOptions.upsert());
					default -> {
						repository.delete(id);
						repository.load(Stream.of(record), LoadOptions.insert());
					}
				}
				this.rows.remove(id);
				if (value != null) {
					this.rows.put(id, value);
				}
			}
		}

		@SafeVarargs
		final void check(VectorRepository<Long>... repositories) {
			for (VectorRepository<Long> repository : repositories) {
				for (Object value : this.values) {
					assertThat(own(repository, MetadataFilter.eq(KEY, value)))
						.as("rows with %s as %s", value, repository.table().key(KEY))
						.containsExactlyInAnyOrderElementsOf(this.rows.entrySet()
							.stream()
							.filter((row) -> row.getValue().equals(value))
							.map(Map.Entry::getKey)
							.toList());
				}
				assertThat(own(repository, MetadataFilter.exists(KEY)))
					.containsExactlyInAnyOrderElementsOf(this.rows.keySet());
				repository.findAllById(List.copyOf(this.rows.keySet()))
					.forEach((record) -> assertThat(record.metadata()).containsKey(KEY));
			}
		}

		/**
		 * Others write to the table too.
		 */
		private List<Long> own(VectorRepository<Long> repository, MetadataFilter filter) {
			return ids(repository, filter).stream()
				.filter((id) -> id >= this.firstId && id < this.firstId + IDS)
				.toList();
		}

	}

}
