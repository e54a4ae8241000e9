package io.rdsboot.vector;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.sql.MetadataReader;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyPlace;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link RecordChange} on PostgreSQL.
 */
class RecordChangeTests extends AbstractVectorDatabaseTests {

	private static final UUID UUID_VALUE = new UUID(1, 2);

	private static final Instant TIME = Instant.parse("2026-01-31T12:30:00.000001Z");

	private static VectorTable table;

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createTable() {
		table = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.vector(VectorColumn.of("title", 2))
			.key("t", KeyType.TEXT)
			.key("i", KeyType.INTEGER)
			.key("n", KeyType.NUMERIC)
			.key("at", KeyType.TIMESTAMPTZ)
			.key("u", KeyType.UUID)
			.key("tags", KeyType.TEXT_ARRAY)
			.key(new MetadataColumn("moved", "moved", KeyType.INTEGER, false)
				.formerly(new KeyPlace(KeyType.TEXT, "moved_before")))
			.key(new MetadataColumn("left", "left_json", KeyType.BIGINT, false)
				.formerly(new KeyPlace(KeyType.JSON, "left_json")))
			.key(new MetadataColumn("loose", "loose", KeyType.JSON, false))
			.textSearch(TextSearch.of("simple"))
			.build();
		new VectorTestTables(jdbc).create(table);
		jdbc.execute("ALTER TABLE documents ADD moved_before text");
		repository = JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	@BeforeEach
	void writeRows() {
		repository.deleteAll();
		repository.upsert(LongStream.range(0, 10).mapToObj(RecordChangeTests::record).toList());
	}

	private static VectorRecord<Long> record(long id) {
		return new VectorRecord<>(id, VectorValue.of(1, id), "word" + id,
				Map.of("t", "text", "i", 1, "moved", 5, "left", 6L, "loose", List.of("a"), "free", Map.of("x", 1)),
				Map.of("title", VectorValue.of(id, 1)));
	}

	private static VectorRecord<Long> find(long id) {
		return repository.findById(id).orElseThrow();
	}

	@Test
	void keysThatAreNamedChangeAndNothingElse() {
		RecordChange change = RecordChange.none()
			.put("i", 7)
			.put("n", new BigDecimal("1.50"))
			.put("at", TIME)
			.put("u", UUID_VALUE)
			.put("tags", List.of("a", "b c", "\"{}\\"))
			.put("moved", 77)
			.put("left", 78L)
			.put("loose", Map.of("y", 2))
			.put("new", "it's")
			.remove("t")
			.remove("free");
		assertThat(repository.update(3L, change)).isTrue();
		assertThat(find(3)).isEqualTo(new VectorRecord<>(3L, VectorValue.of(1, 3), "word3",
				Map.of("i", 7, "n", new BigDecimal("1.50"), "at", TIME, "u", UUID_VALUE, "tags",
						List.of("a", "b c", "\"{}\\"), "moved", 77, "left", 78L, "loose", Map.of("y", 2), "new",
						"it's"),
				Map.of("title", VectorValue.of(3, 1))));
		assertThat(find(4)).isEqualTo(record(4));
		// For versions that have the keys elsewhere.
		assertThat(jdbc.queryForMap("SELECT moved_before, metadata ->> 'left' AS was FROM documents WHERE id = 3"))
			.isEqualTo(Map.of("moved_before", "77", "was", "78"));
		assertThat(repository.update(99L, change)).isFalse();
		assertThat(repository.update(List.of(1L, 2L, 99L, 1L), RecordChange.none().remove("i"))).isEqualTo(2);
		assertThat(find(1).metadata()).doesNotContainKey("i").hasSize(5);
		assertThat(repository.update(List.of(), change)).isZero();
	}

	@Test
	void metadataIsReplacedWhole() {
		assertThat(repository.update(MetadataFilter.parse("i = 1"),
				RecordChange.none().remove("gone").metadata(Map.of("n", 2, "new", 1)).put("t", "x")))
			.isEqualTo(10);
		VectorRecord<Long> changed = find(9);
		assertThat(changed.metadata()).isEqualTo(Map.of("n", new BigDecimal(2), "new", 1, "t", "x"));
		assertThat(changed.content()).isEqualTo("word9");
		assertThat(jdbc.queryForObject("SELECT count(moved_before) FROM documents", Integer.class)).isZero();
		repository.update(9L, RecordChange.none().metadata(Map.of()));
		assertThat(find(9).metadata()).isEmpty();
	}

	@Test
	void contentChangesWithItsWords() {
		assertThat(repository.update(5L, RecordChange.none().content("elephant"))).isTrue();
		VectorSearch search = VectorSearch.nearest(VectorValue.of(1, 0)).hybrid("elephant", 0, 1).limit(1);
		assertThat(repository.search(search)).extracting(VectorMatch::id).containsExactly(5L);
		assertThat(find(5)).isEqualTo(new VectorRecord<>(5L, VectorValue.of(1, 5), "elephant", record(5).metadata(),
				record(5).furtherVectors()));
		repository.update(5L, RecordChange.none().content(null));
		assertThat(find(5).content()).isNull();
	}

	@Test
	void whatOthersLeftInTheJsonOfATypedKeyDoesNotComeBack() {
		jdbc.update("UPDATE documents SET metadata = metadata || '{\"i\": 999, \"t\": \"old\"}' WHERE id = 1");
		repository.update(1L, RecordChange.none().put("t", "new").remove("i"));
		assertThat(find(1).metadata()).containsEntry("t", "new").doesNotContainKey("i");
		repository.update(1L, RecordChange.none().remove("t"));
		assertThat(find(1).metadata()).doesNotContainKey("t");
	}

	@Test
	void rowsThatOthersWroteAreChangedUnlessTheirMetadataIsNoObject() {
		jdbc.execute("ALTER TABLE documents ALTER metadata DROP NOT NULL");
		jdbc.update("UPDATE documents SET metadata = NULL WHERE id = 1");
		jdbc.update("UPDATE documents SET metadata = 'null' WHERE id = 2");
		jdbc.update("UPDATE documents SET metadata = '[1]' WHERE id = 3");
		RecordChange change = RecordChange.none().put("new", 1);
		assertThat(repository.update(List.of(1L, 2L), change)).isEqualTo(2);
		assertThat(find(1).metadata()).containsEntry("new", 1);
		assertThat(find(2).metadata()).containsEntry("new", 1);
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> repository.update(MetadataFilter.exists("i"), change))
			.withMessage("Change of vector table documents is not possible, and no row was changed: "
					+ "the metadata of the row '3' is no JSON object, so no key can be put in it: replace it");
		assertThat(find(4)).isEqualTo(record(4));
		repository.update(3L, RecordChange.none().metadata(Map.of("new", 2)));
		assertThat(find(3).metadata()).isEqualTo(Map.of("new", 2));
	}

	@Test
	void metadataThatWouldBecomeTooLongIsRefusedAndNoRowChanged() {
		int half = MetadataReader.MAX_LENGTH / 2;
		repository.update(3L, RecordChange.none().put("long", "x".repeat(half)));
		RecordChange change = RecordChange.none().put("longer", "y".repeat(half));
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			assertThatExceptionOfType(DataIntegrityViolationException.class)
				.isThrownBy(() -> repository.update(List.of(2L, 3L), change))
				.withMessage("Change of vector table documents is not possible, and no row was changed: "
						+ "the metadata of the row '3' would be longer than 1048576 characters as JSON, or nested deeper than 1500 levels");
			// The caller's transaction goes on.
			assertThat(find(2)).isEqualTo(record(2));
			repository.update(2L, change);
		});
		assertThat(find(2).metadata()).containsKey("longer");
		assertThat(repository.update(3L, change.remove("long"))).isTrue();
		assertThat(find(3).metadataProblems()).isEmpty();
	}

	@Test
	void whatNoRecordMayHaveIsRefused() {
		RecordChange none = RecordChange.none();
		Map<RecordChange, String> refused = Map.of(none, " changes nothing", none.put("i", "one"),
				" is not possible: metadata at 'i' is a java.lang.String, but must be a java.lang.Integer",
				none.put("free", "nul\0"),
				" is not possible: metadata has a NUL character at 'free', which PostgreSQL cannot store",
				none.put("free", Double.NaN),
				" is not possible: metadata has the number NaN at 'free', which JSON cannot express",
				none.remove("\ud800"),
				" is not possible: metadata has half a surrogate pair, which PostgreSQL cannot store",
				none.put("t", "x".repeat(3000)),
				" is not possible: metadata at 't' is 3000 bytes long in UTF-8, but an index can hold at most 2600: shorten it, or declare the key as not indexed",
				none.content("a\0"), " is not possible: content has a NUL character, which PostgreSQL cannot store",
				none.content(LongStream.range(0, 200_000).mapToObj(Long::toString).reduce("", (a, b) -> b)
						+ String.join(" ", LongStream.range(0, 200_000).mapToObj(Long::toString).toList())),
				" is not possible: content has more words than text search can hold of one content (1048575 bytes): split it");
		refused.forEach((change, message) -> assertThatIllegalArgumentException()
			.isThrownBy(() -> repository.update(MetadataFilter.exists("i"), change))
			.withMessage("change of vector table documents" + message));
		assertThatNullPointerException().isThrownBy(() -> none.put("a", null))
			.withMessage("value of key 'a' must not be null: remove the key");
		assertThat(find(0)).isEqualTo(record(0));
	}

	@Test
	void undeclaredKeysAreRefusedWhereRecordsMayNotHaveThem() {
		VectorTable strict = VectorTable.builder("strict")
			.dimensions(2)
			.idType(IdType.TEXT)
			.metadataColumn(null)
			.contentColumn(null)
			.key("year", KeyType.INTEGER)
			.build();
		new VectorTestTables(jdbc).create(strict);
		VectorRepository<String> rows = JdbcVectorRepository.of(dataSource, strict, String.class);
		rows.upsert(new VectorRecord<>("a", new float[] { 1, 2 }, null, Map.of("year", 1)));
		for (RecordChange change : List.of(RecordChange.none().put("yaer", 2), RecordChange.none().remove("yaer"))) {
			assertThatIllegalArgumentException().isThrownBy(() -> rows.update("a", change))
				.withMessage(
						"change of vector table strict is not possible: metadata has the key 'yaer', which is not declared: did you mean 'year'?");
		}
		assertThatIllegalArgumentException().isThrownBy(() -> rows.update("a", RecordChange.none().content(null)))
			.withMessage(
					"change of vector table strict is not possible: content is given, but the table has no column for it");
		assertThat(rows.update("a", RecordChange.none().put("year", 2))).isTrue();
		assertThat(rows.findById("a").orElseThrow().metadata()).isEqualTo(Map.of("year", 2));
		assertThat(rows.update("a", RecordChange.none().remove("year"))).isTrue();
		assertThat(rows.findById("a").orElseThrow().metadata()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(IdType.class)
	void idsOfEachTypeAreFound(IdType idType) {
		change(idType, idType.javaType());
	}

	private <ID> void change(IdType idType, Class<ID> idClass) {
		VectorTable typed = VectorTable.builder("changed_" + idType).dimensions(2).idType(idType).build();
		new VectorTestTables(jdbc).create(typed);
		VectorRepository<ID> rows = JdbcVectorRepository.of(dataSource, typed, idClass);
		ID id = idClass.cast(switch (idType) {
			case UUID -> UUID_VALUE;
			case TEXT -> "it's";
			case BIGINT -> 5L;
			case INTEGER -> 5;
		});
		rows.upsert(new VectorRecord<>(id, new float[] { 1, 2 }, null));
		assertThat(rows.update(id, RecordChange.none().put("a", 1))).isTrue();
		assertThat(rows.update(List.of(id), RecordChange.none().put("b", 2))).isEqualTo(1);
		assertThat(rows.findById(id).orElseThrow().metadata()).isEqualTo(Map.of("a", 1, "b", 2));
	}

	@Test
	void changeOfARowThatAnotherTransactionChangesKeepsBoth() throws Exception {
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			Future<Integer> other = new TransactionTemplate(new JdbcTransactionManager(dataSource))
				.execute((status) -> {
					repository.update(3L, RecordChange.none().put("first", 1));
					Future<Integer> waiting = thread
						.submit(() -> repository.update(List.of(3L, 4L), RecordChange.none().put("second", 2)));
					awaitLockWait();
					return waiting;
				});
			assertThat(other.get(60, TimeUnit.SECONDS)).isEqualTo(2);
		}
		finally {
			thread.shutdownNow();
		}
		assertThat(find(3).metadata()).containsEntry("first", 1).containsEntry("second", 2);
	}

	private static void awaitLockWait() {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (System.nanoTime() < end) {
			// A transaction's view of the activity stays as it was first.
			jdbc.queryForList("SELECT pg_stat_clear_snapshot(), pg_sleep(0.02)");
			if (jdbc.queryForObject(
					"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
					Long.class) > 0) {
				return;
			}
		}
		throw new AssertionError("nobody waits");
	}

}
