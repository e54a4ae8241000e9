package io.rdsboot.vector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.BitVector;
import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for files of rows that are exported, and loaded again.
 */
class RecordFileTests extends AbstractRecordStreamTests {

	private static final int MANY = 100_000;

	private static final int DIMENSIONS = 32;

	@ParameterizedTest
	@EnumSource(ElementType.class)
	void exportedRowsAreTheSameOnceTheyAreLoaded(ElementType type) {
		for (IdType idType : IdType.values()) {
			roundTrip(type, idType, idType.javaType());
		}
	}

	private <ID> void roundTrip(ElementType type, IdType idType, Class<ID> idClass) {
		VectorRepository<ID> source = create("source", type, idType, idClass);
		VectorRepository<ID> target = create("target", type, idType, idClass);
		Random random = new Random(3);
		source.upsert(LongStream.range(0, 300)
			.mapToObj((number) -> random(source.table(), number, random, idClass))
			.toList());
		// What only other writers have.
		jdbc.update(
				"UPDATE source SET metadata = metadata || '{\"decimal\": 1.50, \"digits\": 0.12345678901234567890}'");
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		assertThat(source.exportTo(file, RecordQuery.all())).isEqualTo(300);
		assertThat(file.toString(StandardCharsets.UTF_8).lines()).hasSize(300)
			.allMatch((line) -> line.startsWith("{\"id\":") && line.endsWith("}"));
		target.load(new ByteArrayInputStream(file.toByteArray()), LoadOptions.insert());
		String send = type.sqlName() + "_send(%1$s.embedding), " + type.sqlName() + "_send(%1$s.title)";
		assertThat(jdbc.queryForObject("""
				SELECT count(*) FROM source JOIN target USING (id) WHERE to_jsonb(source) = to_jsonb(target)
				AND source.n::text IS NOT DISTINCT FROM target.n::text
				AND (%s) IS NOT DISTINCT FROM (%s)""".formatted(send.formatted("source"), send.formatted("target")),
				Long.class))
			.as("%s, %s", type, idType)
			.isEqualTo(300);
		assertThat(target.find(RecordQuery.all().withVectors().limit(1000)))
			.isEqualTo(source.find(RecordQuery.all().withVectors().limit(1000)));
	}

	private static <ID> VectorRepository<ID> create(String name, ElementType type, IdType idType, Class<ID> idClass) {
		VectorTable table = VectorTable.builder(name)
			.idType(idType)
			.embedding(VectorColumn.of("embedding", type, DIMENSIONS, distance(type), VectorIndex.none()))
			.vector(VectorColumn.of("title", type, DIMENSIONS, distance(type), VectorIndex.none()))
			.key("t", KeyType.TEXT)
			.key("i", KeyType.INTEGER)
			.key("b", KeyType.BIGINT)
			.key("n", KeyType.NUMERIC)
			.key("f", KeyType.BOOLEAN)
			.key("at", KeyType.TIMESTAMPTZ)
			.key("u", KeyType.UUID)
			.key("tags", KeyType.TEXT_ARRAY)
			.build();
		new VectorTestTables(jdbc).create(table);
		return JdbcVectorRepository.of(dataSource, table, idClass);
	}

	private static Distance distance(ElementType type) {
		return (type == ElementType.BIT) ? Distance.HAMMING : Distance.L2;
	}

	private static <ID> VectorRecord<ID> random(VectorTable table, long number, Random random, Class<ID> idClass) {
		Object id = switch (table.idType()) {
			case UUID -> new UUID(random.nextLong(), random.nextLong());
			case TEXT -> "\u00e4 \"quoted\" \\ \n\u2028\ud83d\udc18 " + number;
			case BIGINT -> (number == 0) ? Long.MIN_VALUE : Long.MAX_VALUE - number;
			case INTEGER -> (number == 0) ? Integer.MIN_VALUE : Integer.MAX_VALUE - (int) number;
		};
		Map<String, Object> metadata = new HashMap<>();
		Map<String, Object> all = Map.ofEntries(Map.entry("t", "\u0001\t\u00e4\ud83d\udc18"),
				Map.entry("i", Integer.MIN_VALUE), Map.entry("b", Long.MAX_VALUE),
				Map.entry("n", new BigDecimal("1.50")), Map.entry("f", false),
				Map.entry("at", Instant.parse("-0043-03-15T12:00:00.000001Z")), Map.entry("u", new UUID(1, 2)),
				Map.entry("tags", List.of("", "a,b", "NULL")),
				Map.entry("free", List.of(1, 1.5, "x", Map.of("\"", 1L << 40))),
				Map.entry("time", "2026-01-01T00:00:00Z"), Map.entry("text", ""),
				Map.entry("big", new BigDecimal("1E+400")));
		all.forEach((key, value) -> {
			if (random.nextBoolean()) {
				metadata.put(key, value);
			}
		});
		String content = switch (random.nextInt(3)) {
			case 0 -> null;
			case 1 -> "";
			default -> "line\r\n\u0085\u2028 'two' " + number;
		};
		VectorRecord<ID> record = new VectorRecord<>(idClass.cast(id), random(table.embedding().type(), random),
				content, metadata);
		return random.nextBoolean() ? record : record.withVector("title", random(table.embedding().type(), random));
	}

	/**
	 * Vectors of floats of any size, zeros of both signs among them.
	 */
	private static VectorValue random(ElementType type, Random random) {
		float[] values = new float[DIMENSIONS];
		for (int i = 0; i < DIMENSIONS; i++) {
			float value = Float.intBitsToFloat(random.nextInt());
			boolean usable = Math.abs(value) < 0x1p50f;
			values[i] = switch (type) {
				case HALFVEC -> (Math.abs(value) < 60_000) ? value : 1 / 3f;
				case VECTOR, SPARSEVEC -> usable ? value : -0.0f;
				case BIT -> random.nextInt(2);
			};
		}
		if (type == ElementType.BIT) {
			boolean[] bits = new boolean[DIMENSIONS];
			for (int i = 0; i < DIMENSIONS; i++) {
				bits[i] = values[i] > 0;
			}
			return BitVector.of(bits);
		}
		if (type == ElementType.SPARSEVEC) {
			Map<Integer, Float> sparse = new HashMap<>();
			for (int i = 0; i < DIMENSIONS; i += 3) {
				if (values[i] != 0) {
					sparse.put(i, values[i]);
				}
			}
			return SparseVector.of(DIMENSIONS, sparse);
		}
		return new DenseVector(values);
	}

	@Test
	void manyRowsAreExportedAndLoadedInAJvmOfLittleMemory(@TempDir Path directory) throws Exception {
		VectorTable table = many("many");
		new VectorTestTables(jdbc).create(table);
		new VectorTestTables(jdbc).create(many("many_again"));
		jdbc.update("INSERT INTO many (id, embedding, content, metadata) SELECT id, "
				+ "array_fill(id::real / 7, ARRAY[%d])::vector, repeat('content ' || id, 20), jsonb_build_object('n', id) "
					.formatted(DIMENSIONS)
				+ "FROM generate_series(1, ?) id", MANY);
		Path output = directory.resolve("output");
		ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-cp", System.getProperty("java.class.path"),
				SmallExporter.class.getName(), directory.resolve("rows").toString());
		command.environment().put("EXPORTER_URL", dataSource.getJdbcUrl());
		command.environment().put("EXPORTER_USERNAME", dataSource.getUsername());
		command.environment().put("EXPORTER_PASSWORD", dataSource.getPassword());
		Process process = command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(240, TimeUnit.SECONDS)).as("the other JVM ends").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(Files.readString(output)).endsWith("exported 100000, loaded 100000\n");
		// More than the heap twice over.
		assertThat(Files.size(directory.resolve("rows"))).isGreaterThan(60_000_000);
		assertThat(jdbc.queryForObject(
				"SELECT count(*) FROM many a JOIN many_again b USING (id) WHERE to_jsonb(a) = to_jsonb(b)", Long.class))
			.isEqualTo(MANY);
		jdbc.execute("DROP TABLE many, many_again");
	}

	private static VectorTable many(String name) {
		return VectorTable.builder(name).idType(IdType.BIGINT).dimensions(DIMENSIONS).index(VectorIndex.none()).build();
	}

	/**
	 * Process of little memory.
	 */
	static final class SmallExporter {

		private SmallExporter() {
		}

		public static void main(String[] arguments) throws IOException {
			DriverManagerDataSource dataSource = new DriverManagerDataSource(System.getenv("EXPORTER_URL"),
					System.getenv("EXPORTER_USERNAME"), System.getenv("EXPORTER_PASSWORD"));
			Path file = Path.of(arguments[0]);
			long exported;
			try (OutputStream out = Files.newOutputStream(file)) {
				exported = JdbcVectorRepository.of(dataSource, many("many"), Long.class)
					.exportTo(out, RecordQuery.all());
			}
			try (InputStream in = Files.newInputStream(file)) {
				LoadResult result = JdbcVectorRepository.of(dataSource, many("many_again"), Long.class)
					.load(in, LoadOptions.insert());
				System.out.printf("exported %d, loaded %d%n", exported, result.rows());
			}
		}

	}

	@Test
	void linesThatAreNoRecordsOfTheTableAreRefusedByPosition() {
		VectorRepository<Long> repository = numbered("lines", 3);
		String good = "{\"id\": 10, \"vectors\": {\"embedding\": [1, 2]}}\n";
		Map<String, String> refused = new HashMap<>();
		refused.put("[]", "(line 2) is no JSON object");
		refused.put("{\"vectors\": {}}", "(line 2) has no id");
		refused.put("{\"id\": \"a\"}", "(line 2) has an id that is no whole number");
		refused.put("{\"id\": 1, \"embedding\": [1]}",
				"(line 2) has the field 'embedding', but may have [id, content, metadata, metadataProblems, vectors]");
		refused.put("{\"id\": 1, \"vectors\": {\"titel\": [1]}}",
				"(line 2) has a vector 'titel', but the table has [embedding]");
		refused.put("{\"id\": 1, \"vectors\": {\"embedding\": \"0101\"}}",
				"(line 2) has a vector 'embedding' that is no list of numbers");
		refused.put("{\"id\": 1, \"vectors\": {\"embedding\": [1, null]}}",
				"(line 2) has a vector 'embedding' that is no list of numbers");
		refused.put("{\"id\": 1, \"content\": 5}", "(line 2) has a content that is no string");
		refused.put("{\"id\": 1, ", "(line 2) cannot be read as JSON: Unexpected end-of-input");
		refused.forEach((line, problem) -> assertThatIllegalArgumentException().as(line)
			.isThrownBy(() -> repository.load(utf8(good + line), LoadOptions.upsert()))
			.withMessageStartingWith("Record 1 of the JSON lines for vector table lines " + problem));
		Map<String, String> invalid = Map.of(
				"\"metadata\": {\"number\": \"one\"}, \"vectors\": {\"embedding\": [1, 2]}",
				"metadata at 'number' is a java.lang.String, but must be a java.lang.Integer",
				"\"metadata\": [1, {}], \"vectors\": {\"embedding\": [1, 2]}",
				"metadata was read without what could not be, and would lose it (it is no JSON object, but an array): give the record a map of its own",
				"\"vectors\": {\"embedding\": [1, 2, 3]}", "embedding has 3 dimensions, but must have 2",
				"\"content\": null", "embedding is null");
		invalid.forEach((fields, problem) -> assertThatExceptionOfType(InvalidVectorRecordException.class).as(fields)
			.isThrownBy(() -> repository.load(utf8(good + "{\"id\": 11, " + fields + "}"), LoadOptions.upsert()))
			.withMessage("Record 1 (id 11) for vector table lines: " + problem));
		assertThat(repository.count()).isEqualTo(3);
		String both = good + "\n\n  {\"id\": 11, \"content\": null}" + good.replace("10", "12");
		LoadResult result = repository.load(utf8(both), LoadOptions.upsert().collectRejected(5));
		assertThat(result.rejected()).extracting(RejectedRecord::id).containsExactly(11L);
		assertThat(repository.count()).isEqualTo(5);
	}

	@Test
	void tableWithOtherKeysRefusesTheRecordByName() {
		VectorRepository<Long> repository = numbered("with_keys", 3);
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		repository.exportTo(file, RecordQuery.all());
		VectorTable other = VectorTable.builder("other_keys")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.key("half", KeyType.BOOLEAN)
			.refuseUndeclaredKeys()
			.build();
		new VectorTestTables(jdbc).create(other);
		VectorRepository<Long> target = JdbcVectorRepository.of(dataSource, other, Long.class);
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> target.load(new ByteArrayInputStream(file.toByteArray()), LoadOptions.insert()))
			.withMessage(
					"Record 0 (id 0) for vector table other_keys: metadata has the key 'number', which is not declared; declared are [half]");
		assertThat(target.count()).isZero();
	}

	@Test
	void rowThatCannotBeReadWholeIsExportedAndRefusedByTheLoad() {
		VectorRepository<Long> repository = numbered("poison", 2);
		jdbc.execute("UPDATE poison SET metadata = '[1]' WHERE id = 1");
		ByteArrayOutputStream file = new ByteArrayOutputStream();
		assertThat(repository.exportTo(file, RecordQuery.all())).isEqualTo(2);
		assertThat(file.toString(StandardCharsets.UTF_8))
			.contains("\"metadataProblems\":[\"is no JSON object, but an array\"]");
		LoadResult result = repository.load(new ByteArrayInputStream(file.toByteArray()),
				LoadOptions.upsert().collectRejected(1));
		assertThat(result.rejected()).singleElement()
			.satisfies((rejected) -> assertThat(rejected.problem()).contains("it is no JSON object, but an array"));
		assertThat(repository.findById(1L).orElseThrow().metadataProblems()).isNotEmpty();
	}

	@Test
	void outputThatFailsSaysWhichRecordAndGivesTheConnectionBack() {
		VectorRepository<Long> repository = numbered("full_disk", 5000);
		IOException failure = new IOException("disk full");
		OutputStream out = new OutputStream() {
			@Override
			public void write(int value) throws IOException {
				throw failure;
			}
		};
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> repository.exportTo(out, RecordQuery.all()))
			.withMessageMatching("Record \\d+ \\(id \\d+\\) of vector table full_disk cannot be written")
			.withCause(failure);
	}

	private static InputStream utf8(String text) {
		return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
	}

}
