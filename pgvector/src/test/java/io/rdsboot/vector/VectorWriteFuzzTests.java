package io.rdsboot.vector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;

import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writes random records in random ways, and reads them back by the repository and by
 * plain SQL.
 */
class VectorWriteFuzzTests extends AbstractVectorDatabaseTests {

	private static final int ROUNDS = 12;

	private static VectorTable table;

	@BeforeAll
	static void createTable() {
		VectorTable.Builder builder = VectorTable.builder("fuzz")
			.idType(IdType.TEXT)
			.embedding(column("embedding", ElementType.VECTOR, 5))
			.vector(column("half", ElementType.HALFVEC, 4))
			.vector(VectorColumn.of("bits", ElementType.BIT, 13, Distance.JACCARD, VectorIndex.none()))
			.vector(column("sparse", ElementType.SPARSEVEC, 50));
		for (KeyType type : KeyType.values()) {
			builder.key(type.name(), type);
		}
		table = builder.build();
		VectorTestDatabase.createTable(jdbc, table);
	}

	private static VectorColumn column(String name, ElementType type, int dimensions) {
		return VectorColumn.of(name, type, dimensions, Distance.L2, VectorIndex.none());
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 20_260_821, -7 })
	void randomRecordsComeBackAsWritten(long seed) {
		VectorRepository<String> repository = JdbcVectorRepository.of(dataSource, table, String.class);
		Random random = new Random(seed);
		Map<String, VectorRecord<String>> expected = new TreeMap<>();
		jdbc.execute("TRUNCATE fuzz");
		for (int round = 0; round < ROUNDS; round++) {
			List<VectorRecord<String>> records = new ArrayList<>();
			for (int i = random.nextInt(200); i >= 0; i--) {
				records.add(record(random));
			}
			switch (random.nextInt(4)) {
				case 0 -> repository.upsert(records);
				case 1 -> repository.load(records.stream(), LoadOptions.upsert());
				case 2 -> repository.load(records.stream(), LoadOptions.upsert().parallelism(1 + random.nextInt(3)));
				default -> {
					expected.clear();
					Map<String, VectorRecord<String>> distinct = new LinkedHashMap<>();
					records.forEach((record) -> distinct.put(record.id(), record));
					records = List.copyOf(distinct.values());
					repository.load(records.stream(), LoadOptions.replace());
				}
			}
			records.forEach((record) -> expected.put(record.id(), record));
			Map<String, VectorRecord<String>> stored = new TreeMap<>();
			VectorTestDatabase.readAll(jdbc, table, String.class).forEach((record) -> stored.put(record.id(), record));
			assertThat(stored.keySet()).as("seed %d, round %d", seed, round).isEqualTo(expected.keySet());
			for (VectorRecord<String> record : expected.values()) {
				assertThat(normalized(stored.get(record.id()))).as("seed %d, round %d", seed, round)
					.isEqualTo(normalized(record));
				assertThat(repository.findById(record.id()).map(VectorWriteFuzzTests::normalized))
					.as("seed %d, round %d", seed, round)
					.contains(normalized(record));
			}
		}
	}

	/** A numeric has no negative scale. */
	private static VectorRecord<String> normalized(VectorRecord<String> record) {
		Map<String, Object> metadata = new LinkedHashMap<>(record.metadata());
		metadata.computeIfPresent("NUMERIC", (key, value) -> {
			BigDecimal number = (BigDecimal) value;
			return (number.scale() < 0) ? number.setScale(0) : number;
		});
		return new VectorRecord<>(record.id(), record.embedding(), record.content(), metadata, record.furtherVectors());
	}

	private static VectorRecord<String> record(Random random) {
		Map<String, Object> metadata = new LinkedHashMap<>();
		for (KeyType type : KeyType.values()) {
			if (random.nextInt(3) > 0) {
				metadata.put(type.name(), value(type, random));
			}
		}
		for (int i = random.nextInt(3); i > 0; i--) {
			metadata.put("undeclared " + text(random), json(random, 3));
		}
		VectorRecord<String> record = new VectorRecord<>(
				"id" + random.nextInt(300) + text(new Random(random.nextInt(3))), floats(random, 5),
				random.nextBoolean() ? text(random) : null, metadata);
		if (random.nextBoolean()) {
			record = record.withVector("half", halves(random));
		}
		if (random.nextBoolean()) {
			boolean[] bits = new boolean[13];
			IntStream.range(0, 13).forEach((i) -> bits[i] = random.nextBoolean());
			record = record.withVector("bits", BitVector.of(bits));
		}
		if (random.nextBoolean()) {
			Map<Integer, Float> values = new TreeMap<>();
			for (int i = random.nextInt(10); i > 0; i--) {
				values.put(random.nextInt(50), floats(random, 1).toFloats()[0]);
			}
			record = record.withVector("sparse", SparseVector.of(50, values));
		}
		return record;
	}

	private static Object value(KeyType type, Random random) {
		return switch (type) {
			case TEXT -> text(random);
			case INTEGER -> random.nextInt() >> random.nextInt(32);
			case BIGINT -> random.nextLong() >> random.nextInt(64);
			case NUMERIC -> numeric(random);
			case DOUBLE -> (random.nextInt() >> random.nextInt(32)) / 1000.0;
			case BOOLEAN -> random.nextBoolean();
			case TIMESTAMPTZ -> Instant.ofEpochSecond(random.nextLong(-210_000_000_000L, 9_000_000_000_000L),
					1000 * random.nextInt(1_000_000));
			case UUID -> new UUID(random.nextLong(), random.nextLong());
			case TEXT_ARRAY -> random.ints(random.nextInt(4)).mapToObj((i) -> text(random)).toList();
			case JSON -> json(random, 3);
		};
	}

	private static BigDecimal numeric(Random random) {
		int scale = random.nextInt(-20, 200);
		return new BigDecimal(new BigInteger(1 + random.nextInt(400), random), scale)
			.multiply(BigDecimal.valueOf(random.nextBoolean() ? 1 : -1));
	}

	private static Object json(Random random, int depth) {
		return switch (random.nextInt((depth > 0) ? 7 : 5)) {
			case 0 -> text(random);
			case 1 -> random.nextInt();
			case 2 -> (1L << 40) + random.nextInt();
			case 3 -> random.nextBoolean();
			case 4 -> random.nextInt(1000) + 0.5;
			case 5 -> IntStream.range(0, random.nextInt(4)).mapToObj((i) -> json(random, depth - 1)).toList();
			default -> {
				Map<String, Object> members = new LinkedHashMap<>();
				for (int i = random.nextInt(4); i > 0; i--) {
					members.put(text(random), json(random, depth - 1));
				}
				yield members;
			}
		};
	}

	/**
	 * Every character but NUL and halves of pairs, those that quote things most of all.
	 */
	private static String text(Random random) {
		StringBuilder text = new StringBuilder();
		String special = "'\"\\{}(),;:$ \t\r\n[]NULL%_?@";
		for (int i = random.nextInt(12); i > 0; i--) {
			int codePoint = switch (random.nextInt(4)) {
				case 0 -> special.charAt(random.nextInt(special.length()));
				case 1 -> 1 + random.nextInt(127);
				case 2 -> 1 + random.nextInt(0xd7ff);
				default -> 0xe000 + random.nextInt(0x110000 - 0xe000);
			};
			text.appendCodePoint(codePoint);
		}
		return text.toString();
	}

	private static VectorValue floats(Random random, int dimensions) {
		float[] values = new float[dimensions];
		for (int i = 0; i < dimensions; i++) {
			float value = Float.intBitsToFloat(random.nextInt());
			values[i] = (Math.abs(value) < 1e18f) ? value : i;
		}
		return VectorValue.of(values);
	}

	private static VectorValue halves(Random random) {
		float[] values = new float[4];
		for (int i = 0; i < 4; i++) {
			values[i] = Math.scalb(random.nextInt(-2047, 2048), random.nextInt(-24, 6));
		}
		return VectorValue.of(values);
	}

}
