package io.rdsboot.vector;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.jdbc.search.ManyWords;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.IndexLimits;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for values and searches of a size that the server has no room or time for.
 */
@LocalRds
class VectorSizeLimitTests {

	private static HikariDataSource dataSource;

	private static VectorTestTables tables;

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
		tables = new VectorTestTables(new JdbcTemplate(dataSource));
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	@Test
	void valueThatAnIndexCannotHoldIsRefusedByName() {
		VectorRepository<String> repository = repository("limited", IdType.TEXT, String.class);
		String fits = randomText(IndexLimits.MAX_BYTES);
		VectorRecord<String> good = record(fits,
				Map.of("title", fits, "tags", List.of(fits, fits.substring(1)), "amount",
						new BigDecimal("1".repeat(5000)), "free", randomText(20_000), "loose", randomText(20_000)),
				"word");
		repository.upsert(good);
		assertThat(repository.findById(fits)).contains(good);
		Map<String, VectorRecord<String>> refused = Map.of(
				"id is 6000 bytes long in UTF-8, but an index can hold at most 2600",
				record(randomText(6000), Map.of(), "word"),
				"metadata at 'title' is 6000 bytes long in UTF-8, but an index can hold at most 2600: shorten it, "
						+ "or declare the key as not indexed",
				record("a", Map.of("title", randomText(6000)), "word"),
				"metadata at 'tags' has an element that is 20000 bytes long in UTF-8, but an index can hold at most "
						+ "2600: shorten it, or declare the key as not indexed",
				record("a", Map.of("tags", List.of("x", randomText(20_000))), "word"),
				"metadata at 'amount' has more than 5000 digits, the most that an index can hold: shorten it, or "
						+ "declare the key as not indexed",
				record("a", Map.of("amount", new BigDecimal("1".repeat(6000))), "word"),
				"content has more words than text search can hold of one content (1048575 bytes): split it",
				record("a", Map.of(),
						IntStream.range(0, 100_000).mapToObj("word%07d"::formatted).collect(Collectors.joining(" "))));
		refused.forEach((problem, record) -> {
			Consumer<LoadMode> load = (mode) -> {
				LoadResult result = repository.load(Stream.of(record("b", Map.of(), "word"), record),
						LoadOptions.of(mode).collectRejected(1));
				assertThat(result.rows()).isOne();
				assertThat(result.rejected()).singleElement()
					.satisfies(
							(rejected) -> assertThat(rejected.field() + " " + rejected.problem()).isEqualTo(problem));
			};
			load.accept(LoadMode.REPLACE);
			load.accept(LoadMode.UPSERT);
			assertThatExceptionOfType(InvalidVectorRecordException.class)
				.isThrownBy(() -> repository.upsert(List.of(record("b", Map.of(), "word"), record)))
				.satisfies((ex) -> assertThat(ex.getField() + " " + ex.getProblem()).isEqualTo(problem));
		});
	}

	@Test
	void longContentOfFewWordsIsStored() {
		VectorRepository<String> repository = repository("repeated", IdType.TEXT, String.class);
		repository.upsert(record("a", Map.of(),
				IntStream.range(0, 600_000).mapToObj((i) -> "w" + i % 500).collect(Collectors.joining(" "))));
		assertThat(repository.search(VectorSearch.nearest(new float[] { 1, 1 }).hybrid("w499", 0, 1))).hasSize(1);
	}

	@Test
	void contentIsRefusedExactlyWhereTheServerRefusesIt() {
		VectorRepository<String> repository = repository("compounds", IdType.TEXT, String.class);
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		for (String word : List.of("https://w%06d.example.com/a", "w%06d-of-hyphens", "word%06d", "same")) {
			for (int words : new int[] { 15_000, 25_000, 75_000 }) {
				String content = IntStream.range(0, words).mapToObj(word::formatted).collect(Collectors.joining(" "));
				boolean held;
				try {
					held = jdbc.queryForObject("SELECT length(to_tsvector('simple', ?)) > 0", Boolean.class, content);
				}
				catch (DataAccessException ex) {
					held = false;
				}
				List<VectorRecord<String>> records = List.of(record("a", Map.of(), "word"),
						record("b", Map.of(), content));
				LoadResult loaded = repository.load(records.stream(), LoadOptions.replace().collectRejected(1));
				assertThat(loaded.rows()).as("%d times %s", words, word).isEqualTo(held ? 2 : 1);
				transaction.executeWithoutResult((status) -> assertThat(
						repository.load(records.stream(), LoadOptions.upsert().collectRejected(1)).rows())
					.isEqualTo(loaded.rows()));
			}
		}
	}

	/**
	 * Only the server can say whether a long content is too long, and a load that asked
	 * over another connection than its own would wait for the pool in vain.
	 */
	@ParameterizedTest
	@CsvSource({ "INSERT, 1, false", "UPSERT, 1, false", "REPLACE, 1, false", "INSERT, 1, true", "UPSERT, 1, true",
			"REPLACE, 1, true", "INSERT, 3, false", "UPSERT, 3, false" })
	void loadNeedsNoFurtherConnectionForLongContents(LoadMode mode, int parallelism, boolean inTransaction) {
		VectorTable table = repository("pooled", IdType.TEXT, String.class).table();
		String many = IntStream.range(0, 100_000).mapToObj("word%07d"::formatted).collect(Collectors.joining(" "));
		List<VectorRecord<String>> records = List.of(record("before", Map.of(), "word"),
				record("few", Map.of(), "same ".repeat(50_000)), record("many", Map.of(), many),
				record("between", Map.of(), "x".repeat(100)), record("few again", Map.of(), "same ".repeat(50_000)),
				record("after", Map.of(), "word"));
		HikariConfig config = new HikariConfig();
		config.setDataSource(dataSource);
		config.setMaximumPoolSize(parallelism);
		config.setConnectionTimeout(2_000);
		try (HikariDataSource pool = new HikariDataSource(config)) {
			VectorRepository<String> repository = JdbcVectorRepository.of(pool, table, String.class);
			TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
			transaction.setPropagationBehavior(inTransaction ? TransactionDefinition.PROPAGATION_REQUIRED
					: TransactionDefinition.PROPAGATION_NOT_SUPPORTED);
			transaction.executeWithoutResult((status) -> {
				LoadOptions options = LoadOptions.of(mode).parallelism(parallelism);
				LoadResult result = repository.load(records.stream(), options.collectRejected(1));
				assertThat(result.rows()).isEqualTo(5);
				assertThat(result.rejected()).extracting(RejectedRecord::position).containsExactly(2L);
			});
			assertThat(repository.findAllById(List.of("before", "few", "many", "between", "few again", "after")))
				.extracting(VectorRecord::id)
				.containsExactly("before", "few", "between", "few again", "after");
			if (mode == LoadMode.INSERT) {
				assertThatExceptionOfType(DuplicateKeyException.class)
					.isThrownBy(() -> repository.load(
							Stream.of(record("new", Map.of(), "same ".repeat(50_000)), records.get(1)),
							LoadOptions.insert().parallelism(parallelism)))
					.withMessageContaining((parallelism == 1) ? "Record 1 for vector table pooled" : "pooled");
			}
			assertThat(repository.count()).isEqualTo(5);
		}
	}

	@Test
	void contentThatIsNotAskedAboutFitsWhateverItsWords() {
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		Random random = new Random(7);
		String[] pieces = { "a", "I", "\u0130", "\u023A", "\u00df", "\u4e2d", "\u2014", "-", ".", "/", ":", "_", "@",
				" ", "1", "e", "%", "&amp;", "<b>", "http://", "www.", ".com", "ad", "x", "7.5", "\uD83D\uDE00", "'",
				"~", "?" };
		for (int i = 0; i < 60; i++) {
			String text = random.ints(60, 0, pieces.length)
				.mapToObj((each) -> pieces[each])
				.collect(Collectors.joining());
			for (String configuration : List.of("simple", "english", "turkish", "german")) {
				Long bytes = jdbc
					.queryForObject("SELECT coalesce(sum(octet_length(lexeme) + 3 + 2 * cardinality(positions)), 0)"
							+ " FROM unnest(to_tsvector(?::regconfig, ?))", Long.class, configuration, text);
				String repeated = (text + " ").repeat((int) (IndexLimits.MAX_WORDS_BYTES / Math.max(1, bytes)) + 1);
				assertThat(bytes == 0 || IndexLimits.mayHaveTooManyWords(repeated)).as("%s: %s", configuration, text)
					.isTrue();
			}
		}
	}

	@Test
	void hybridSearchWithAWholeDocumentLooksForItsRarestWords() {
		VectorRepository<Long> repository = repository("worded", IdType.BIGINT, Long.class);
		String common = IntStream.range(0, 200).mapToObj((i) -> "common" + i).collect(Collectors.joining(" "));
		repository.load(IntStream.range(0, 2000)
			.mapToObj((i) -> record((long) i, Map.<String, Object>of(), common + ((i == 1234) ? " it's\\rare" : ""))),
				LoadOptions.insert());
		new JdbcTemplate(dataSource).execute("ANALYZE worded");
		String document = IntStream.range(0, 40_000)
			.mapToObj((i) -> "absent%03d".formatted(i))
			.collect(Collectors.joining(", ", common + " it's\\rare it's\\rare ", ""));
		assertThat(document.length()).isGreaterThan(389_000);
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 1 }).hybrid(document, 0, 1).limit(5);
		long start = System.nanoTime();
		List<VectorMatch<Long>> found = repository.search(search);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
		assertThat(found).first().extracting(VectorMatch::id).isEqualTo(1234L);
		assertThat(repository.search(search.hybrid("? ".repeat(200_000)))).hasSize(5);
		assertThat(repository.search(search.hybrid("\uD83D\uDE00".repeat(200_000)))).hasSize(5);
		assertThat(repository.searchAll(List.of(search, search))).hasSize(2)
			.allSatisfy((each) -> assertThat(each).first().extracting(VectorMatch::id).isEqualTo(1234L));
		assertThatThrownBy(() -> search.hybrid("\0")).isInstanceOf(IllegalArgumentException.class);
	}

	/**
	 * The statistics know none of the words that no row has, nor the one that one row
	 * has.
	 */
	@Test
	void hybridSearchFindsARareWordAmongMany() {
		VectorRepository<Long> repository = repository("rare", IdType.BIGINT, Long.class);
		String common = IntStream.range(0, 100).mapToObj((i) -> "common" + i).collect(Collectors.joining(" "));
		repository.load(IntStream.range(0, 2000).mapToObj((i) -> record((long) i, Map.<String, Object>of(), common)),
				LoadOptions.insert());
		new JdbcTemplate(dataSource).execute("ANALYZE rare");
		repository.upsert(record(777L, Map.of(), common + " zzrare"));
		String text = IntStream.range(0, ManyWords.ASKED - 1)
			.mapToObj("absent%03d"::formatted)
			.collect(Collectors.joining(" ", common + " zzrare ", ""));
		assertThat(repository.search(VectorSearch.nearest(new float[] { 1, 1 }).hybrid(text, 0, 1).limit(5))).first()
			.extracting(VectorMatch::id)
			.isEqualTo(777L);
	}

	/**
	 * Text that cannot be compressed, as long in UTF-8 as it has characters.
	 */
	private static String randomText(int length) {
		Random random = new Random(length);
		return random.ints(length, '!', '~' + 1)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	private static <ID> VectorRecord<ID> record(ID id, Map<String, Object> metadata, String content) {
		return new VectorRecord<>(id, VectorValue.of(1, 1), content, metadata);
	}

	private static <ID> VectorRepository<ID> repository(String name, IdType type, Class<ID> idClass) {
		VectorTable table = VectorTable.builder(name)
			.idType(type)
			.dimensions(2)
			.distance(Distance.L2)
			.key("title", KeyType.TEXT)
			.key("tags", KeyType.TEXT_ARRAY)
			.key("amount", KeyType.NUMERIC)
			.key(new MetadataColumn("loose", "loose", KeyType.TEXT, false))
			.textSearch(TextSearch.of("simple"))
			.build();
		tables.create(table);
		JdbcTemplate jdbc = new JdbcTemplate(dataSource);
		for (String key : List.of("title", "amount")) {
			jdbc.execute("CREATE INDEX ON %s (%s)".formatted(name, key));
		}
		for (String column : List.of("tags", "content_words")) {
			jdbc.execute("CREATE INDEX ON %s USING gin (%s)".formatted(name, column));
		}
		return JdbcVectorRepository.of(dataSource, table, idClass);
	}

}
