package io.rdsboot.vector.recall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.vector.AbstractVectorDatabaseTests;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestTables;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.recall.RecallReport.QuerySource;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link RecallMeter}.
 */
class RecallMeterTests extends AbstractVectorDatabaseTests {

	private static final int ROWS = 3000;

	private static final int DIMENSIONS = 48;

	private static final Random RANDOM = new Random(23);

	private static VectorTestTables tables;

	private static VectorTable table;

	private static VectorRepository<Long> repository;

	@BeforeAll
	static void createTable() {
		// The planner prefers to read a table that is so small.
		jdbc.execute(
				"DO $$BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET enable_seqscan = off'; END$$");
		dataSource.getHikariPoolMXBean().softEvictConnections();
		tables = new VectorTestTables(jdbc);
		table = table("meter", Distance.COSINE, VectorIndex.hnsw(), null);
		repository = fill(table, ROWS);
	}

	private static VectorTable table(String name, Distance distance, VectorIndex index, Quantization quantization) {
		return VectorTable.builder(name)
			.idType(IdType.BIGINT)
			.embedding(new VectorColumn("embedding", ElementType.VECTOR, DIMENSIONS, distance, index, quantization,
					List.of()))
			.key("tenth", KeyType.INTEGER)
			.build();
	}

	private static VectorRepository<Long> fill(VectorTable filled, int rows) {
		tables.create(filled);
		VectorRepository<Long> filling = JdbcVectorRepository.of(dataSource, filled, Long.class);
		List<VectorRecord<Long>> records = new ArrayList<>();
		for (long i = 0; i < rows; i++) {
			records.add(new VectorRecord<>(i, vector(), null, Map.of("tenth", (int) (i % 10))));
		}
		filling.upsert(records);
		tables.index(filled);
		return filling;
	}

	private static float[] vector() {
		float[] vector = new float[DIMENSIONS];
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] = (float) RANDOM.nextGaussian();
		}
		return vector;
	}

	private static List<VectorValue> queries(int count) {
		return Stream.generate(() -> (VectorValue) VectorValue.of(vector())).limit(count).toList();
	}

	@Test
	void recallOfStoredRowsGrowsAlongTheLadder() {
		RecallReport report = RecallMeter.of(dataSource, table)
			.measure(RecallOptions.defaults().maxQueries(100).settings(List.of(400, 10, 40, 100)));
		assertThat(report.source()).isEqualTo(QuerySource.STORED_ROWS);
		assertThat(report.queries()).isEqualTo(100);
		assertThat(report.incomplete()).isNull();
		assertThat(report.setting()).isEqualTo("hnsw.ef_search");
		assertThat(report.estimates()).extracting(RecallEstimate::setting).containsExactly(10, 40, 100, 400);
		assertThat(report.estimates()).extracting(RecallEstimate::recall).isSorted();
		RecallEstimate smallest = report.estimates().get(0);
		assertThat(smallest.upper()).isLessThan(0.9);
		assertThat(smallest.lower()).isLessThan(smallest.lowerBound());
		assertThat(smallest.lowerBound()).isLessThan(smallest.recall());
		assertThat(report.estimates().get(3).recall()).isGreaterThan(0.98);
		assertThat(smallest.p50()).isPositive().isLessThanOrEqualTo(smallest.p99());
		assertThat(report.toString()).contains("10 nearest rows in column embedding of vector table meter",
				"100 stored rows", "hnsw.ef_search");
	}

	static Stream<Arguments> declarations() {
		return Stream.of(Arguments.of("l2", Distance.L2, VectorIndex.hnsw(), null, 20),
				Arguments.of("product", Distance.INNER_PRODUCT, VectorIndex.hnsw(), null, 20),
				Arguments.of("lists", Distance.COSINE, new VectorIndex.IvfFlat(30), null, 3),
				Arguments.of("half", Distance.COSINE, VectorIndex.hnsw(), Quantization.HALF, 12),
				Arguments.of("binary", Distance.COSINE, VectorIndex.hnsw(), Quantization.BINARY, 12));
	}

	@ParameterizedTest
	@MethodSource("declarations")
	void recallIsThatOfTheRepositorysSearches(String name, Distance distance, VectorIndex index,
			Quantization quantization, int setting) {
		VectorTable measured = table(name, distance, index, quantization);
		VectorRepository<Long> searched = fill(measured, 1500);
		requireRecall(measured, searched, RecallOptions.defaults().k(7), setting, null);
		jdbc.execute("DROP TABLE " + measured.quotedName());
	}

	@Test
	void storedRowsFindAboutAsMuchAsQueriesFromOutside() {
		RecallOptions options = RecallOptions.defaults().maxQueries(200).settings(List.of(40, 60));
		RecallMeter meter = RecallMeter.of(dataSource, table);
		List<RecallEstimate> stored = meter.measure(options).estimates();
		List<RecallEstimate> given = meter.measure(options.queries(queries(200))).estimates();
		for (int i = 0; i < given.size(); i++) {
			assertThat(stored.get(i).recall()).isCloseTo(given.get(i).recall(), within(0.05));
		}
	}

	@Test
	void bitsThatAreStoredLeaveThemselvesOut() {
		VectorTable bits = VectorTable.builder("bits")
			.idType(IdType.BIGINT)
			.embedding(new VectorColumn("embedding", ElementType.BIT, 8, Distance.HAMMING, VectorIndex.hnsw(), null,
					List.of()))
			.build();
		tables.create(bits);
		jdbc.execute("INSERT INTO bits (id, embedding) VALUES (1, B'00000000'), (2, B'11111111')");
		tables.index(bits);
		RecallReport report = RecallMeter.of(dataSource, bits).measure(RecallOptions.defaults().settings(List.of(10)));
		assertThat(report.estimates()).singleElement()
			.satisfies((estimate) -> assertThat(estimate.recall()).isEqualTo(1));
		jdbc.execute("DELETE FROM bits WHERE id = 2");
		assertThat(RecallMeter.of(dataSource, bits).measure(RecallOptions.defaults()).estimates()).isEmpty();
		jdbc.execute("DROP TABLE bits");
	}

	@Test
	void recallWithFilterIsThatOfTheRepositorysSearches() {
		MetadataFilter filter = MetadataFilter.parse("tenth >= 3");
		requireRecall(table, repository, RecallOptions.defaults().where(filter), 10, filter);
	}

	private static void requireRecall(VectorTable measured, VectorRepository<Long> searched, RecallOptions options,
			int setting, MetadataFilter filter) {
		List<VectorValue> queries = queries(25);
		RecallReport report = RecallMeter.of(dataSource, measured)
			.measure(options.queries(queries).settings(List.of(setting)));
		double sum = 0;
		for (VectorValue query : queries) {
			VectorSearch search = VectorSearch.nearest(query).limit(options.k());
			search = (filter != null) ? search.where(filter) : search;
			VectorSearch set = (measured.embedding().index() instanceof VectorIndex.Hnsw) ? search.efSearch(setting)
					: search.probes(setting);
			Set<Long> exact = ids(searched.search(search.exact()));
			sum += (double) ids(searched.search(set)).stream().filter(exact::contains).count() / options.k();
		}
		assertThat(report.source()).isEqualTo(QuerySource.GIVEN);
		assertThat(report.estimates()).hasSize(1);
		assertThat(report.estimates().get(0).recall()).isCloseTo(sum / queries.size(), within(1e-9));
	}

	private static Set<Long> ids(List<VectorMatch<Long>> matches) {
		return matches.stream().map(VectorMatch::id).collect(Collectors.toCollection(HashSet::new));
	}

	@Test
	void rowLeavesItselfOut() {
		VectorTable single = table("single", Distance.COSINE, VectorIndex.hnsw(), null);
		fill(single, 1);
		RecallReport report = RecallMeter.of(dataSource, single).measure(RecallOptions.defaults());
		assertThat(report.queries()).isEqualTo(1);
		assertThat(report.estimates()).isEmpty();
		jdbc.execute("DROP TABLE single");
	}

	@Test
	void emptyTableHasNothingToMeasure() {
		VectorTable empty = table("empty", Distance.COSINE, VectorIndex.hnsw(), null);
		fill(empty, 0);
		RecallReport report = RecallMeter.of(dataSource, empty).measure(RecallOptions.defaults());
		assertThat(report.incomplete()).isEqualTo("there are no rows to search from");
		assertThat(report.smallest(0.9)).isEmpty();
		jdbc.execute("DROP TABLE empty");
	}

	@Test
	void rowsAtEqualDistancesAreEquallyRight() {
		VectorTable equal = table("equal", Distance.L2, VectorIndex.hnsw(), null);
		VectorRepository<Long> searched = fill(equal, 200);
		float[] same = vector();
		List<VectorRecord<Long>> copies = new ArrayList<>();
		for (long i = 1000; i < 1100; i++) {
			copies.add(new VectorRecord<>(i, VectorValue.of(same), null, Map.of()));
		}
		searched.upsert(copies);
		RecallReport report = RecallMeter.of(dataSource, equal)
			.measure(RecallOptions.defaults().queries(List.of(VectorValue.of(same))).settings(List.of(40)));
		assertThat(report.estimates()).extracting(RecallEstimate::recall).containsExactly(1.0);
		jdbc.execute("DROP TABLE equal");
	}

	@Test
	void bothAnswersComeFromOneSnapshot() {
		VectorTable growing = table("growing", Distance.COSINE, VectorIndex.hnsw(), null);
		VectorRepository<Long> written = fill(growing, 300);
		List<VectorValue> queries = queries(3);
		AtomicLong id = new AtomicLong(10_000);
		List<String> transactions = new ArrayList<>();
		LongSupplier clock = () -> {
			if (TransactionSynchronizationManager.isActualTransactionActive()) {
				transactions.add(TransactionSynchronizationManager.isCurrentTransactionReadOnly() + " "
						+ TransactionSynchronizationManager.getCurrentTransactionIsolationLevel());
				insertElsewhere(written, queries, id);
			}
			return System.nanoTime();
		};
		RecallReport report = new RecallMeter(dataSource, growing, null, clock)
			.measure(RecallOptions.defaults().queries(queries).settings(List.of(200)));
		assertThat(id).hasValueGreaterThan(10_000);
		assertThat(transactions).containsOnly("true " + TransactionDefinition.ISOLATION_REPEATABLE_READ);
		assertThat(report.estimates()).extracting(RecallEstimate::recall).containsExactly(1.0);
		jdbc.execute("DROP TABLE growing");
	}

	private static void insertElsewhere(VectorRepository<Long> written, List<VectorValue> queries, AtomicLong id) {
		Thread writer = new Thread(() -> queries
			.forEach((query) -> written.upsert(new VectorRecord<>(id.incrementAndGet(), query, null, Map.of()))));
		writer.start();
		try {
			writer.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void measurementStopsAtItsTimeBudget() {
		AtomicLong time = new AtomicLong();
		RecallReport report = new RecallMeter(dataSource, table, null, () -> time.addAndGet(100_000_000))
			.measure(RecallOptions.defaults()
				.queries(queries(400))
				.settings(List.of(40))
				.timeBudget(Duration.ofSeconds(10)));
		assertThat(report.incomplete()).isEqualTo("stopped at the time budget of 10 s");
		assertThat(report.queries()).isBetween(10, 50);
		assertThat(report.estimates()).singleElement()
			.satisfies((estimate) -> assertThat(estimate.queries()).isEqualTo(report.queries()));
	}

	@Test
	void statementThatExceedsTheTimeBudgetIsEnded() {
		RecallReport report = RecallMeter.of(dataSource, table)
			.measure(RecallOptions.defaults().maxQueries(1000).timeBudget(Duration.ofMillis(100)));
		assertThat(report.incomplete()).startsWith("stopped at the time budget");
		assertThat(report.queries()).isLessThan(1000);
	}

	@Test
	void targetSparesQueriesOfSettingsThatAreDecided() {
		RecallReport report = RecallMeter.of(dataSource, table)
			.measure(RecallOptions.defaults().target(0.9).maxQueries(300));
		assertThat(report.estimates().get(0).queries()).isLessThan(300);
		assertThat(report.estimates().get(report.estimates().size() - 1).queries()).isLessThan(300);
		RecallEstimate chosen = report.smallest(0.9).orElseThrow();
		assertThat(chosen.recall()).isBetween(0.9, 0.94);
	}

	@Test
	void unreachableTargetHasNoSetting() {
		RecallReport report = RecallMeter.of(dataSource, table)
			.measure(RecallOptions.defaults().maxQueries(60).settings(List.of(10, 12)));
		assertThat(report.smallest(0.99)).isEmpty();
	}

	@Test
	void columnWithoutIndexIsRefused() {
		VectorTable exact = table("exact", Distance.COSINE, VectorIndex.none(), null);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RecallMeter.of(dataSource, exact).measure(RecallOptions.defaults()))
			.withMessage("recall of vector column embedding cannot be measured: "
					+ "it is declared without a vector index, so every search is exact");
	}

	@Test
	void wrongOptionIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> RecallOptions.defaults().k(0))
			.withMessage("k of a measurement of recall must be between 1 and 1000, but is 0");
		assertThatIllegalArgumentException().isThrownBy(() -> RecallOptions.defaults().target(1))
			.withMessage("target of a measurement of recall must be between 0 and 1, but is 1.0");
	}

}
