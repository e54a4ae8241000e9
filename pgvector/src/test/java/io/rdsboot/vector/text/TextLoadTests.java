package io.rdsboot.vector.text;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.InvalidVectorRecordException;
import io.rdsboot.vector.LoadProgress;
import io.rdsboot.vector.RejectedRecord;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.VectorTestTables;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TextRepository#load} on PostgreSQL.
 */
@LocalRds
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TextLoadTests {

	private static final VectorTable TABLE = VectorTable.builder("loaded_texts")
		.idType(IdType.TEXT)
		.dimensions(WordEmbedder.DIMENSIONS)
		.index(VectorIndex.none())
		.key("year", KeyType.INTEGER)
		.build();

	private static final TextLoadOptions TENS = TextLoadOptions.defaults()
		.batch(10, 100_000)
		.attempts(3, Duration.ofMillis(1));

	private static HikariDataSource dataSource;

	private final VectorRepository<String> vectors = JdbcVectorRepository.of(dataSource, TABLE, String.class);

	private final WordEmbedder embedder = new WordEmbedder();

	private final TextRepository<String> texts = TextRepository.of(this.vectors, this.embedder);

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

	@AfterEach
	void noThreadIsLeft() {
		await().until(() -> Thread.getAllStackTraces()
			.keySet()
			.stream()
			.noneMatch((thread) -> thread.getName().startsWith("rds-text-load")));
	}

	private static Stream<TextRecord<String>> records(int count) {
		return IntStream.range(0, count).mapToObj(TextLoadTests::record);
	}

	private static TextRecord<String> record(int i) {
		return new TextRecord<>("r" + i, "text number " + i, Map.of("year", 2000 + i));
	}

	private static TextEmbedder failing(AtomicInteger failures, RuntimeException failure) {
		return new WordEmbedder() {

			@Override
			public List<float[]> embed(List<String> texts) {
				if (texts.contains("text number 25") && failures.getAndDecrement() > 0) {
					throw failure;
				}
				return super.embed(texts);
			}

		};
	}

	private TextLoadException assertStops(TextRepository<String> repository, Stream<TextRecord<String>> records,
			TextLoadOptions options) {
		List<TextLoadException> thrown = new ArrayList<>();
		assertThatExceptionOfType(TextLoadException.class).isThrownBy(() -> repository.load(records, options))
			.satisfies(thrown::add);
		return thrown.get(0);
	}

	private void assertStored(int count) {
		assertThat(this.vectors.count()).isEqualTo(count);
		assertThat(this.vectors.findAllById(records(count).map(TextRecord::id).toList())).hasSize(count)
			.allSatisfy((row) -> assertThat(row.embedding())
				.isEqualTo(new DenseVector(WordEmbedder.vector(String.valueOf(row.content())))));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 4 })
	void textsAreStoredInBatchesWithTheirProgress(int parallelism) {
		List<LoadProgress> progress = new ArrayList<>();
		AtomicBoolean closed = new AtomicBoolean();
		TextLoadResult result = this.texts.load(records(95).onClose(() -> closed.set(true)),
				TENS.parallelism(parallelism).expectedTexts(100).progress(progress::add));
		assertThat(result.stored()).isEqualTo(95);
		assertThat(result.embedded()).isEqualTo(95);
		assertThat(result.unchanged()).isZero();
		assertThat(closed).isTrue();
		assertStored(95);
		assertThat(progress).extracting(LoadProgress::rows)
			.containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 70L, 80L, 90L, 95L);
		assertThat(progress).allSatisfy((told) -> assertThat(told.remaining()).isPositive())
			.allSatisfy((told) -> assertThat(told.rowsPerSecond()).isPositive());
	}

	@Test
	void remainingTimeIsNotToldWhereTheNumberIsUnknown() {
		List<LoadProgress> progress = new ArrayList<>();
		this.texts.load(records(3), TENS.progress(progress::add));
		assertThat(progress).singleElement().satisfies((told) -> assertThat(told.remaining()).isNull());
	}

	@Test
	void callsOfTheModelRunAtTheSameTime() {
		CyclicBarrier together = new CyclicBarrier(3);
		TextRepository<String> repository = TextRepository.of(this.vectors, new WordEmbedder() {

			@Override
			public List<float[]> embed(List<String> texts) {
				try {
					together.await(1, TimeUnit.MINUTES);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
				return super.embed(texts);
			}

		});
		repository.load(records(60), TENS.parallelism(3).attempts(1, Duration.ZERO));
		assertStored(60);
	}

	@Test
	void noMoreIsReadThanWhatIsBeingEmbedded() {
		AtomicInteger read = new AtomicInteger();
		AtomicInteger mostAhead = new AtomicInteger();
		this.texts.load(records(500).peek((record) -> {
			read.incrementAndGet();
			mostAhead.accumulateAndGet(read.get() - (int) this.vectors.count(), Math::max);
		}), TENS.parallelism(2));
		assertThat(mostAhead.get()).isBetween(11, 31);
	}

	@Test
	void failedCallIsRepeated() {
		AtomicInteger failures = new AtomicInteger(2);
		TextRepository<String> repository = TextRepository.of(this.vectors,
				failing(failures, new IllegalStateException("busy")));
		assertThat(repository.load(records(40), TENS).stored()).isEqualTo(40);
		assertThat(failures).hasNegativeValue();
		assertStored(40);
	}

	@Test
	void modelThatStaysDownStopsTheLoadWhichTellsWhatIsStored() {
		AtomicInteger failures = new AtomicInteger(3);
		IllegalStateException down = new IllegalStateException("503");
		TextRepository<String> repository = TextRepository.of(this.vectors, failing(failures, down));
		TextLoadException stopped = assertStops(repository, records(40), TENS.parallelism(3));
		assertThat(stopped).hasMessage(
				"Load of texts into vector table loaded_texts has stopped. Of the first 20 records, 20 are stored "
						+ "now, 0 were unchanged and 0 were rejected; nothing after them is stored. Embedding model words could "
						+ "not embed records 20 to 29 (ids r20 to r29), for column embedding of vector table loaded_texts: "
						+ "java.lang.IllegalStateException: 503")
			.hasCauseInstanceOf(EmbeddingException.class)
			.hasRootCause(down);
		assertThat(stopped.getPosition()).isEqualTo(20);
		assertThat(stopped.getResult().stored()).isEqualTo(20);
		assertThat(failures).hasValue(0);
		assertStored(20);
		TextLoadResult rest = repository.load(records(40).skip(stopped.getPosition()), TENS);
		assertThat(rest.stored()).isEqualTo(20);
		assertStored(40);
	}

	@Test
	void failureThatCannotPassIsNotRepeated() {
		AtomicInteger failures = new AtomicInteger(3);
		TextRepository<String> repository = TextRepository.of(this.vectors,
				failing(failures, new UnsupportedOperationException("401")));
		assertStops(repository, records(40),
				TENS.retryIf((failure) -> !(failure instanceof UnsupportedOperationException)));
		assertThat(failures).hasValue(2);
	}

	@Test
	void wrongAnswerIsNotAskedForAgainAndStoresNothingOfItsBatch() {
		AtomicInteger calls = new AtomicInteger();
		TextRepository<String> repository = TextRepository.of(this.vectors, new WordEmbedder() {

			@Override
			public List<float[]> embed(List<String> texts) {
				calls.incrementAndGet();
				List<float[]> vectors = super.embed(texts);
				if (texts.contains("text number 15")) {
					vectors.get(5)[3] = Float.NaN;
				}
				return vectors;
			}

		});
		TextLoadException stopped = assertStops(repository, records(40), TENS);
		assertThat(stopped).hasMessageContaining("made a vector for record 15 (id r15) that is NaN at index 3");
		assertThat(calls).hasValue(2);
		assertStored(10);
	}

	@Test
	void attemptsEndWithTheTimeOfTheBatch() {
		AtomicInteger failures = new AtomicInteger(1);
		TextRepository<String> repository = TextRepository.of(this.vectors,
				failing(failures, new IllegalStateException("busy")));
		TextLoadException stopped = assertStops(repository, records(40),
				TENS.attempts(5, Duration.ofHours(2)).batchTimeout(Duration.ofMinutes(1)));
		assertThat(stopped).hasRootCauseMessage("busy");
		assertStored(20);
	}

	@Test
	void callThatDoesNotEndIsInterrupted() {
		CountDownLatch interrupted = new CountDownLatch(1);
		TextRepository<String> repository = TextRepository.of(this.vectors, new WordEmbedder() {

			@Override
			public List<float[]> embed(List<String> texts) {
				try {
					new CountDownLatch(1).await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
				return super.embed(texts);
			}

		});
		TextLoadException stopped = assertStops(repository, records(4), TENS.batchTimeout(Duration.ofMillis(50)));
		assertThat(stopped.getCause()).isInstanceOf(EmbeddingException.class)
			.hasMessage("Embedding model words did not embed records 0 to 3 (ids r0 to r3) within 50 ms, for column "
					+ "embedding of vector table loaded_texts");
		await().until(() -> interrupted.getCount() == 0);
		assertStored(0);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void badRecordStopsTheLoadAfterAllBeforeItAreStored(int parallelism) {
		List<TextRecord<String>> records = new ArrayList<>(records(40).toList());
		records.set(25, new TextRecord<>("r25", " "));
		TextLoadException stopped = assertStops(this.texts, records.stream(), TENS.parallelism(parallelism));
		assertThat(stopped.getCause()).isInstanceOf(InvalidVectorRecordException.class)
			.hasMessage(
					"Record 25 (id r25) for vector table loaded_texts: content is blank, so there is nothing to embed");
		assertThat(stopped.getPosition()).isEqualTo(25);
		assertStored(25);
	}

	@Test
	void badRecordsWhenCollectedAreLeftOut() {
		List<TextRecord<String>> records = new ArrayList<>(records(40).toList());
		records.set(5, new TextRecord<>("r5", ""));
		records.set(39, new TextRecord<>("r39", "text", Map.of("year", "soon")));
		TextLoadResult result = this.texts.load(records.stream(), TENS.collectRejected(2));
		assertThat(result.stored()).isEqualTo(38);
		assertThat(result.rejected()).extracting(RejectedRecord::position).containsExactly(5L, 39L);
		TextLoadException stopped = assertStops(this.texts, records.stream(), TENS.collectRejected(1));
		assertThat(stopped.getPosition()).isEqualTo(39);
		assertThat(stopped.getResult().rejected()).extracting(RejectedRecord::position).containsExactly(5L);
	}

	@Test
	void streamThatThrowsStopsTheLoadAfterAllBeforeItAreStored() {
		IllegalStateException failure = new IllegalStateException("no more");
		AtomicBoolean closed = new AtomicBoolean();
		TextLoadException stopped = assertStops(this.texts, records(40).peek((record) -> {
			if (record.id().equals("r33")) {
				throw failure;
			}
		}).onClose(() -> closed.set(true)), TENS);
		assertThat(stopped).hasCause(failure);
		assertThat(stopped.getPosition()).isEqualTo(33);
		assertThat(closed).isTrue();
		assertStored(33);
	}

	@Test
	void databaseThatRefusesABatchStopsTheLoad() {
		new JdbcTemplate(dataSource).execute("ALTER TABLE loaded_texts ADD CHECK (year <> 2025)");
		TextLoadException stopped = assertStops(this.texts, records(40), TENS.parallelism(3));
		assertThat(stopped).hasCauseInstanceOf(DataAccessException.class);
		assertThat(stopped.getPosition()).isEqualTo(20);
		assertStored(20);
	}

	@Test
	void recordThatTheWriteRefusesIsNamedByItsPlaceInTheStream() {
		VectorTable table = VectorTable.builder("tenants_texts")
			.idType(IdType.TEXT)
			.dimensions(WordEmbedder.DIMENSIONS)
			.index(VectorIndex.none())
			.key("tenant", KeyType.TEXT)
			.tenant("tenant")
			.build();
		new VectorTestTables(new JdbcTemplate(dataSource)).create(table);
		TextRepository<String> repository = TextRepository.of(
				JdbcVectorRepository.builder(dataSource, table, String.class).tenantResolver(() -> "acme").build(),
				this.embedder);
		TextLoadException stopped = assertStops(repository,
				IntStream.range(0, 40)
					.mapToObj((i) -> new TextRecord<>("r" + i, "text", Map.of("tenant", (i == 25) ? "other" : "acme"))),
				TENS);
		assertThat(stopped.getCause()).isInstanceOf(InvalidVectorRecordException.class)
			.hasMessageStartingWith("Record 25 (id r25) for vector table tenants_texts: metadata names another tenant");
		assertThat(stopped.getPosition()).isEqualTo(20);
		assertThat(repository.vectors().count()).isEqualTo(20);
	}

	@Test
	void textsThatAreStoredAlreadyAreNotEmbeddedAgain() {
		this.texts.load(records(40), TENS);
		this.embedder.calls().clear();
		List<TextRecord<String>> records = new ArrayList<>(records(40).toList());
		records.set(7, new TextRecord<>("r7", "another text", Map.of("year", 2007)));
		records.set(8, new TextRecord<>("r8", "text number 8", Map.of("year", 1999)));
		TextLoadResult result = this.texts.load(records.stream(), TENS.skipUnchanged());
		assertThat(this.embedder.calls()).containsExactly(List.of("another text"));
		assertThat(result.stored()).isEqualTo(2);
		assertThat(result.embedded()).isOne();
		assertThat(result.unchanged()).isEqualTo(38);
		assertThat(this.vectors.findById("r8")).get()
			.extracting(VectorRecord::metadata)
			.isEqualTo(Map.of("year", 1999));
		assertStored(40);
	}

	@Test
	void lastTextOfAnIdWinsThoughAnEarlierOneIsStored() {
		this.texts.upsert("a", "old");
		for (int batch : new int[] { 1, 10 }) {
			this.texts.load(Stream.of(new TextRecord<>("a", "new"), new TextRecord<>("a", "old")),
					TextLoadOptions.defaults().batch(batch, 1000).parallelism(2).skipUnchanged());
			assertThat(this.vectors.findById("a")).get().extracting(VectorRecord::content).isEqualTo("old");
		}
	}

	@Test
	void noConnectionIsHeldWhileTheModelIsAsked() {
		Set<Integer> active = ConcurrentHashMap.newKeySet();
		TextRepository<String> repository = TextRepository.of(this.vectors, new WordEmbedder() {

			@Override
			public List<float[]> embed(List<String> texts) {
				active.add(dataSource.getHikariPoolMXBean().getActiveConnections());
				return super.embed(texts);
			}

		});
		repository.load(records(40), TENS.skipUnchanged());
		assertThat(active).containsExactly(0);
	}

	@Test
	void loadInATransactionIsRefused() {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		assertThatExceptionOfType(IllegalTransactionStateException.class)
			.isThrownBy(() -> transaction.execute((status) -> this.texts.load(records(3), TENS)))
			.withMessage(
					"Load of texts into vector table loaded_texts stores batch by batch, and cannot take part in a "
							+ "transaction: leave out the transaction, or embed the texts before it and store them by vectors()");
		assertThat(this.embedder.calls()).isEmpty();
	}

	@Test
	void optionsOutOfRangeAreRefused() {
		TextLoadOptions options = TextLoadOptions.defaults();
		for (Runnable wrong : Arrays.<Runnable>asList(() -> options.batch(0, 1), () -> options.batch(10_001, 1),
				() -> options.batch(1, 0), () -> options.parallelism(65), () -> options.attempts(0, Duration.ZERO),
				() -> options.attempts(1, Duration.ofSeconds(-1)), () -> options.batchTimeout(Duration.ZERO),
				() -> options.collectRejected(0), () -> options.expectedTexts(0))) {
			assertThatIllegalArgumentException().isThrownBy(wrong::run)
				.withMessageMatching(".* must .* but (is|are) .*");
		}
	}

}
