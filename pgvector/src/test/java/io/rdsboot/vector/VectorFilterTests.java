package io.rdsboot.vector;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.filter.MetadataFilter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what metadata filters find on PostgreSQL.
 */
@LocalRds
class VectorFilterTests {

	private static final List<String> TEXTS = List.of("", "a", "A", "b", "ab", "a'b", "a\\b", "%", "_", "a\"b", "?",
			":x", "$1", "ü🐘", "null", "{\"a\":1}", " ", "--", "1");

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
			.key("boolean", KeyType.BOOLEAN)
			.key("time", KeyType.TIMESTAMPTZ)
			.key("uuid", KeyType.UUID)
			.key("array", KeyType.TEXT_ARRAY)
			.build();
		new VectorTestTables(jdbc).create(table);
		new VectorTestTables(jdbc).index(table);
		repository = VectorRepository.of(dataSource, table, Long.class);
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
			records.add(new VectorRecord<>(id, new float[] { 1, id }, null, metadata));
		}
		repository.upsert(records);
		for (int i = 0; i < 600; i++) {
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

	private static Map<String, Object> metadata(Random random) {
		Map<String, Object> metadata = new HashMap<>();
		for (MetadataColumn key : table.keys()) {
			Object value = (random.nextInt(4) > 0) ? value(key.type(), random) : null;
			if (value != null) {
				metadata.put(key.key(), value);
			}
		}
		for (String key : List.of("j1", "j'2\"")) {
			switch (random.nextInt(6)) {
				case 0 -> metadata.put(key, text(random));
				case 1 -> metadata.put(key, random.nextInt(3));
				case 2 -> metadata.put(key, random.nextInt(30) / 10.0);
				case 3 -> metadata.put(key, random.nextBoolean());
				case 4 -> metadata.put(key, List.of(text(random), random.nextInt(3)));
				default -> {
				}
			}
		}
		return metadata;
	}

	private static @Nullable Object value(KeyType type, Random random) {
		return switch (type) {
			case TEXT -> text(random);
			case INTEGER -> random.nextInt(5) - 2;
			case BIGINT -> (long) random.nextInt(3) << 40;
			case NUMERIC -> new BigDecimal(random.nextInt(5)).movePointLeft(1);
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
		int place = random.nextInt(table.keys().size() + 2);
		if (place >= table.keys().size()) {
			String key = (place == table.keys().size()) ? "j1" : "j'2\"";
			return switch (random.nextInt(3)) {
				case 0 -> condition(key, text(random), text(random), true, true, random);
				case 1 -> condition(key, random.nextInt(3), random.nextInt(30) / 10.0, false, true, random);
				default -> MetadataFilter.eq(key, random.nextBoolean());
			};
		}
		MetadataColumn key = table.keys().get(place);
		Object value = value(key.type(), random);
		Object other = value(key.type(), random);
		if (key.type() == KeyType.TEXT_ARRAY) {
			return random.nextBoolean() ? MetadataFilter.contains(key.key(), text(random))
					: MetadataFilter.exists(key.key());
		}
		if (key.type() == KeyType.BOOLEAN) {
			return random.nextBoolean() ? MetadataFilter.eq(key.key(), value) : MetadataFilter.ne(key.key(), other);
		}
		return condition(key.key(), value, other, key.type() == KeyType.TEXT, false, random);
	}

	private static MetadataFilter condition(String key, @Nullable Object value, @Nullable Object other, boolean text,
			boolean json, Random random) {
		if (value == null || other == null) {
			throw new IllegalArgumentException(key);
		}
		return switch (random.nextInt(12)) {
			case 0 -> MetadataFilter.ne(key, value);
			case 1 -> MetadataFilter.gt(key, value);
			case 2 -> MetadataFilter.gte(key, value);
			case 3 -> MetadataFilter.lt(key, value);
			case 4 -> MetadataFilter.lte(key, value);
			case 5 -> MetadataFilter.in(key, value, other);
			case 6 -> MetadataFilter.exists(key);
			case 7 -> MetadataFilter.isNull(key);
			case 8 -> text ? MetadataFilter.like(key, pattern(random)) : MetadataFilter.eq(key, other);
			case 9 -> json ? MetadataFilter.contains(key, value) : MetadataFilter.eq(key, other);
			case 10 -> between(key, value, other);
			default -> MetadataFilter.eq(key, value);
		};
	}

	private static MetadataFilter between(String key, Object value, Object other) {
		try {
			return MetadataFilter.between(key, value, other);
		}
		catch (IllegalArgumentException ex) {
			return MetadataFilter.between(key, other, value);
		}
	}

	private static String pattern(Random random) {
		return List.of("a%", "%b", "_", "%\\%%", "a\\\\_", "%'%", "%").get(random.nextInt(7));
	}

}
