package io.rdsboot.vector.recall;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.SearchSettings;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.VectorTestTables;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.recall.RecallStatus.State;
import io.rdsboot.vector.recall.RecallTuner.DriftAction;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorValue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link RecallTuner}.
 */
@LocalRds
@ExtendWith(OutputCaptureExtension.class)
class RecallTunerTests {

	private static final int DIMENSIONS = 32;

	/**
	 * As many as a table needs to be measured, for tests in which the recall does not
	 * count: each search of a measurement takes the longer, the more rows there are.
	 */
	private static final int FEW_ROWS = 1200;

	private static final String COMMENT = "SELECT obj_description(indexrelid, 'pg_class') FROM pg_index WHERE indrelid = 'tuned'::regclass AND NOT indisprimary";

	private final Random random = new Random(29);

	private LocalRdsCluster cluster;

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	private final List<RecallTuner> tuners = new ArrayList<>();

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.dataSource = VectorTestDatabase.createWithExtension(cluster);
		this.jdbc = new JdbcTemplate(this.dataSource);
		// The planner prefers to read a table that is so small.
		this.jdbc.execute(
				"DO $$BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' SET enable_seqscan = off'; END$$");
		this.dataSource.getHikariPoolMXBean().softEvictConnections();
	}

	@AfterEach
	void close() {
		this.tuners.forEach(RecallTuner::close);
		this.dataSource.close();
	}

	private static VectorTable table(Quantization quantization) {
		return VectorTable.builder("tuned")
			.idType(IdType.BIGINT)
			.contentColumn(null)
			.metadataColumn(null)
			.embedding(new VectorColumn("embedding", ElementType.VECTOR, DIMENSIONS, Distance.L2, VectorIndex.hnsw(),
					quantization, List.of()))
			.build();
	}

	private VectorTable fill(int rows, Quantization quantization) throws InterruptedException {
		VectorTable table = table(quantization);
		new VectorTestTables(this.jdbc).create(table);
		insert(table, 0, rows);
		try (VectorIndexManager manager = new VectorIndexManager(this.dataSource, List.of(table))) {
			manager.start();
			manager.awaitReady(Duration.ofMinutes(1));
		}
		this.jdbc.execute("ANALYZE tuned");
		tellWhatIsWritten();
		Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> this.jdbc.queryForObject("SELECT n_tup_ins FROM pg_stat_all_tables WHERE relname = 'tuned'",
					Long.class) >= rows);
		return table;
	}

	/**
	 * A session tells the server what it has written when it ends, or some time later.
	 */
	private void tellWhatIsWritten() {
		this.dataSource.getHikariPoolMXBean().softEvictConnections();
	}

	private void insert(VectorTable table, int from, int rows) {
		List<VectorRecord<Long>> records = new ArrayList<>();
		for (long i = from; i < from + rows; i++) {
			records.add(new VectorRecord<>(i, VectorValue.of(vector()), null, Map.of()));
		}
		JdbcVectorRepository.of(this.dataSource, table, Long.class).upsert(records);
	}

	private float[] vector() {
		float[] vector = new float[DIMENSIONS];
		for (int i = 0; i < DIMENSIONS; i++) {
			vector[i] = (float) this.random.nextGaussian();
		}
		return vector;
	}

	private RecallTuner.Builder builder(VectorTable table, double target) {
		return RecallTuner.builder(this.dataSource).target(table, target).refreshInterval(Duration.ofMillis(200));
	}

	private RecallTuner started(RecallTuner.Builder builder) {
		RecallTuner tuner = builder.build();
		this.tuners.add(tuner);
		tuner.start();
		return tuner;
	}

	private static RecallStatus await(RecallTuner tuner, Predicate<RecallStatus> condition) {
		return Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> tuner.status().get(0), condition);
	}

	private static RecallStatus await(RecallTuner tuner, State state) {
		return await(tuner, (status) -> status.state() == state);
	}

	private String comment() {
		return this.jdbc.queryForObject(COMMENT, String.class);
	}

	private void setComment(String comment) {
		String index = this.jdbc.queryForObject(
				"SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 'tuned'::regclass AND NOT indisprimary",
				String.class);
		this.jdbc.execute("COMMENT ON INDEX %s IS '%s'".formatted(index, comment));
	}

	private String explain(VectorTable table, SearchSettings.Tuning tuning, VectorSearch search) {
		VectorRepository<Long> repository = JdbcVectorRepository.builder(this.dataSource, table, Long.class)
			.tuning(tuning)
			.build();
		return repository.explain(search);
	}

	@Test
	void settingThatIsFoundIsUsedByAllInstances() throws Exception {
		VectorTable table = fill(2500, null);
		String claims = comment();
		assertThat(claims).startsWith("rds-spring-boot: ");
		setComment("Made for the shop\n" + claims);
		RecallTuner tuner = started(builder(table, 0.95));
		RecallStatus status = await(tuner, State.TUNED);
		assertThat(status.setting()).isEqualTo("hnsw.ef_search");
		assertThat(status.value()).isBetween(20, 200);
		assertThat(status.lowerBound()).isGreaterThanOrEqualTo(0.95);
		assertThat(status.recall()).isBetween(0.95, 0.985);
		assertThat(status.detail()).isNull();
		String comment = comment();
		assertThat(comment).startsWith("Made for the shop\n")
			.contains("at hnsw.ef_search " + status.value())
			.contains(claims.substring(claims.indexOf("declared by")));
		VectorSearch search = VectorSearch.nearest(vector());
		String setting = "set_config('hnsw.ef_search'::text, '%d'::text".formatted(status.value());
		assertThat(explain(table, tuner.tuning(table), search)).contains(setting);
		assertThat(explain(table, tuner.tuning(table), search.efSearch(41)))
			.contains("set_config('hnsw.ef_search'::text, '41'::text");
		assertThat(explain(table, tuner.tuning(table), search.limit(600)))
			.contains("set_config('hnsw.ef_search'::text, '1000'::text");
		assertThat(explain(table, SearchSettings.Tuning.NONE, search)).doesNotContain("set_config");
		RecallTuner second = started(builder(table, 0.95));
		assertThat(await(second, State.TUNED).value()).isEqualTo(status.value());
		assertThat(comment()).isEqualTo(comment);
		try (VectorIndexManager next = VectorIndexManager.builder(this.dataSource, List.of(table))
			.application("another")
			.build()) {
			next.start();
			Awaitility.await().until(this::comment, (text) -> text.contains("another since "));
		}
		assertThat(comment()).startsWith("Made for the shop\n").contains("at hnsw.ef_search " + status.value());
	}

	@Test
	void recallIsMeasuredAgainAfterChanges() throws Exception {
		VectorTable table = fill(FEW_ROWS, null);
		RecallTuner tuner = started(builder(table, 0.9));
		await(tuner, State.TUNED);
		String comment = comment();
		insert(table, 10_000, 500);
		tellWhatIsWritten();
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !comment().equals(comment));
		assertThat(comment()).contains("rds-spring-boot: recall");
	}

	@Test
	void driftIsReportedAndTheSettingStays(CapturedOutput output) throws Exception {
		RecallStatus status = drifted(DriftAction.REPORT, State.BELOW_TARGET);
		assertThat(status.value()).isEqualTo(20);
		assertThat(output.toString()).containsOnlyOnce("Recall in column embedding of vector table tuned has fallen")
			.contains("the setting stays, because drift is only reported");
	}

	@Test
	void driftIsMended(CapturedOutput output) throws Exception {
		RecallStatus status = drifted(DriftAction.TUNE, State.TUNED);
		assertThat(status.value()).isGreaterThan(20);
		assertThat(output.toString()).contains("searches use " + status.value() + " from now on");
	}

	private RecallStatus drifted(DriftAction action, State state) throws InterruptedException {
		VectorTable table = fill(2500, null);
		setComment("rds-spring-boot: recall 0.9800 (at least 0.9750, target 0.97) of 10 rows at hnsw.ef_search 20, "
				+ "measured 2020-01-01T00:00:00Z by 400 queries with 2500 rows and 2500 changes");
		RecallTuner tuner = started(builder(table, 0.97).onDrift(action));
		return await(tuner, state);
	}

	@Test
	void targetThatNoSettingReachesIsReported(CapturedOutput output) throws Exception {
		VectorTable table = fill(FEW_ROWS, Quantization.BINARY);
		RecallTuner tuner = started(builder(table, 0.99));
		RecallStatus status = await(tuner, State.BELOW_TARGET);
		assertThat(status.value()).isNotNull();
		assertThat(status.recall()).isLessThan(0.99);
		assertThat(output.toString()).contains("is known to reach a recall of 0.99 in column embedding",
				"Declare quantization half, or none");
	}

	@Test
	void loginThatDoesNotOwnTheIndexTunesForItself(CapturedOutput output) throws Exception {
		VectorTable table = fill(FEW_ROWS, null);
		this.jdbc.execute("GRANT SELECT ON tuned TO " + this.cluster.username());
		String comment = comment();
		try (HikariDataSource other = VectorTestDatabase.asOrdinaryRole(this.cluster, this.dataSource)) {
			RecallTuner tuner = RecallTuner.builder(other)
				.target(table, 0.9)
				.refreshInterval(Duration.ofMillis(200))
				.build();
			tuner.start();
			RecallStatus status = await(tuner, State.TUNED);
			tuner.close();
			assertThat(status.value()).isNotNull();
			assertThat(output.toString()).containsOnlyOnce("Could not keep the tuned setting of column embedding");
			assertThat(comment()).isEqualTo(comment);
			RecallTuner owners = RecallTuner.builder(other)
				.ownerDataSource(this.dataSource)
				.target(table, 0.9)
				.refreshInterval(Duration.ofMillis(200))
				.build();
			owners.start();
			await(owners, State.TUNED);
			owners.close();
			assertThat(comment()).contains("rds-spring-boot: recall");
		}
	}

	@Test
	void tableWithoutRowsOrIndexIsWaitedFor() throws Exception {
		VectorTable table = fill(10, null);
		RecallTuner tuner = started(builder(table, 0.9));
		assertThat(await(tuner, State.WAITING_FOR_ROWS).value()).isNull();
		this.jdbc.execute("DO $$BEGIN EXECUTE 'DROP INDEX ' || (SELECT indexrelid::regclass FROM pg_index "
				+ "WHERE indrelid = 'tuned'::regclass AND NOT indisprimary); END$$");
		await(tuner, State.WAITING_FOR_INDEX);
	}

	@Test
	void missingTableIsReportedOnce(CapturedOutput output) {
		RecallTuner tuner = started(builder(table(null), 0.9));
		assertThat(await(tuner, State.FAILED).detail()).isEqualTo("Vector table tuned does not exist");
		Awaitility.await().until(() -> output.toString().contains("could not be measured"));
		assertThat(output.toString()).containsOnlyOnce("could not be measured: Vector table tuned does not exist");
	}

	@Test
	void closeEndsAMeasurementThatIsRunning() throws Exception {
		VectorTable table = fill(FEW_ROWS, null);
		try (Connection blocking = this.dataSource.getConnection()) {
			blocking.setAutoCommit(false);
			RecallTuner tuner = started(builder(table, 0.9));
			await(tuner, State.MEASURING);
			blocking.createStatement().execute("LOCK TABLE tuned IN ACCESS EXCLUSIVE MODE");
			tuner.close();
			// An executor is terminated shortly before its thread is.
			Awaitility.await()
				.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
					.noneMatch((thread) -> thread.getName().equals("rds-vector-recall")));
			blocking.rollback();
		}
		assertThat(comment()).doesNotContain("recall");
	}

	@Test
	void realQueriesAreUsedIfAllowed(CapturedOutput output) throws Exception {
		VectorTable table = fill(FEW_ROWS, null);
		RecallTuner tuner = builder(table, 0.9).captureQueries(true).build();
		this.tuners.add(tuner);
		VectorRepository<Long> repository = JdbcVectorRepository.builder(this.dataSource, table, Long.class)
			.tuning(tuner.tuning(table))
			.build();
		for (int i = 0; i < 120; i++) {
			repository.search(VectorSearch.nearest(vector()));
		}
		tuner.start();
		await(tuner, State.TUNED);
		assertThat(output.toString()).contains(" given queries");
	}

	@Test
	void targetOfATableWithTenantsIsRefused() {
		VectorTable tenants = VectorTable.builder("documents")
			.dimensions(3)
			.key("tenant", io.rdsboot.vector.table.KeyType.TEXT)
			.tenant("tenant")
			.build();
		assertThatIllegalArgumentException().isThrownBy(() -> RecallTuner.builder(this.dataSource).target(tenants, 0.9))
			.withMessageContaining("vector table documents cannot have a target recall");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> RecallTuner.builder(this.dataSource).target(table(null), 1))
			.withMessage("target recall of vector table tuned must be between 0.5 and 0.999, but is 1.0");
	}

}
