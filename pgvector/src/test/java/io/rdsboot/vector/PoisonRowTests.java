package io.rdsboot.vector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.write.IdRule;
import io.rdsboot.vector.jdbc.write.RecordValidator;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for rows that other writers have stored: whatever stands in them, no search or
 * {@code findById} fails for it.
 */
class PoisonRowTests extends AbstractVectorDatabaseTests {

	private static final String MORE = "is longer than 1048576 characters as JSON, or nested deeper than 1500 levels";

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createTable() {
		new VectorTestTables(jdbc).create(table());
		repository = JdbcVectorRepository.of(dataSource, table(), Long.class);
	}

	private static VectorTable table() {
		return VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.dimensions(2)
			.textSearch(TextSearch.of("simple"))
			.key("price", KeyType.NUMERIC)
			.key("tags", KeyType.TEXT_ARRAY)
			.key("at", KeyType.TIMESTAMPTZ)
			.build();
	}

	@BeforeEach
	void insertRowsOfOurs() {
		jdbc.execute("TRUNCATE documents");
		repository.upsert(List.of(new VectorRecord<>(1L, new float[] { 1, 0 }, "word", Map.of("n", 1)),
				new VectorRecord<>(3L, new float[] { 1, 3 }, "word", Map.of("n", 3))));
	}

	static Stream<Arguments> unreadable() {
		return Stream.of(arguments("'[1, 2]'", Map.of(), "is no JSON object, but an array"),
				arguments("'null'", Map.of(), "is no JSON object, but null"),
				arguments("'\"text\"'", Map.of(), "is no JSON object, but a string"),
				arguments("'7'", Map.of(), "is no JSON object, but a number"),
				arguments("'false'", Map.of(), "is no JSON object, but a boolean"),
				arguments("('{\"a\": 1, \"deep\": ' || repeat('[', 5000) || repeat(']', 5000) || ', \"zz\": \"z\"}')",
						Map.of("a", 1, "zz", "z"), MORE),
				arguments("('{\"a\": 1, \"deep\": ' || repeat('[', 1400) || repeat(']', 1400) || ', \"zz\": [2]}')",
						Map.of("a", 1, "zz", List.of(2)), "is nested deeper than 500 levels at 'deep'"),
				arguments("('{\"a\": 1, \"deep\": ' || repeat('[', 500) || repeat(']', 500) || ', \"zz\": [2]}')",
						Map.of("a", 1, "zz", List.of(2)), "is nested deeper than 500 levels at 'deep'"),
				// Gigabytes as text, in a few kB.
				arguments("('{\"a\": 1, \"many\": [' || repeat('1E+131071,', 9000) || '0]}')", Map.of("a", 1), MORE),
				arguments("('{\"a\": 1, \"many\": [' || repeat('-1E-16383,', 70000) || '0]}')", Map.of("a", 1), MORE),
				arguments("('{\"a\": 1, \"deep\": ' || repeat('[', 600) || repeat('1E+131071,', 9000) || '0' || "
						+ "repeat(']', 600) || '}')", Map.of("a", 1), MORE),
				arguments("('{\"a\": 1, \"deep\": ' || repeat('[', 1600) || repeat('1E+131071,', 9000) || '0' || "
						+ "repeat(']', 1600) || '}')", Map.of("a", 1), MORE),
				arguments("('{\"a\": 1' || (SELECT string_agg(format(', \"k%s\": 1E+131071', i), '') "
						+ "FROM generate_series(1, 9000) i) || '}')", Map.of("a", 1), MORE),
				arguments("('[' || repeat('1E+131071,', 9000) || '0]')", Map.of(), "is no JSON object, but an array"),
				arguments("('{\"a\": 1, \"long\": ' || to_json(repeat('x', 1100000)) || '}')", Map.of("a", 1),
						"is longer than 1048576 characters as JSON"),
				// Some dozen bytes, of which the server makes a megabyte of digits.
				arguments("('{\"a\": 1, \"many\": [' || repeat('1E+131071,', 9) || '0]}')", Map.of("a", 1),
						"is longer than 1048576 characters as JSON"));
	}

	@ParameterizedTest
	@MethodSource("unreadable")
	void rowIsReturnedWithWhatCanBeReadAndSaysWhatCannot(String document, Map<String, Object> members, String problem) {
		jdbc.execute("INSERT INTO documents (id, embedding, content, metadata) VALUES (2, '[1,2]', 'word', %s::jsonb)"
			.formatted(document));
		assertFoundEverywhere(members, problem);
	}

	@Test
	void filterOfAnyKindMakesNoTextOfWhatHasGigabytes() {
		jdbc.execute("INSERT INTO documents (id, embedding, metadata) VALUES (2, '[1,2]', "
				+ "('{\"many\": [' || repeat('1E+131071,', 9000) || '0]}')::jsonb)");
		assertThat(repository.count(MetadataFilter.exists("many"))).isOne();
		assertThat(repository.count(MetadataFilter.isNull("many"))).isEqualTo(2);
		assertThat(repository.count(MetadataFilter.ne("many", "x"))).isOne();
		for (MetadataFilter filter : List.of(MetadataFilter.like("many", "%"), MetadataFilter.gt("many", "x"),
				MetadataFilter.gt("many", Instant.EPOCH), MetadataFilter.gt("many", 1), MetadataFilter.eq("many", 0),
				MetadataFilter.in("many", 0, 1))) {
			assertThat(repository.count(filter)).as("%s", filter).isZero();
		}
		assertThat(repository.count(MetadataFilter.contains("many", 0))).isOne();
	}

	@Test
	void rowOfFewBytesIsFoundInAJvmOfLittleMemory(@TempDir Path directory) throws Exception {
		jdbc.execute("INSERT INTO documents (id, embedding, content, metadata) VALUES (2, '[1,2]', 'word', "
				+ "('{\"a\": 1, \"many\": [' || repeat('1E+131071,', 1800) || '0]}')::jsonb)");
		assertThat(jdbc.queryForObject("SELECT pg_column_size(metadata) FROM documents WHERE id = 2", Integer.class))
			.isLessThan(597);
		Path output = directory.resolve("output");
		ProcessBuilder command = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m", "-cp", System.getProperty("java.class.path"),
				SmallReader.class.getName());
		command.environment().put("READER_URL", dataSource.getJdbcUrl());
		command.environment().put("READER_USERNAME", dataSource.getUsername());
		command.environment().put("READER_PASSWORD", dataSource.getPassword());
		Process process = command.redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("the other JVM ends").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		assertThat(Files.readString(output)).endsWith("found {a=1} and [1, 2, 3]\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "price = 'NaN' | at 'price' cannot be read as numeric: ",
			"price = 'Infinity' | at 'price' cannot be read as numeric: ",
			"tags = '{a,NULL}' | at 'tags' is no list of texts: it has nulls or more than one dimension",
			"tags = '{{a,b},{c,d}}' | at 'tags' is no list of texts: it has nulls or more than one dimension" })
	void valueThatADeclaredKeyCannotHaveIsLeftOut(String change) {
		String[] parts = change.split(" \\| ");
		jdbc.execute(
				"INSERT INTO documents (id, embedding, content, metadata) VALUES (2, '[1,2]', 'word', '{\"a\": 1}')");
		jdbc.execute("UPDATE documents SET %s WHERE id = 2".formatted(parts[0]));
		assertFoundEverywhere(Map.of("a", 1), parts[1]);
	}

	private static void assertFoundEverywhere(Map<String, Object> members, String problem) {
		VectorRecord<Long> record = repository.findById(2L).orElseThrow();
		assertThat(record.metadata()).isEqualTo(members);
		assertThat(record.metadataProblems()).singleElement().asString().startsWith(problem);
		assertThat(repository.findAllById(List.of(1L, 2L, 3L))).extracting(VectorRecord::id)
			.containsExactly(1L, 2L, 3L);
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 0 }).limit(3);
		for (VectorSearch each : List.of(search, search.exact(), search.hybrid("word"), search.paged())) {
			List<VectorMatch<Long>> found = repository.search(each);
			assertThat(found).extracting(VectorMatch::id).containsExactlyInAnyOrder(1L, 2L, 3L);
			assertThat(found).allSatisfy((match) -> {
				boolean poisoned = match.id() == 2;
				assertThat(match.metadata()).isEqualTo(poisoned ? members : Map.of("n", match.id().intValue()));
				assertThat(match.metadataProblems()).hasSize(poisoned ? 1 : 0);
			});
		}
		assertThatExceptionOfType(InvalidVectorRecordException.class).isThrownBy(() -> repository.upsert(record))
			.withMessageContaining("metadata was read without what could not be, and would lose it (it " + problem)
			.satisfies((ex) -> assertThat(ex.getId()).isEqualTo(2L));
		repository.upsert(new VectorRecord<>(2L, record.embedding(), null, new LinkedHashMap<>(record.metadata())));
		assertThat(repository.findById(2L).orElseThrow().metadataProblems()).isEmpty();
	}

	static Stream<Arguments> readable() {
		String name = "k".repeat(60_000);
		return Stream.of(arguments("{\"a\": 1E+2000}", Map.of("a", BigInteger.TEN.pow(2000))),
				arguments("{\"a\": -%s}".formatted("7".repeat(1200)),
						Map.of("a", new BigInteger("-" + "7".repeat(1200)))),
				arguments("{\"a\": 1E+400, \"b\": 1%s.5}".formatted("0".repeat(400)),
						Map.of("a", BigInteger.TEN.pow(400), "b", new BigDecimal("1" + "0".repeat(400) + ".5"))),
				arguments("{\"a\": 0.30000000000000004, \"b\": 0.12345678901234567890123}",
						Map.of("a", 0.1 + 0.2, "b", new BigDecimal("0.12345678901234567890123"))),
				arguments("{\"%s\": true}".formatted(name), Map.of(name, true)),
				arguments("{\"a\": null, \"b\": [null, {\"c\": null}]}",
						Map.of("b", Stream.of(1, 2).map((each) -> (each == 1) ? null : withNull()).toList())));
	}

	private static Map<String, Object> withNull() {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("c", null);
		return members;
	}

	@ParameterizedTest
	@MethodSource("readable")
	void rowThatJacksonsLimitsWouldRefuseIsReadWholeAndWrittenBack(String document, Map<String, Object> members) {
		jdbc.update("INSERT INTO documents (id, embedding, metadata) VALUES (2, '[1,2]', ?::jsonb)", document);
		VectorRecord<Long> record = repository.findById(2L).orElseThrow();
		assertThat(record.metadata()).isEqualTo(members);
		assertThat(record.metadataProblems()).isEmpty();
		String before = stored();
		repository.upsert(record);
		assertThat(repository.findById(2L)).contains(record);
		assertThat(stored().replace("\"a\": null, ", "")).isEqualTo(before.replace("\"a\": null, ", ""));
	}

	private static String stored() {
		return jdbc.queryForObject("SELECT metadata::text FROM documents WHERE id = 2", String.class);
	}

	@Test
	void largestMetadataThatIsAcceptedIsReadWhole() {
		Map<String, Object> members = Map.of("a", "\"\\\n\u0001x".repeat(65_000), "b",
				List.of(new BigDecimal("1E+131071")));
		repository.upsert(new VectorRecord<>(2L, new float[] { 1, 2 }, null, members));
		assertThat(stored().length()).isBetween(900_000, 1 << 20);
		assertThat(repository.findById(2L).orElseThrow().metadata()).containsEntry("a", members.get("a"))
			.containsEntry("b", List.of(BigInteger.TEN.pow(131_071)));
	}

	@Test
	void checkTakesTimeInProportionToTheSize() {
		Map<String, Object> small = wide(500);
		Map<String, Object> large = wide(5_000);
		RecordValidator validator = new RecordValidator(repository.table(), (content) -> true);
		long first = time(validator, small);
		long second = time(validator, large);
		assertThat(second).isLessThan(40 * Math.max(first, 1_000_000));
	}

	/**
	 * Reads and searches the rows, in a JVM of its own.
	 */
	static final class SmallReader {

		public static void main(String[] arguments) {
			DriverManagerDataSource database = new DriverManagerDataSource(System.getenv("READER_URL"),
					System.getenv("READER_USERNAME"), System.getenv("READER_PASSWORD"));
			VectorRepository<Long> rows = JdbcVectorRepository.of(database, table(), Long.class);
			Map<String, Object> metadata = rows.findById(2L).orElseThrow().metadata();
			List<Long> found = rows.search(VectorSearch.nearest(new float[] { 1, 0 }))
				.stream()
				.map(VectorMatch::id)
				.sorted()
				.toList();
			System.out.printf("found %s and %s%n", metadata, found);
		}

	}

	private static Map<String, Object> wide(int members) {
		Map<String, Object> chain = new LinkedHashMap<>();
		for (int i = 0; i < members; i++) {
			chain.put("name" + i, i);
		}
		Object nested = chain;
		for (int i = 0; i < 400; i++) {
			nested = Map.of("a name of some length", nested);
		}
		return Map.of("top", nested);
	}

	private static long time(RecordValidator validator, Map<String, Object> metadata) {
		VectorRecord<Long> record = new VectorRecord<>(1L, new float[] { 1, 2 }, null, metadata);
		long best = Long.MAX_VALUE;
		for (int i = 0; i < 15; i++) {
			long start = System.nanoTime();
			validator.validate(record, 0, null, IdRule.UPSERT);
			best = Math.min(best, System.nanoTime() - start);
		}
		return best;
	}

}
