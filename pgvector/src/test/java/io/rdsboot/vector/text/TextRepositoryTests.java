package io.rdsboot.vector.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.VectorTestTables;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.ElementType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TextRepository} on PostgreSQL.
 */
@LocalRds
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TextRepositoryTests {

	private static final VectorTable TABLE = table("texts").build();

	private static HikariDataSource dataSource;

	private final WordEmbedder embedder = new WordEmbedder();

	private final VectorRepository<String> vectors = JdbcVectorRepository.of(dataSource, TABLE, String.class);

	private final TextRepository<String> texts = TextRepository.of(this.vectors, this.embedder);

	private static VectorTable.Builder table(String name) {
		return VectorTable.builder(name)
			.idType(IdType.TEXT)
			.dimensions(WordEmbedder.DIMENSIONS)
			.index(VectorIndex.none())
			.key("year", KeyType.INTEGER)
			.textSearch(TextSearch.of("english"));
	}

	@BeforeAll
	static void createDatabase(LocalRdsCluster cluster) {
		dataSource = VectorTestDatabase.createWithExtension(cluster);
	}

	@AfterAll
	static void closePool() {
		dataSource.close();
	}

	@BeforeEach
	void createTable() {
		new VectorTestTables(new JdbcTemplate(dataSource)).create(TABLE);
	}

	@Test
	void textIsStoredWithTheVectorOfTheModelAndFoundByWords() {
		this.texts.upsert("eiffel", "The Eiffel tower is in Paris");
		this.texts.upsert("wall", "The Great Wall is in China", Map.of("year", 1878));
		assertThat(this.vectors.findById("wall")).hasValueSatisfying((row) -> {
			assertThat(row.content()).isEqualTo("The Great Wall is in China");
			assertThat(row.metadata()).isEqualTo(Map.of("year", 1878));
			assertThat(row.embedding()).isEqualTo(new DenseVector(WordEmbedder.vector("The Great Wall is in China")));
		});
		assertThat(this.texts.search("tower in Paris")).extracting(VectorMatch::id).containsExactly("eiffel", "wall");
		assertThat(this.texts.search("tower in Paris", (search) -> search.limit(5).where("year >= 1800")))
			.extracting(VectorMatch::id)
			.containsExactly("wall");
	}

	@Test
	void upsertReplacesTextAndVector() {
		this.texts.upsert("a", "The Eiffel tower");
		this.texts.upsert("a", "A garden of roses");
		assertThat(this.vectors.count()).isOne();
		assertThat(this.vectors.findById("a").orElseThrow().embedding())
			.isEqualTo(new DenseVector(WordEmbedder.vector("A garden of roses")));
	}

	@Test
	void hybridSearchLooksForTheSameWordsInTheTexts() {
		// The model knows no stems, PostgreSQL does.
		this.texts.upsert(List.of(new TextRecord<>("roses", "roses bloom"), new TextRecord<>("towers", "towers stand"),
				new TextRecord<>("lilies", "lilies grow")));
		assertThat(this.texts.hybridSearch("tower", (search) -> search.limit(1))).singleElement()
			.satisfies((match) -> assertThat(match.id()).isEqualTo("towers"))
			.satisfies((match) -> assertThat(match.score()).isGreaterThan(1.0 / 61));
		assertThat(this.texts.hybridSearch("tower")).hasSize(3);
	}

	@Test
	void hybridSearchOfATableWithoutTextSearchIsRefusedBeforeTheModelIsAsked() {
		VectorTable table = table("wordless").textSearch(null).build();
		TextRepository<String> wordless = TextRepository.of(JdbcVectorRepository.of(dataSource, table, String.class),
				this.embedder);
		assertThatIllegalArgumentException().isThrownBy(() -> wordless.hybridSearch("tower"))
			.withMessage("vector table wordless is declared without text search, which a hybrid search needs");
		assertThat(this.embedder.calls()).isEmpty();
	}

	@Test
	void textsAreEmbeddedInBatchesInTheirOrder() {
		List<TextRecord<String>> records = IntStream.range(0, 150)
			.mapToObj((i) -> new TextRecord<>("r" + i, "text number " + i))
			.toList();
		this.texts.upsert(records);
		assertThat(this.embedder.calls()).extracting(List::size).containsExactly(64, 64, 22);
		assertThat(this.vectors.findById("r149").orElseThrow().embedding())
			.isEqualTo(new DenseVector(WordEmbedder.vector("text number 149")));
	}

	@Test
	void batchesAreBoundedByTheirCharacters() {
		this.texts.upsert(List.of(new TextRecord<>("a", "a".repeat(60_000)), new TextRecord<>("b", "b".repeat(40_000)),
				new TextRecord<>("c", "c"), new TextRecord<>("d", "d".repeat(200_000)), new TextRecord<>("e", "e")));
		assertThat(this.embedder.calls()).extracting(List::size).containsExactly(2, 1, 1, 1);
	}

	@Test
	void nothingIsEmbeddedForNoRecords() {
		this.texts.upsert(List.of());
		assertThat(this.embedder.calls()).isEmpty();
	}

	static List<Arguments> badRecords() {
		return List.of(Arguments.of(null, "Record 1 for vector table texts: record is null"),
				Arguments.of(new TextRecord<>(nothing(), "text"), "Record 1 for vector table texts: id is missing"),
				Arguments.of(new TextRecord<>("b", nothing()),
						"Record 1 (id b) for vector table texts: content is missing"),
				Arguments.of(new TextRecord<>("b", " \n"),
						"Record 1 (id b) for vector table texts: content is blank, so there is nothing to embed"),
				Arguments.of(new TextRecord<>("b", "\0"),
						"Record 1 (id b) for vector table texts: content has a NUL character, which PostgreSQL cannot store"),
				Arguments.of(new TextRecord<>("b", "a".repeat(10_000_000)),
						"Record 1 (id b) for vector table texts: content has 10000000 characters, but must have at most 1000000: split it"),
				Arguments.of(new TextRecord<>("", "text"), "Record 1 (id ) for vector table texts: id is empty"),
				Arguments.of(new TextRecord<>("b", "text", Map.of("year", "soon")),
						"Record 1 (id b) for vector table texts: metadata at 'year' "),
				Arguments.of(new TextRecord<>("b", "text", Map.of("k", Double.NaN)),
						"Record 1 (id b) for vector table texts: metadata "));
	}

	@SuppressWarnings({ "NullAway", "DataFlowIssue" }) // what callers without checks of
														// nulls do
	private static <T> T nothing() {
		return (T) null;
	}

	@ParameterizedTest
	@MethodSource("badRecords")
	void recordThatCannotBeStoredIsNamedBeforeTheModelIsAskedAndNothingIsStored(TextRecord<String> bad,
			String message) {
		assertThatExceptionOfType(InvalidVectorRecordException.class)
			.isThrownBy(() -> this.texts.upsert(Arrays.asList(new TextRecord<>("a", "text"), bad)))
			.withMessageStartingWith(message)
			.satisfies((ex) -> assertThat(ex.getPosition()).isOne());
		assertThat(this.embedder.calls()).isEmpty();
		assertThat(this.vectors.count()).isZero();
	}

	@Test
	void recordWithoutMetadataIsRefusedWithItsId() {
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> new TextRecord<>("b", "text", nothing()))
			.withMessage("metadata of text record b must not be null");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " \t" })
	void blankWordsAreRefused(String words) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.texts.search(words))
			.withMessage("text to search for in vector table texts is blank, so there is nothing to embed");
	}

	static List<Arguments> badAnswers() {
		UnaryOperator<List<float[]>> tooFew = (vectors) -> vectors.subList(0, 1);
		return List.of(Arguments.of(tooFew, "made 1 vectors for 2 texts, of records 0 to 1 (ids a to b)", "a, b"),
				Arguments.of(changed(new float[] { 1, 2, 3 }),
						"made a vector for record 1 (id b) that has 3 dimensions, but must have 32", "b"),
				Arguments.of(changed(nothing()), "made a vector for record 1 (id b) that is null", "b"),
				Arguments.of(changed(filled(Float.NaN)),
						"made a vector for record 1 (id b) that is NaN at index 0, but must be finite", "b"),
				Arguments.of(changed(filled(Float.POSITIVE_INFINITY)),
						"made a vector for record 1 (id b) that is Infinity at index 0, but must be finite", "b"),
				Arguments.of(changed(filled(0)),
						"made a vector for record 1 (id b) that is a zero vector, which has no cosine distance", "b"));
	}

	private static UnaryOperator<List<float[]>> changed(float[] second) {
		return (vectors) -> Arrays.asList(vectors.get(0), second);
	}

	private static float[] filled(float value) {
		float[] vector = new float[WordEmbedder.DIMENSIONS];
		Arrays.fill(vector, value);
		return vector;
	}

	@ParameterizedTest
	@MethodSource("badAnswers")
	void wrongAnswerOfTheModelNamesTheRecordAndStoresNothing(UnaryOperator<List<float[]>> change, String what,
			String ids) {
		TextRepository<String> repository = TextRepository.of(this.vectors, answering(change));
		assertThatExceptionOfType(EmbeddingException.class)
			.isThrownBy(() -> repository
				.upsert(List.of(new TextRecord<>("a", "good text"), new TextRecord<>("b", "another"))))
			.withMessage("Embedding model words %s, for column embedding of vector table texts".formatted(what))
			.satisfies((ex) -> assertThat(ex.getModel()).isEqualTo("words"))
			.satisfies((ex) -> assertThat(ex.getIds()).hasToString("[%s]".formatted(ids)));
		assertThat(this.vectors.count()).isZero();
	}

	@Test
	void failureOfTheModelNamesTheRecordsKeepsTheCauseAndStoresNothing() {
		IllegalStateException down = new IllegalStateException("503 Service Unavailable");
		TextRepository<String> repository = TextRepository.of(this.vectors, answering((vectors) -> {
			if (vectors.size() == 64) {
				return vectors;
			}
			throw down;
		}));
		List<TextRecord<String>> records = IntStream.range(0, 66)
			.mapToObj((i) -> new TextRecord<>("r" + i, "text"))
			.toList();
		assertThatExceptionOfType(EmbeddingException.class).isThrownBy(() -> repository.upsert(records))
			.withMessage(
					"Embedding model words could not embed records 64 to 65 (ids r64 to r65), for column embedding of "
							+ "vector table texts: java.lang.IllegalStateException: 503 Service Unavailable")
			.withCause(down);
		assertThat(this.vectors.count()).isZero();
		assertThatExceptionOfType(EmbeddingException.class).isThrownBy(() -> repository.search("words"))
			.withMessageStartingWith(
					"Embedding model words could not embed the words to search for, for column embedding")
			.withCause(down);
	}

	private static TextEmbedder answering(UnaryOperator<List<float[]>> change) {
		return new WordEmbedder() {

			@Override
			public List<float[]> embed(List<String> texts) {
				return change.apply(super.embed(texts));
			}

		};
	}

	@Test
	void modelOfOtherDimensionsIsRefusedAtOnce() {
		VectorTable table = table("narrow").dimensions(8).build();
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> TextRepository.of(JdbcVectorRepository.of(dataSource, table, String.class), this.embedder))
			.withMessage(
					"embedding model words makes vectors of 32 dimensions, but column embedding of vector table narrow has 8");
	}

	@Test
	void tableThatCannotHoldTextsOrVectorsOfModelsIsRefused() {
		VectorTable contentless = VectorTable.builder("contentless")
			.idType(IdType.TEXT)
			.dimensions(WordEmbedder.DIMENSIONS)
			.contentColumn(null)
			.build();
		assertThatIllegalArgumentException().isThrownBy(
				() -> TextRepository.of(JdbcVectorRepository.of(dataSource, contentless, String.class), this.embedder))
			.withMessage("vector table contentless has no column for the texts: declare its content column");
		VectorTable bits = VectorTable.builder("bits")
			.idType(IdType.TEXT)
			.embedding(VectorColumn.of("embedding", ElementType.BIT, 32, Distance.HAMMING, VectorIndex.none()))
			.build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> TextRepository.of(JdbcVectorRepository.of(dataSource, bits, String.class), this.embedder))
			.withMessage("column embedding of vector table bits is a bit, but embedding models make vectors of floats: "
					+ "declare it as vector or halfvec");
	}

	@Test
	void noConnectionIsHeldWhileTheModelIsAsked() {
		AtomicReference<Integer> active = new AtomicReference<>();
		TextRepository<String> repository = TextRepository.of(this.vectors, answering((vectors) -> {
			active.set(dataSource.getHikariPoolMXBean().getActiveConnections());
			return vectors;
		}));
		repository.upsert("a", "text");
		assertThat(active.getAndSet(null)).isZero();
		repository.search("text");
		assertThat(active).hasValue(0);
	}

	@Test
	void embeddedTextsAreStoredInATransactionOfTheCallers() {
		List<VectorRecord<String>> embedded = this.texts.embed(List.of(new TextRecord<>("a", "text")));
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		transaction.executeWithoutResult((status) -> {
			this.vectors.upsert(embedded);
			status.setRollbackOnly();
		});
		assertThat(this.vectors.count()).isZero();
		transaction.executeWithoutResult((status) -> this.vectors.upsert(embedded));
		assertThat(this.texts.search("text")).extracting(VectorMatch::id).containsExactly("a");
	}

	@Test
	void pagesOfASearchAskTheModelOnce() {
		this.texts.upsert(IntStream.range(0, 5).mapToObj((i) -> new TextRecord<>("r" + i, "text " + i)).toList());
		this.embedder.calls().clear();
		var search = this.texts.nearest("text").limit(3).paged();
		List<VectorMatch<String>> found = new ArrayList<>(this.vectors.search(search));
		found.addAll(this.vectors.search(search.after(found.get(2))));
		assertThat(found).extracting(VectorMatch::id).containsExactlyInAnyOrder("r0", "r1", "r2", "r3", "r4");
		assertThat(this.embedder.calls()).containsExactly(List.of("text"));
	}

	@Test
	void modelWithAWayOfItsOwnToEmbedQueriesIsSearchedByIt() {
		TextRepository<String> asymmetric = TextRepository.of(this.vectors, new WordEmbedder() {

			@Override
			public OptionalInt dimensions() {
				return OptionalInt.empty();
			}

			@Override
			public float[] embedQuery(String text) {
				return vector("roses");
			}

		});
		asymmetric.upsert(List.of(new TextRecord<>("r", "roses"), new TextRecord<>("t", "towers")));
		assertThat(asymmetric.search("towers")).first().extracting(VectorMatch::id).isEqualTo("r");
	}

}
