package io.rdsboot.vector;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.filter.MetadataKey;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static io.rdsboot.vector.filter.MetadataFilter.key;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what metadata filters find on PostgreSQL.
 */
@LocalRds
class VectorFilterTests {

	private static final int CASES = 2_000;

	private static final List<String> TEXTS = List.of("", "a", "A", "b", "ab", "aB", "Ü🐘", "a'b", "a\\b", "%", "_",
			"a\"b", "?", ":x", "$1", "ü🐘", "null", "{\"a\":1}", " ", "--", "1");

	private static final List<MetadataKey> JSON_KEYS = List.of(key("j1"), key("j'2\""), key("n.a"), key("n"),
			key("n", "a"), key("n", "b c"), key("n", "a", "a"), key("n", "b c", "a"), key("n", "0"));

	private static HikariDataSource dataSource;

	private static VectorTable table;

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.create(cluster);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		jdbc.execute("CREATE EXTENSION vector");
		table = VectorTable.builder("filtered")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("text", KeyType.TEXT)
			.key("integer", KeyType.INTEGER)
			.key("bigint", KeyType.BIGINT)
			.key("numeric", KeyType.NUMERIC)
			.key("double", KeyType.DOUBLE)
			.key("boolean", KeyType.BOOLEAN)
			.key("time", KeyType.TIMESTAMPTZ)
			.key("uuid", KeyType.UUID)
			.key("array", KeyType.TEXT_ARRAY)
			.build();
		new VectorTestTables(jdbc).create(table);
		new VectorTestTables(jdbc).index(table);
		repository = JdbcVectorRepository.of(dataSource, table, Long.class);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	@Test
	void listsOfAnyLengthAreLookedUp() {
		repository.load(
				LongStream.range(0, 100)
					.mapToObj((id) -> new VectorRecord<>(id, new float[] { 1, id }, null,
							Map.<String, Object>of("bigint", id, "free", id, "text", "t" + id, "name", "n" + id))),
				LoadOptions.replace());
		for (String key : List.of("bigint", "free")) {
			for (int length : List.of(1, 50, 51, 50_000)) {
				assertIn(key, LongStream.range(90, 90 + length).boxed().toList(), Math.min(length, 10));
			}
		}
		assertIn("text", LongStream.range(90, 1_000).mapToObj((id) -> "t" + id).toList(), 10);
		assertIn("name", LongStream.range(90, 1_000).mapToObj((id) -> "n" + id).toList(), 10);
		for (String key : List.of("bigint", "free", "absent")) {
			assertIn(key, List.of(), 0);
		}
	}

	private static void assertIn(String key, List<?> values, int rows) {
		MetadataFilter in = MetadataFilter.in(key, values);
		assertThat(repository.count(in)).as("%d values of %s", values.size(), key).isEqualTo(rows);
		assertThat(repository.count(in.negate())).isEqualTo(100 - rows);
		assertThat(repository.search(VectorSearch.nearest(new float[] { 1, 0 }).where(in).limit(20))).hasSize(rows);
	}

	@Test
	void randomFilterFindsTheRowsThatItHoldsFor() {
		long seed = 20260513;
		Random random = new Random(seed);
		Map<Long, Map<String, Object>> rows = new HashMap<>();
		List<VectorRecord<Long>> records = new ArrayList<>();
		for (long id = 0; id < 200; id++) {
			Map<String, Object> metadata = metadata(random);
			rows.put(id, metadata);
			Map<String, Object> written = new HashMap<>(metadata);
			written.values().removeIf(Objects::isNull);
			records.add(new VectorRecord<>(id, new float[] { 1, id }, null, written));
		}
		repository.upsert(records);
		putNulls(rows);
		for (int i = 0; i < CASES; i++) {
			MetadataFilter filter = filter(random, 3);
			String as = "seed %d, filter %d: %s".formatted(seed, i, filter);
			List<Long> expected = rows.entrySet()
				.stream()
				.filter((row) -> FilterEvaluation.holds(filter, row.getValue()))
				.map(Map.Entry::getKey)
				.sorted()
				.toList();
			assertThat(repository.count(filter)).as(as).isEqualTo(expected.size());
			if (i % 4 == 0) {
				assertThat(repository.search(VectorSearch.nearest(new float[] { 1, 0 }).limit(200).where(filter)))
					.as(as)
					.extracting(VectorMatch::id)
					.containsExactlyInAnyOrderElementsOf(expected);
			}
		}
		MetadataFilter filter = MetadataFilter.eq("integer", 1).or(MetadataFilter.eq("j1", 1));
		long holding = repository.count(filter);
		assertThat(repository.delete(filter)).isEqualTo((int) holding).isPositive();
		assertThat(repository.count()).isEqualTo(200 - holding);
		assertThat(repository.count(filter.negate())).isEqualTo(200 - holding);
	}

	/**
	 * Only other writers can put nulls in place of members.
	 */
	private static void putNulls(Map<Long, Map<String, Object>> rows) {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		rows.forEach((id, metadata) -> metadata.forEach((key, value) -> {
			if (value == null) {
				jdbc.update("UPDATE filtered SET metadata = metadata || jsonb_build_object(?, NULL) WHERE id = ?", key,
						id);
			}
		}));
	}

	private static Map<String, Object> metadata(Random random) {
		Map<String, Object> metadata = new HashMap<>();
		for (MetadataColumn key : table.keys()) {
			Object value = (random.nextInt(4) > 0) ? value(key.type(), random) : null;
			if (value != null) {
				metadata.put(key.key(), value);
			}
		}
		for (String key : List.of("j1", "j'2\"", "n.a")) {
			putJson(metadata, key, random);
		}
		Map<String, Object> members = new HashMap<>();
		putJson(members, "a", random);
		putJson(members, "b c", random);
		switch (random.nextInt(4)) {
			case 0 -> metadata.put("n", members);
			case 1 -> metadata.put("n", Map.of("a", members, "b c", List.of(members)));
			case 2 -> putJson(metadata, "n", random);
			default -> {
			}
		}
		return metadata;
	}

	private static void putJson(Map<String, @Nullable Object> members, String key, Random random) {
		switch (random.nextInt(8)) {
			case 0, 1 -> members.put(key, text(random));
			case 2 -> members.put(key, random.nextInt(3));
			case 3 -> members.put(key, random.nextInt(30) / 10.0);
			case 4 -> members.put(key, random.nextBoolean());
			case 5 -> members.put(key, List.of(text(random), random.nextInt(3)));
			case 6 -> members.put(key, null);
			default -> {
			}
		}
	}

	private static @Nullable Object value(KeyType type, Random random) {
		return switch (type) {
			case TEXT -> text(random);
			case INTEGER -> random.nextInt(5) - 2;
			case BIGINT -> (long) random.nextInt(3) << 40;
			case NUMERIC -> new BigDecimal(random.nextInt(5)).movePointLeft(1);
			case DOUBLE -> random.nextInt(5) / 10.0;
			case BOOLEAN -> random.nextBoolean();
			case TIMESTAMPTZ -> Instant.ofEpochSecond(random.nextInt(3), 123_000);
			case UUID -> new UUID(0, random.nextInt(3));
			case TEXT_ARRAY -> List.of(text(random), text(random));
			case JSON -> null;
		};
	}

	private static String text(Random random) {
		return TEXTS.get(random.nextInt(TEXTS.size()));
	}

	private static MetadataFilter filter(Random random, int depth) {
		int kind = random.nextInt((depth > 0) ? 7 : 4);
		return switch (kind) {
			case 4 -> filter(random, depth - 1).and(filter(random, depth - 1));
			case 5 -> filter(random, depth - 1).or(filter(random, depth - 1));
			case 6 -> filter(random, depth - 1).negate();
			default -> condition(random);
		};
	}

	private static MetadataFilter condition(Random random) {
		int place = random.nextInt(table.keys().size() + JSON_KEYS.size());
		if (place >= table.keys().size()) {
			MetadataKey key = JSON_KEYS.get(place - table.keys().size());
			return switch (random.nextInt(4)) {
				case 0 -> condition(key, text(random), text(random), true, true, random);
				case 1 -> condition(key, random.nextInt(3), random.nextInt(30) / 10.0, false, true, random);
				case 2 -> withoutCase(key, text(random), text(random), true, random);
				default -> key.eq(random.nextBoolean());
			};
		}
		MetadataColumn column = table.keys().get(place);
		MetadataKey key = MetadataKey.of(column.key());
		Object value = value(column.type(), random);
		Object other = value(column.type(), random);
		if (column.type() == KeyType.TEXT_ARRAY) {
			return switch (random.nextInt(3)) {
				case 0 -> key.contains(text(random));
				case 1 -> key.ignoringCase().contains(text(random));
				default -> key.exists();
			};
		}
		if (column.type() == KeyType.BOOLEAN) {
			return random.nextBoolean() ? key.eq(value) : key.ne(other);
		}
		boolean text = column.type() == KeyType.TEXT;
		return (text && random.nextInt(3) == 0) ? withoutCase(key, text(random), text(random), false, random)
				: condition(key, value, other, text, false, random);
	}

	private static MetadataFilter condition(MetadataKey key, @Nullable Object value, @Nullable Object other,
			boolean text, boolean json, Random random) {
		if (value == null || other == null) {
			throw new IllegalArgumentException(key.toString());
		}
		return switch (random.nextInt(14)) {
			case 0 -> key.ne(value);
			case 1 -> key.gt(value);
			case 2 -> key.gte(value);
			case 3 -> key.lt(value);
			case 4 -> key.lte(value);
			case 5 -> key.in(value, other);
			case 6 -> key.exists();
			case 7 -> key.isNull();
			case 8 -> text ? key.like(pattern(random)) : key.eq(other);
			case 9 -> json ? key.contains(value) : key.eq(other);
			case 10 -> between(key, value, other);
			case 11 -> key.isAbsent();
			case 12 -> key.isJsonNull();
			default -> key.eq(value);
		};
	}

	private static MetadataFilter withoutCase(MetadataKey key, String value, String other, boolean json,
			Random random) {
		MetadataKey ignoring = key.ignoringCase();
		return switch (random.nextInt(6)) {
			case 0 -> ignoring.ne(value);
			case 1 -> ignoring.in(value, other);
			case 2 ->
				ignoring.in(Stream.concat(Stream.of(value), IntStream.range(0, 60).mapToObj((i) -> "N" + i)).toList());
			case 3 -> ignoring.like(pattern(random));
			case 4 -> json ? ignoring.contains(value) : ignoring.eq(other);
			default -> ignoring.eq(value);
		};
	}

	private static MetadataFilter between(MetadataKey key, Object value, Object other) {
		try {
			return key.between(value, other);
		}
		catch (IllegalArgumentException ex) {
			return key.between(other, value);
		}
	}

	private static String pattern(Random random) {
		return List.of("a%", "%B", "_", "%\\%%", "a\\\\_", "%'%", "%", "Ü%", "A_").get(random.nextInt(9));
	}

}
