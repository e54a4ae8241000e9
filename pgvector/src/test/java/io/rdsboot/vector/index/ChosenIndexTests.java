package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.TableRows;
import io.rdsboot.vector.index.session.BuildLimits;
import io.rdsboot.vector.index.session.DdlSession;
import io.rdsboot.vector.index.session.DdlSessions;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.recall.RecallMeter;
import io.rdsboot.vector.recall.RecallOptions;
import io.rdsboot.vector.recall.RecallReport;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import static io.rdsboot.test.QueryPlanAssert.assertThatPlan;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of columns that leave the choice of their index.
 */
@LocalRds(readers = 0)
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class ChosenIndexTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.dataSource = VectorTestDatabase.createWithExtension(cluster);
		this.jdbc = new JdbcTemplate(this.dataSource);
	}

	@AfterEach
	void closePool() {
		this.dataSource.close();
	}

	@Test
	void tableHasNoIndexUntilItHasTheRows() throws Exception {
		VectorTable table = create(8, new VectorIndex.Auto(1000));
		insert(8, 1, 900);
		try (VectorIndexManager manager = start(table, UnaryOperator.identity())) {
			Awaitility.await().atMost(LIMIT).until(() -> state(manager) == State.WAITING_FOR_DATA);
			assertThat(nearest(table, manager)).isBetween(440L, 460L);
			assertThat(indexes()).isEmpty();
			insert(8, 901, 1000);
			manager.awaitReady(LIMIT);
			assertThat(indexes())
				.containsExactly("hnsw (embedding vector_cosine_ops) WITH (ef_construction='64', m='16')");
			assertThat(nearest(table, manager)).isBetween(440L, 460L);
			assertPlanHasIndex(table, manager);
		}
	}

	@Test
	void graphOfHalfPrecisionIsChosenWhereTheOneOfAllDoesNotFit(CapturedOutput output) throws Exception {
		VectorTable table = create(1000, new VectorIndex.Auto(1));
		insert(1000, 1, 2000);
		try (VectorIndexManager manager = start(table, (builder) -> builder.maxBuildMemory(DataSize.ofMegabytes(12)))) {
			manager.awaitReady(LIMIT);
			assertThat(indexes()).singleElement().asString().contains("halfvec(1000)");
			assertPlanHasIndex(table, manager);
			assertThat(nearest(table, manager)).isBetween(440L, 460L);
		}
		assertThat(output)
			.contains("Index of vector table documents for embedding, which has about 2000 rows, is chosen: "
					+ "an HNSW index of half-precision floats fits into the memory of its build");
	}

	@Test
	void indexThatWasChosenBeforeTheRowsCameIsNotBuilt() throws Exception {
		VectorTable table = create(1000, new VectorIndex.Auto(100));
		BuildLimits limits = new BuildLimits(DataSize.ofMegabytes(6), null);
		IndexChoice choice = new IndexChoice(limits, 4);
		try (DdlSession session = new DdlSessions(this.dataSource, null, LIMIT).open(table)) {
			TableRows rows = new TableRows(session.connection());
			List<IndexDefinition> chosen = choice.definitions(table, rows, session);
			insert(1000, 1, 500);
			List<VectorIndexStatus> statuses = new ArrayList<>();
			IndexBuilder builder = new IndexBuilder(session, limits, LIMIT, statuses::add,
					VectorIndexManager.BuildListener.NONE);
			new IndexReconciler(table, chosen, rows, session, builder, "test", new IndexHistory(Duration.ZERO),
					statuses::add)
				.reconcile();
			assertThat(statuses).extracting(VectorIndexStatus::state).containsOnly(State.WAITING_FOR_DATA);
		}
		try (VectorIndexManager manager = start(table, (builder) -> builder.maxBuildMemory(DataSize.ofMegabytes(6)))) {
			manager.awaitReady(LIMIT);
			assertThat(indexes()).singleElement().asString().contains("halfvec(1000)");
		}
	}

	@Test
	void listsAreChosenWhereNoGraphFits() throws Exception {
		VectorTable table = create(8, new VectorIndex.Auto(1));
		insert(8, 1, 5000);
		try (VectorIndexManager manager = start(table, (builder) -> builder.maxBuildMemory(DataSize.ofMegabytes(4)))) {
			manager.awaitReady(LIMIT);
			assertThat(indexes()).containsExactly("ivfflat (embedding vector_cosine_ops) WITH (lists='5')");
			assertPlanHasIndex(table, manager);
			assertThat(repository(table, manager).search(search().efSearch(10))).hasSize(5);
			RecallReport recall = RecallMeter.of(this.dataSource, table)
				.measure(RecallOptions.defaults().maxQueries(50));
			assertThat(recall.setting()).isEqualTo("ivfflat.probes");
		}
	}

	@Test
	void listsAreChosenAnewOnceTheTableHasOutgrownThemAndNotBefore() throws Exception {
		VectorTable table = create(8, new VectorIndex.Auto(1));
		insert(8, 1, 5000);
		UnaryOperator<VectorIndexManager.Builder> little = (builder) -> builder.maxBuildMemory(DataSize.ofMegabytes(4));
		try (VectorIndexManager manager = start(table, little)) {
			manager.awaitReady(LIMIT);
		}
		insert(8, 5001, 15_000);
		List<String> before = indexes();
		try (VectorIndexManager manager = start(table, UnaryOperator.identity())) {
			manager.awaitReady(LIMIT);
			assertThat(indexes()).isEqualTo(before);
		}
		insert(8, 15_001, 21_000);
		try (VectorIndexManager manager = start(table, little)) {
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> indexes().equals(List.of("ivfflat (embedding vector_cosine_ops) WITH (lists='21')")));
			assertPlanHasIndex(table, manager);
		}
	}

	@Test
	void indexThatIsThereServes() throws Exception {
		VectorTable table = create(8, new VectorIndex.Auto(1));
		insert(8, 1, 500);
		this.jdbc.execute("CREATE INDEX by_hand ON documents USING hnsw ((embedding::halfvec(8)) halfvec_cosine_ops) "
				+ "WITH (m = 7)");
		try (VectorIndexManager manager = start(table, UnaryOperator.identity())) {
			manager.awaitReady(LIMIT);
			assertThat(manager.status()).extracting(VectorIndexStatus::index).containsExactly("by_hand");
			assertThat(indexes()).hasSize(1);
			assertThat(manager.actualColumns(table).apply(table.embedding()))
				.isEqualTo(table.embedding().withIndex(new VectorIndex.Hnsw(7, 64), Quantization.HALF));
			assertPlanHasIndex(table, manager);
		}
	}

	@Test
	void repositoryThatIsNotToldTheIndexFindsAllTheSame() {
		VectorTable table = create(8, VectorIndex.auto());
		insert(8, 1, 500);
		assertThat(JdbcVectorRepository.of(this.dataSource, table, Long.class).search(search()))
			.extracting(VectorMatch::id)
			.hasSize(5)
			.allMatch((id) -> id > 440 && id < 460);
	}

	@Test
	void adviceFollowsTheMemory() {
		VectorColumn column = VectorColumn.of("embedding", 768);
		IndexAdvice none = VectorIndexAdvisor.advise(column, 9_999, DataSize.ofGigabytes(8));
		assertThat(none.column().index()).isEqualTo(VectorIndex.none());
		assertThat(none.reason()).isEqualTo("9,999 rows are read as fast as an index");
		assertAdvice(column, 8, VectorIndex.hnsw(), Quantization.NONE);
		assertAdvice(column, 3, VectorIndex.hnsw(), Quantization.HALF);
		assertAdvice(column, 1, VectorIndex.hnsw(), Quantization.BINARY);
		assertThat(VectorIndexAdvisor.advise(column, 1_000_000, DataSize.ofMegabytes(500)).column().index())
			.isEqualTo(new VectorIndex.IvfFlat(1000));
		assertThat(VectorIndexAdvisor.advise(column, 4_000_000, DataSize.ofGigabytes(2)).column().index())
			.isEqualTo(new VectorIndex.IvfFlat(2000));
		assertThat(VectorIndexAdvisor.advise(column, 1_000_000, DataSize.ofMegabytes(1)).reason())
			.contains("is built slowly");
	}

	@Test
	void adviceTellsWhatTheSizeMeans() {
		assertThat(VectorIndexAdvisor.advise(VectorColumn.of("e", 768), 100_000, DataSize.ofGigabytes(8)).hints())
			.containsExactly("m 32 would take no more room, and find more");
		IndexAdvice wide = VectorIndexAdvisor.advise(VectorColumn.of("e", 1024), 100_000, DataSize.ofGigabytes(8));
		assertThat(wide.hints()).contains("each row takes a page of its own or more");
		assertThat(wide.size()).isEqualTo(DataSize.ofBytes(8192L * 100_001));
		assertThat(VectorIndexAdvisor.advise(VectorColumn.of("e", 384), 100_000, DataSize.ofGigabytes(8)).hints())
			.isEmpty();
	}

	private static void assertAdvice(VectorColumn column, int gigabytes, VectorIndex index, Quantization quantization) {
		IndexAdvice advice = VectorIndexAdvisor.advise(column, 1_000_000, DataSize.ofGigabytes(gigabytes));
		assertThat(advice.column().index()).isEqualTo(index);
		assertThat(advice.column().quantization()).isEqualTo(quantization);
		assertThat(advice.buildMemory()).isLessThanOrEqualTo(DataSize.ofGigabytes(gigabytes));
	}

	private VectorTable create(int dimensions, VectorIndex index) {
		VectorTable table = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.dimensions(dimensions)
			.index(index)
			.build();
		new VectorSchema(this.jdbc).migrate(table);
		return table;
	}

	/**
	 * Inserts rows whose vectors lie on a circle, in the order of their ids.
	 */
	private void insert(int dimensions, int first, int last) {
		this.jdbc.update("""
				INSERT INTO documents (id, embedding)
				SELECT n, (ARRAY[cos(n / 5000.0), sin(n / 5000.0)] || array_fill(0::float8, ARRAY[%d]))::vector
				FROM generate_series(?, ?) n""".formatted(dimensions - 2), first, last);
		this.jdbc.execute("ANALYZE documents");
	}

	private VectorIndexManager start(VectorTable table, UnaryOperator<VectorIndexManager.Builder> customizer) {
		VectorIndexManager manager = customizer
			.apply(VectorIndexManager.builder(this.dataSource, List.of(table))
				.retryInterval(Duration.ofMillis(200))
				.dropDelay(Duration.ZERO))
			.build();
		manager.start();
		return manager;
	}

	private static State state(VectorIndexManager manager) {
		return manager.status().get(0).state();
	}

	private VectorRepository<Long> repository(VectorTable table, VectorIndexManager manager) {
		return JdbcVectorRepository.builder(this.dataSource, table, Long.class)
			.actualColumns(manager.actualColumns(table))
			.build();
	}

	private static VectorSearch search() {
		return search(8);
	}

	private static VectorSearch search(int dimensions) {
		float[] vector = new float[dimensions];
		vector[0] = (float) Math.cos(0.09);
		vector[1] = (float) Math.sin(0.09);
		return VectorSearch.nearest(vector).limit(5);
	}

	private long nearest(VectorTable table, VectorIndexManager manager) {
		return repository(table, manager).search(search(table.embedding().dimensions())).get(0).id();
	}

	/**
	 * Waits until the searches know the index.
	 */
	private void assertPlanHasIndex(VectorTable table, VectorIndexManager manager) {
		String index = String
			.valueOf(this.jdbc.queryForObject("SELECT relname FROM pg_index JOIN pg_class c ON c.oid = indexrelid "
					+ "WHERE indrelid = 'documents'::regclass AND NOT indisprimary", String.class));
		this.jdbc.execute("ALTER DATABASE %s SET enable_seqscan = off"
			.formatted(this.jdbc.queryForObject("SELECT current_database()", String.class)));
		this.dataSource.getHikariPoolMXBean().softEvictConnections();
		Awaitility.await()
			.atMost(LIMIT)
			.untilAsserted(
					() -> assertThatPlan(repository(table, manager).explain(search(table.embedding().dimensions())))
						.isOrderedByIndex(index));
	}

	private List<String> indexes() {
		return this.jdbc.queryForList("""
				SELECT regexp_replace(pg_get_indexdef(indexrelid), '.* USING ', '') FROM pg_index
				WHERE indrelid = 'documents'::regclass AND NOT indisprimary ORDER BY 1""", String.class);
	}

}
