package io.rdsboot.vector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.rdsboot.vector.SearchReport.Plan;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static io.rdsboot.test.QueryPlanAssert.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for which plan a filtered search takes, and that it finds all rows by each. A
 * tenth of the rows lies around each of ten points that are far from each other.
 */
class FilteredSearchTests extends AbstractVectorDatabaseTests {

	private static final int ROWS = 40_000;

	private static final int DIMENSIONS = 10;

	private final Random random = new Random(3);

	@BeforeAll
	static void createTable() {
		VectorTable table = table("placed", VectorIndex.hnsw(), null);
		new VectorTestTables(jdbc).create(table);
		fill(table, ROWS);
		new VectorTestTables(jdbc).index(table);
	}

	private static VectorTable table(String name, VectorIndex index, @Nullable String tenant) {
		return VectorTable.builder(name)
			.idType(IdType.BIGINT)
			.dimensions(DIMENSIONS)
			.distance(Distance.L2)
			.index(index)
			.contentColumn(null)
			.key("place", KeyType.INTEGER)
			.key("bucket", KeyType.INTEGER)
			.key("a", KeyType.INTEGER)
			.key("b", KeyType.INTEGER)
			.key("c", KeyType.INTEGER)
			.tenant(tenant)
			.build();
	}

	private static void fill(VectorTable table, int rows) {
		VectorRepository<Long> repository = JdbcVectorRepository
			.builder(dataSource,
					VectorTable.builder(table.name())
						.idType(IdType.BIGINT)
						.dimensions(DIMENSIONS)
						.contentColumn(null)
						.key("place", KeyType.INTEGER)
						.key("bucket", KeyType.INTEGER)
						.key("a", KeyType.INTEGER)
						.key("b", KeyType.INTEGER)
						.key("c", KeyType.INTEGER)
						.build(),
					Long.class)
			.build();
		Random random = new Random(1);
		repository.load(IntStream.range(0, rows).mapToObj((i) -> {
			int bucket = random.nextInt(1000);
			int same = bucket % 5;
			Map<String, Object> metadata = new HashMap<>(
					Map.of("place", i % 10, "bucket", bucket, "a", same, "b", same, "c", same, "raw", bucket));
			return new VectorRecord<>((long) i, near(i % 10, random), null, metadata);
		}), LoadOptions.insert());
	}

	private static float[] near(int place, Random random) {
		float[] vector = new float[DIMENSIONS];
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] = (float) random.nextGaussian() + ((i == place) ? 100 : 0);
		}
		return vector;
	}

	private static VectorRepository<Long> repository() {
		return JdbcVectorRepository.of(dataSource, table("placed", VectorIndex.hnsw(), null), Long.class);
	}

	private VectorSearch nearPlace(int place) {
		return VectorSearch.nearest(near(place, this.random));
	}

	private static SearchReport run(VectorRepository<Long> repository, VectorSearch search) {
		ReportedMatches<Long> found = repository.searchWithReport(search);
		List<VectorMatch<Long>> exact = repository.search(search.exact());
		assertThat(found.matches()).hasSameSizeAs(exact);
		if (found.report().exact()) {
			assertThat(found.matches()).isEqualTo(exact);
		}
		return found.report();
	}

	@Test
	void searchWhenFewRowsFulfilTheFilterComparesThem() {
		SearchReport report = run(repository(), nearPlace(1).where("bucket = 7"));
		long rows = rows("bucket = 7");
		assertThat(report).isEqualTo(new SearchReport(Plan.EXACT, true, null, null, rows, 1, report.estimatedRows()));
		assertThat(report.estimatedRows()).isBetween(rows / 4, rows * 4);
	}

	@Test
	void searchWhenManyRowsFulfilTheFilterTakesTheVectorIndex() {
		VectorRepository<Long> repository = repository();
		VectorSearch search = nearPlace(1).where("bucket < 300");
		SearchReport report = run(repository, search);
		assertThat(report.plan()).isEqualTo(Plan.INDEX);
		assertThat(report.exact()).isFalse();
		assertThat(report.efSearch()).isBetween(40, 100);
		assertThat(report.visited()).isBetween(10L, 1000L);
		assertThat(report.statements()).isEqualTo(1);
		assertThatPlan(repository.explain(search)).isOrderedByIndex("placed_embedding_index");
	}

	/**
	 * The planner takes an iterative scan for sorted, and would stop at the limit.
	 */
	@Test
	void allCandidatesOfTheVectorIndexAreCompared() {
		SearchReport report = repository().searchWithReport(nearPlace(1).where("bucket < 300").candidates(100))
			.report();
		assertThat(report.plan()).isEqualTo(Plan.INDEX);
		assertThat(report.visited()).isGreaterThanOrEqualTo(100);
	}

	@Test
	void explainShowsThePlanThatWasChosen() {
		VectorRepository<Long> repository = repository();
		assertThatPlan(repository.explain(nearPlace(1).where("bucket = 7"))).usesIndex("placed_bucket_idx")
			.doesNotScanSequentially("placed");
		jdbc.execute("ALTER DATABASE %s SET random_page_cost = 1.1".formatted(database()));
		try {
			dataSource.getHikariPoolMXBean().softEvictConnections();
			assertThatPlan(repository.explain(nearPlace(1).where("bucket < 300")))
				.isOrderedByIndex("placed_embedding_index");
		}
		finally {
			jdbc.execute("ALTER DATABASE %s RESET random_page_cost".formatted(database()));
			dataSource.getHikariPoolMXBean().softEvictConnections();
		}
	}

	private static String database() {
		return VectorTable
			.quote(Objects.requireNonNull(jdbc.queryForObject("SELECT current_database()", String.class)));
	}

	@Test
	void searchWhenMoreRowsFulfilTheFilterThanEstimatedGoesOnByTheVectorIndex() {
		VectorRepository<Long> repository = repository();
		VectorSearch search = nearPlace(1).where("a = 2 and b = 2 and c = 2");
		SearchReport first = run(repository, search);
		assertThat(first.estimatedRows()).isLessThan(rows("a = 2") / 5);
		assertThat(first.plan()).isEqualTo(Plan.EXACT_THEN_INDEX);
		assertThat(first.statements()).isEqualTo(2);
		SearchReport second = run(repository, search);
		assertThat(second.plan()).isEqualTo(Plan.INDEX);
		assertThat(second.statements()).isEqualTo(1);
		assertThat(second.estimatedRows()).isGreaterThan(rows("a = 2") / 5);
	}

	@Test
	void searchWhoseFilterHoldsFarAwayOnlyLearnsToCompareRows() {
		VectorRepository<Long> repository = repository();
		SearchReport first = run(repository, nearPlace(1).where("place >= 8"));
		assertThat(first.plan()).isEqualTo(Plan.INDEX_THEN_EXACT);
		assertThat(first.visited()).isNull();
		SearchReport second = run(repository, nearPlace(1).where("place >= 8"));
		assertThat(second.plan()).isEqualTo(Plan.EXACT);
		assertThat(second.visited()).isEqualTo(rows("place >= 8"));
		assertThat(run(repository, nearPlace(2).where("place >= 8 and bucket >= 0")).plan())
			.isEqualTo(Plan.INDEX_THEN_EXACT);
	}

	@Test
	void searchWhoseFilterHoldsNearByLearnsToTakeTheVectorIndex() {
		VectorRepository<Long> repository = repository();
		List<Plan> plans = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			plans.add(run(repository, nearPlace(3).where("place = 3 and bucket < 700")).plan());
		}
		// A trial alone is not followed by another. A graph, which is drawn, may lead a
		// search astray, so that it ends by comparing rows.
		assertThat(plans).startsWith(Plan.EXACT).containsSequence(Plan.INDEX, Plan.INDEX);
	}

	@ParameterizedTest
	@ValueSource(strings = { "raw = 7", "raw < 300", "raw < 2", "bucket = 5000", "bucket in (1, 2, 3)",
			"place = 4 or bucket = 8", "not (bucket > 10)", "raw = 7 and place = 2", "place = 1 and place = 2" })
	void searchFindsAllRowsByEveryPlan(String filter) {
		VectorRepository<Long> repository = repository();
		for (int i = 0; i < 3; i++) {
			VectorSearch search = nearPlace(i).where(filter);
			run(repository, search);
			run(repository, search.limit(60));
			run(repository, search.withEmbedding().within(1000));
			run(repository, VectorSearch.nearestTo(17L).where(filter));
			int rows = repository.search(search.exact()).size();
			repository.searchAll(List.of(search, nearPlace(5).where(filter)))
				.forEach((found) -> assertThat(found).hasSize(rows));
			assertThat(repository.search(search.diversified(0.5, 30))).hasSize(rows);
			assertThat(repository.searchWithReport(search.reranked((all) -> new double[all.size()], 30)).matches())
				.hasSize(rows);
		}
	}

	@Test
	void searchOfAThresholdThatNoRowReachesFindsNone() {
		VectorRepository<Long> repository = repository();
		assertThat(run(repository, nearPlace(1).where("bucket < 2").within(-1)).visited())
			.isEqualTo(rows("bucket < 2"));
		assertThat(run(repository, nearPlace(1).where("bucket < 300").within(-1)).plan()).isEqualTo(Plan.INDEX);
	}

	@Test
	void searchInTheCallersTransactionCountsItsOwnRows() {
		VectorRepository<Long> repository = repository();
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			SearchReport first = run(repository, nearPlace(1).where("bucket < 300"));
			SearchReport second = run(repository, nearPlace(1).where("bucket < 300"));
			assertThat(first.visited()).isBetween(10L, 1000L);
			assertThat(second.visited()).isBetween(10L, 1000L);
		});
	}

	/**
	 * The server counts what the vector index yields for all of them together. A graph,
	 * which is drawn, may lead some astray, so that they compare rows.
	 */
	@Test
	void searchesTogetherThatFindEnoughByTheVectorIndexAreNotRepeated() {
		VectorRepository<Long> repository = repository();
		List<VectorSearch> searches = IntStream.range(0, 60)
			.mapToObj((i) -> nearPlace(i % 10).where("bucket < 300"))
			.toList();
		new TransactionTemplate(new JdbcTransactionManager(dataSource)).executeWithoutResult((status) -> {
			repository.searchAll(searches);
			assertThat(jdbc.queryForObject("SELECT pg_stat_get_xact_numscans('placed'::regclass) "
					+ "+ pg_stat_get_xact_numscans('placed_bucket_idx'::regclass)", Long.class))
				.isLessThan(searches.size() / 2);
		});
	}

	@Test
	void searchesTogetherLearnAsSearchesDo() {
		VectorRepository<Long> repository = repository();
		repository.searchAll(List.of(nearPlace(1).where("place >= 8"), nearPlace(2).where("place >= 8")));
		assertThat(run(repository, nearPlace(1).where("place >= 8")).plan()).isEqualTo(Plan.EXACT);
		repository.searchAll(List.of(nearPlace(1).where("a = 2 and b = 2 and c = 2"),
				nearPlace(2).where("a = 2 and b = 2 and c = 2")));
		SearchReport report = run(repository, nearPlace(1).where("a = 2 and b = 2 and c = 2"));
		assertThat(report.plan()).isEqualTo(Plan.INDEX);
		assertThat(report.estimatedRows()).isGreaterThan(rows("a = 2") / 5);
	}

	@Test
	void searchOfATenantWithFewRowsComparesThem() {
		AtomicReference<Object> tenant = new AtomicReference<>(3);
		VectorRepository<Long> repository = JdbcVectorRepository
			.builder(dataSource, table("placed", VectorIndex.hnsw(), "bucket"), Long.class)
			.tenantResolver(tenant::get)
			.build();
		assertThat(run(repository, nearPlace(1)).visited()).isEqualTo(rows("bucket = 3"));
		tenant.set(4);
		assertThat(run(repository, nearPlace(1)).visited()).isEqualTo(rows("bucket = 4"));
		assertThat(run(repository, nearPlace(1).where("place = 1")).visited())
			.isEqualTo(rows("bucket = 4 AND place = 1"));
	}

	@Test
	void unfilteredSearchAsksForNothingElse() {
		SearchReport report = repository().searchWithReport(nearPlace(1)).report();
		assertThat(report).isEqualTo(new SearchReport(Plan.INDEX, false, null, null, null, 1, null));
		assertThat(repository().searchWithReport(nearPlace(1).exact()).report())
			.isEqualTo(new SearchReport(Plan.EXACT, true, null, null, null, 1, null));
	}

	@Test
	void tableThatWasNeverAnalyzedIsSearched() {
		VectorTable table = table("unknown", VectorIndex.hnsw(), null);
		new VectorTestTables(jdbc).create(table);
		jdbc.execute("CREATE INDEX ON unknown USING hnsw (embedding vector_l2_ops)");
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		assertThat(run(repository, nearPlace(1).where("bucket < 300")).plan()).isEqualTo(Plan.EXACT);
		fill(table, 3000);
		run(repository, nearPlace(1).where("bucket < 300"));
		assertThat(run(repository, nearPlace(1).where("raw = 3")).exact()).isTrue();
		jdbc.execute("DROP TABLE unknown");
	}

	@Test
	void tableWithIvfFlatIndexIsSearchedByWhatCostsLess() {
		VectorTable table = table("listed", new VectorIndex.IvfFlat(100), null);
		new VectorTestTables(jdbc).create(table);
		jdbc.execute("INSERT INTO listed SELECT * FROM placed");
		new VectorTestTables(jdbc).index(table);
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, table, Long.class);
		assertThat(run(repository, nearPlace(1).where("bucket = 7")).plan()).isEqualTo(Plan.EXACT);
		SearchReport report = run(repository, nearPlace(1).where("bucket < 500"));
		assertThat(report.plan()).isEqualTo(Plan.INDEX);
		assertThat(report.probes()).isEqualTo(10);
		assertThat(report.efSearch()).isNull();
		jdbc.execute("DROP TABLE listed");
	}

	@Test
	void partitionedTableIsSearched() {
		jdbc.execute("CREATE TABLE parted (LIKE placed) PARTITION BY RANGE (place)");
		jdbc.execute("CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (5)");
		jdbc.execute("CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (5) TO (10)");
		jdbc.execute("INSERT INTO parted SELECT * FROM placed WHERE id < 10000");
		jdbc.execute("CREATE INDEX ON parted USING hnsw (embedding vector_l2_ops)");
		jdbc.execute("CREATE INDEX ON parted (bucket)");
		jdbc.execute("ANALYZE parted");
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource,
				table("parted", VectorIndex.hnsw(), null), Long.class);
		assertThat(run(repository, nearPlace(1).where("bucket = 7")).plan()).isEqualTo(Plan.EXACT);
		assertThat(run(repository, nearPlace(1).where("bucket < 300")).plan()).isEqualTo(Plan.INDEX);
		jdbc.execute("DROP TABLE parted");
	}

	private static long rows(String condition) {
		return Objects
			.requireNonNull(jdbc.queryForObject("SELECT count(*) FROM placed WHERE " + condition, Long.class));
	}

}
