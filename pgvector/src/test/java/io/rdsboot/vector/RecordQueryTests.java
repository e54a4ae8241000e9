package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.rdsboot.test.QueryPlanAssert.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RecordQuery} on PostgreSQL.
 */
class RecordQueryTests extends AbstractVectorDatabaseTests {

	/**
	 * Columns of each type with all that its values have, also what Java has not.
	 */
	private static final Map<String, List<String>> VALUES = Map.of("int_key", List.of("-1", "0", "7", "2147483647"),
			"big_key", List.of("-9223372036854775808", "5"), "num_key",
			List.of("NaN", "-Infinity", "1.50", "1.5", "123456789012345678901234567890.1"), "bool_key",
			List.of("true", "false"), "uuid_key",
			List.of("00000000-0000-0000-0000-000000000001", "ffffffff-0000-0000-0000-000000000001"), "text_key",
			List.of("", "a", "B", "\u00e4\ud83d\udc18", "it's . \\ \"x\""), "time_key",
			List.of("infinity", "-infinity", "0044-03-15 12:00:00+00 BC", "1800-01-01 00:00:00+00",
					"2026-01-31 12:30:00.000001+00", "99999-01-01 00:00:00+00"));

	@ParameterizedTest
	@EnumSource(IdType.class)
	void windowsHaveEachRowOnceInTheOrderOfTheServer(IdType idType) {
		walk(idType, idType.javaType());
	}

	private <ID> void walk(IdType idType, Class<ID> idClass) {
		VectorTable table = allTypes("walk_" + idType, idType);
		new VectorTestTables(jdbc).create(table);
		fillAllTypes(table, 60);
		VectorRepository<ID> repository = JdbcVectorRepository.of(dataSource, table, idClass);
		for (MetadataColumn key : table.typedKeys()) {
			for (RecordQuery query : directions(RecordQuery.all().sortBy(key.key()))) {
				for (int limit : new int[] { 1, 7, 60 }) {
					assertThat(ids(repository, query.limit(limit))).as("%s, %d a window", query, limit)
						.isEqualTo(expected(table, query));
				}
			}
		}
		for (RecordQuery query : directions(RecordQuery.all().where("even = true").limit(7))) {
			assertThat(ids(repository, query)).as("%s", query).isEqualTo(expected(table, query)).hasSize(30);
		}
	}

	private static List<RecordQuery> directions(RecordQuery query) {
		return List.of(query, query.descending(), query.nullsFirst(), query.descending().nullsFirst());
	}

	private static VectorTable allTypes(String name, IdType idType) {
		return VectorTable.builder(name)
			.idType(idType)
			.dimensions(2)
			.key(new MetadataColumn("int key", "int_key", KeyType.INTEGER, true))
			.key(new MetadataColumn("big key", "big_key", KeyType.BIGINT, true))
			.key(new MetadataColumn("num key", "num_key", KeyType.NUMERIC, true))
			.key(new MetadataColumn("bool key", "bool_key", KeyType.BOOLEAN, true))
			.key(new MetadataColumn("uuid key", "uuid_key", KeyType.UUID, true))
			.key(new MetadataColumn("text key", "text_key", KeyType.TEXT, true))
			.key(new MetadataColumn("time key", "time_key", KeyType.TIMESTAMPTZ, true))
			.build();
	}

	/**
	 * Rows with many equal and missing values, some of which only other writers have.
	 */
	private static void fillAllTypes(VectorTable table, int rows) {
		Random random = new Random(5);
		for (int i = 0; i < rows; i++) {
			String id = switch (table.idType()) {
				case UUID -> new UUID(random.nextLong(), random.nextLong()).toString();
				case TEXT -> List.of("A", "b", "\u00c4", "\ud83d\udc18", "_").get(i % 5) + i;
				case BIGINT -> String.valueOf(random.nextLong());
				case INTEGER -> String.valueOf(random.nextInt());
			};
			List<Object> values = new ArrayList<>(List.of(id, "[1,2]", "text", "{\"even\": %s}".formatted(i % 2 == 0)));
			List<String> casts = new ArrayList<>(
					List.of("?::text::" + table.idType().sqlType(), "?::vector", "?", "?::jsonb"));
			for (MetadataColumn key : table.typedKeys()) {
				List<String> known = Objects.requireNonNull(VALUES.get(key.column()));
				int chosen = random.nextInt(known.size() + 1);
				values.add((chosen < known.size()) ? "=" + known.get(chosen) : "");
				casts.add("substr(nullif(?, ''), 2)::" + key.type().sqlType());
			}
			jdbc.update("INSERT INTO %s VALUES (%s)".formatted(table.quotedName(), String.join(", ", casts)),
					values.toArray());
		}
	}

	private static <ID> List<ID> expected(VectorTable table, RecordQuery query) {
		String direction = query.isDescending() ? " DESC" : "";
		String key = (query.sortKey() != null)
				? "\"%s\"%s NULLS %s, ".formatted(table.key(query.sortKey()).orElseThrow().column(), direction,
						query.isNullsFirst() ? "FIRST" : "LAST")
				: "";
		@SuppressWarnings("unchecked")
		List<ID> ids = (List<ID>) jdbc.queryForList(
				"SELECT id FROM %s WHERE %s ORDER BY %sid%s".formatted(table.quotedName(),
						(query.filter() != null) ? "metadata @> '{\"even\": true}'" : "true", key, direction),
				table.idType().javaType());
		return ids;
	}

	/**
	 * Walk through all windows; each position is handed on as text.
	 */
	private static <ID> List<ID> ids(VectorRepository<ID> repository, RecordQuery query) {
		List<ID> ids = new ArrayList<>();
		RecordWindow<ID> window;
		RecordPosition position = null;
		do {
			window = repository.find(query.after(position));
			assertThat(window.records()).hasSizeLessThanOrEqualTo(Objects.requireNonNull(query.limit()));
			window.records().forEach((record) -> ids.add(record.id()));
			if (window.hasNext()) {
				position = RecordPosition.parse(String.valueOf(window.next()));
				assertThat(position).isEqualTo(window.next());
				assertThat(position.toString()).matches("[A-Za-z0-9_.-]+");
			}
		}
		while (window.hasNext());
		return ids;
	}

	@Test
	void rowsThatComeAndGoBetweenWindowsHideNoOthers() {
		VectorRepository<Long> repository = numbered("moving", 10);
		RecordQuery query = RecordQuery.all().sortBy("number").limit(5);
		RecordWindow<Long> first = repository.find(query);
		assertThat(first.records()).extracting(VectorRecord::id).containsExactly(0L, 1L, 2L, 3L, 4L);
		repository.delete(List.of(0L, 1L, 4L));
		repository.upsert(new VectorRecord<>(100L, new float[] { 1, 1 }, null, Map.of("number", -1)));
		assertThat(repository.find(query.after(first.next())).records()).extracting(VectorRecord::id)
			.containsExactly(5L, 6L, 7L, 8L, 9L);
	}

	@Test
	void vectorsComeBackWhenAskedForAndRowsWithoutOneAreFound() {
		VectorTable table = VectorTable.builder("vectors")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.vector(VectorColumn.of("title", 3))
			.build();
		new VectorTestTables(jdbc).create(table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		VectorRecord<Long> record = new VectorRecord<>(1L, VectorValue.of(1, 2), "one", Map.of("a", 1),
				Map.of("title", VectorValue.of(1, 2, 3)));
		repository.upsert(record);
		jdbc.update("INSERT INTO vectors (id) VALUES (2)");
		VectorRecord<Long> bare = new VectorRecord<>(2L, (VectorValue) null, null, Map.of());
		assertThat(repository.find(RecordQuery.all().withVectors()).records()).containsExactly(record, bare);
		assertThat(repository.find(RecordQuery.all()).records())
			.containsExactly(new VectorRecord<>(1L, (VectorValue) null, "one", Map.of("a", 1)), bare);
		assertThat(repository.findById(2L)).contains(bare);
		assertThat(repository.existsById(2L)).isTrue();
		assertThat(repository.existsById(3L)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> repository.upsert(bare))
			.withMessage("Record 0 (id 2) for vector table vectors: embedding is null");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void indexOfTheKeyServesTheOrderInBothDirections(boolean nullsFirst) {
		VectorRepository<Long> repository = numbered("hot_" + nullsFirst, 20_000);
		jdbc.execute("UPDATE hot_%s SET number = NULL WHERE id %% 100 = 7".formatted(nullsFirst));
		VectorTestTables tables = new VectorTestTables(jdbc);
		tables.index(repository.table());
		String index = "hot_" + nullsFirst + "_number_idx";
		RecordQuery sorted = RecordQuery.all().sortBy("number").limit(20);
		for (RecordQuery query : List.of(sorted, sorted.descending())) {
			RecordQuery asked = nullsFirst ? query.nullsFirst() : query;
			RecordPosition position = new RecordPosition("number", "3333", 10_000L);
			for (RecordQuery each : List.of(asked, asked.after(position), asked.where("half = true").after(position))) {
				assertThatPlan(repository.explain(each)).as("%s", each)
					.usesIndex(index)
					.doesNotScanSequentially(repository.table().name());
			}
			assertThatPlan(repository.explain(asked.after(new RecordPosition("number", null, 7L))))
				.doesNotScanSequentially(repository.table().name());
		}
		RecordQuery byId = RecordQuery.all().after(new RecordPosition(null, null, 5000L));
		assertThatPlan(repository.explain(byId)).usesIndex("hot_" + nullsFirst + "_pkey");
		assertThatPlan(repository.explain(byId.descending())).usesIndex("hot_" + nullsFirst + "_pkey");
	}

	private static VectorRepository<Long> numbered(String name, int rows) {
		VectorTable table = VectorTable.builder(name)
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("number", KeyType.INTEGER)
			.key("half", KeyType.BOOLEAN)
			.key("tags", KeyType.TEXT_ARRAY)
			.key(new MetadataColumn("loose", "loose", KeyType.JSON, false))
			.build();
		new VectorTestTables(jdbc).create(table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		repository.load(
				LongStream.range(0, rows)
					.mapToObj((id) -> new VectorRecord<>(id, new float[] { 1, id }, "c" + id,
							Map.of("number", (int) (id / 3), "half", id % 2 == 0, "loose", id % 5))),
				LoadOptions.insert());
		return repository;
	}

	@Test
	void everythingIsDeletedAndCounted() {
		VectorRepository<Long> repository = numbered("emptied", 25);
		assertThat(repository.count(MetadataFilter.parse("half = true and loose < 2"))).isEqualTo(5);
		assertThat(repository.delete(MetadataFilter.parse("half = true and loose < 2"))).isEqualTo(5);
		assertThat(repository.deleteAll()).isEqualTo(20);
		assertThat(repository.deleteAll()).isZero();
		assertThat(repository.count()).isZero();
	}

	@Test
	void queryThatDoesNotFitIsRefusedByName() {
		VectorRepository<Long> repository = numbered("refused", 3);
		Map<RecordQuery, String> refused = new HashMap<>();
		RecordQuery all = RecordQuery.all();
		refused.put(all.sortBy("numbre"),
				"vector table refused cannot be sorted by the key 'numbre', which is not declared: did you mean 'number'?");
		refused.put(all.sortBy("loose"),
				"vector table refused cannot be sorted by the key 'loose' (jsonb): declare it with a column of one value");
		refused.put(all.sortBy("tags"),
				"vector table refused cannot be sorted by the key 'tags' (text[]): declare it with a column of one value");
		refused.put(all.sortBy("number").after(new RecordPosition("half", "true", 1L)),
				"record query is not possible: the position to go on from is of rows sorted by the key 'half', but the query sorts by the key 'number'");
		refused.put(all.after(new RecordPosition("half", "true", 1L)),
				"record query is not possible: the position to go on from is of rows sorted by the key 'half', but the query sorts by id");
		refused.put(all.after(new RecordPosition(null, null, "1")),
				"id for vector table refused is a java.lang.String, but must be a java.lang.Long");
		refused.put(all.sortBy("number").after(new RecordPosition("number", "1; DROP", 1L)),
				"value '1; DROP' of a record position does not fit metadata key 'number' (integer)");
		refused
			.forEach((query, message) -> assertThatIllegalArgumentException().isThrownBy(() -> repository.find(query))
				.withMessage(message));
		assertThatIllegalArgumentException().isThrownBy(() -> all.limit(10_001))
			.withMessage("limit of a record query must be between 1 and 10000, but is 10001");
	}

	static Stream<@Nullable String> strangers() {
		return Stream.of("", "b1", "b1.", "b1..x", "b1..v", "x1..", "b..", "t%..", "u1..", "b1.!.v", "b1.a..", "t_w..");
	}

	@Test
	void textThatIsNoPositionIsRefused() {
		strangers().forEach((text) -> assertThatIllegalArgumentException().as(text)
			.isThrownBy(() -> RecordPosition.parse(String.valueOf(text)))
			.withMessage(
					"Text of %d characters is no record position: hand on the text that RecordPosition.toString() returned, unchanged"
						.formatted(String.valueOf(text).length())));
	}

}
