package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.IndexMaintenance.Action;
import io.rdsboot.vector.index.VectorIndexCondition.Defect;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

/**
 * Tests of what is done about indexes that should be built anew.
 */
@LocalRds(readers = 0, parameters = "autovacuum=off")
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class IndexMaintenanceTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final IndexMaintenance REPORT = new IndexMaintenance(Action.REPORT, null, Duration.ofSeconds(1));

	private static final IndexMaintenance REINDEX = new IndexMaintenance(Action.REINDEX, null, Duration.ofSeconds(1));

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
	void indexInOrderHasItsSizeAndIsLeftAlone(CapturedOutput output) throws Exception {
		VectorTable table = create(VectorIndex.hnsw(), 1000);
		try (VectorIndexManager manager = start(table, REINDEX, limits(Duration.ZERO))) {
			VectorIndexCondition condition = await(manager, (present) -> true);
			assertThat(condition.defect()).isNull();
			assertThat(condition.rows()).isEqualTo(1000);
			assertThat(condition.rowsWhenBuilt()).isEqualTo(1000);
			assertThat(condition.builtAt()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
		}
		assertThat(output).doesNotContain("anew");
	}

	@Test
	void indexThatIsTooLargeIsReportedOnce(CapturedOutput output) throws Exception {
		VectorTable table = create(VectorIndex.hnsw(), 1000);
		try (VectorIndexManager manager = start(table, REPORT, limits(Duration.ZERO))) {
			await(manager, (condition) -> condition.defect() == null);
			deleteMost();
			VectorIndexCondition condition = await(manager, (present) -> present.defect() == Defect.TOO_LARGE);
			long scans = condition.scans();
			this.jdbc.execute("SET enable_seqscan = off; SELECT id FROM documents ORDER BY embedding <=> '"
					+ "[1,1,1,1,1,1,1,1]' LIMIT 1");
			await(manager, (present) -> present.scans() > scans);
		}
		assertThat(output.toString().lines().filter((line) -> line.contains("should be built anew"))).singleElement()
			.asString()
			.contains("WARN", "of vector table documents", "it has 0 MB, and would have about 0 MB",
					"rds.vector.index-maintenance.action",
					"REINDEX INDEX CONCURRENTLY public.documents_embedding_rds_");
	}

	@Test
	void indexThatIsTooLargeIsRebuiltAndItsCommentStays() throws Exception {
		VectorTable table = create(VectorIndex.hnsw(), 1000);
		try (VectorIndexManager manager = start(table, REINDEX, limits(Duration.ZERO))) {
			VectorIndexCondition before = await(manager, (condition) -> condition.defect() == null);
			this.jdbc.execute("COMMENT ON INDEX %s IS 'of the team of search\n%s'".formatted(index(), comment()));
			deleteMost();
			VectorIndexCondition after = await(manager, (condition) -> condition.rowsWhenBuilt() == 100);
			assertThat(after.defect()).isNull();
			assertThat(after.size()).isLessThan(before.size());
			assertThat(comment()).matches(
					"of the team of search\\nrds-spring-boot: built \\S+ with 100 rows\\nrds-spring-boot: declared by application since \\S+");
			assertThat(indexes()).isOne();
		}
	}

	@Test
	void indexIsNotRebuiltAgainTooSoon() throws Exception {
		VectorTable table = create(VectorIndex.hnsw(), 1000);
		try (VectorIndexManager manager = start(table, REINDEX, limits(Duration.ofHours(1)))) {
			await(manager, (condition) -> condition.defect() == null);
			String oid = oid();
			deleteMost();
			await(manager, (condition) -> condition.defect() == Defect.TOO_LARGE);
			awaitAnotherLook(manager);
			assertThat(oid()).isEqualTo(oid);
			this.jdbc.execute(
					"COMMENT ON INDEX %s IS '%s'".formatted(index(), comment().replaceAll("built 20", "built 19")));
			await(manager, (condition) -> condition.defect() == null);
			assertThat(oid()).isNotEqualTo(oid);
		}
	}

	@Test
	void deadRowsAreVacuumedOnceTheIndexIsRebuilt() throws Exception {
		VectorTable table = create(VectorIndex.hnsw(), 1000);
		IndexInspector.Limits limits = new IndexInspector.Limits(100, DataSize.ofBytes(0), 0.5, 500, 4, Duration.ZERO);
		try (VectorIndexManager manager = start(table, REINDEX, limits)) {
			await(manager, (condition) -> condition.defect() == null);
			this.jdbc.execute("DELETE FROM documents WHERE id > 300");
			await(manager, (condition) -> condition.rowsWhenBuilt() == 300 && condition.deadRows() == 0);
			assertThat(this.jdbc
				.queryForObject("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'documents'", int.class))
				.isEqualTo(2);
		}
	}

	@Test
	void listsAreDrawnAgainOnceTheTableHasOutgrownThem() throws Exception {
		VectorTable table = create(new VectorIndex.IvfFlat(10), 100);
		try (VectorIndexManager manager = start(table, REINDEX, limits(Duration.ZERO))) {
			await(manager, (condition) -> condition.rowsWhenBuilt() == 100);
			insert(101, 401);
			this.jdbc.execute("ANALYZE documents");
			await(manager, (condition) -> condition.rowsWhenBuilt() == 401);
		}
	}

	@Test
	void indexIsRebuiltInTheWindowOnly(CapturedOutput output) throws Exception {
		VectorTable table = create(VectorIndex.hnsw(), 1000);
		LocalTime now = LocalTime.now(ZoneOffset.UTC);
		DailyWindow later = new DailyWindow(now.plusHours(6), now.plusHours(7));
		try (VectorIndexManager manager = start(table,
				new IndexMaintenance(Action.REINDEX, later, Duration.ofSeconds(1)), limits(Duration.ZERO))) {
			await(manager, (condition) -> condition.defect() == null);
			deleteMost();
			await(manager, (condition) -> condition.defect() == Defect.TOO_LARGE);
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> output.toString().contains("will be built anew in the window"));
			awaitAnotherLook(manager);
			assertThat(output.toString().lines().filter((line) -> line.contains("will be built anew"))).hasSize(1);
		}
		DailyWindow present = new DailyWindow(now.minusHours(1), now.plusHours(6));
		try (VectorIndexManager manager = start(table,
				new IndexMaintenance(Action.REINDEX, present, Duration.ofSeconds(1)), limits(Duration.ZERO))) {
			await(manager, (condition) -> condition.rowsWhenBuilt() == 100);
		}
	}

	@Test
	void indexServesWhileItsRebuildFailsAndWhatThatLeavesIsDropped(CapturedOutput output) throws Exception {
		VectorTable table = create(VectorIndex.hnsw(), 1000);
		try (VectorIndexManager manager = start(table, REINDEX, limits(Duration.ZERO));
				Connection blocker = this.dataSource.getConnection();
				Statement statement = blocker.createStatement()) {
			await(manager, (condition) -> condition.defect() == null);
			blocker.setAutoCommit(false);
			statement.execute("SELECT 1 FROM documents");
			deleteMost();
			Awaitility.await().atMost(LIMIT).until(() -> cancelRebuild() > 0);
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> Objects.toString(status(manager).detail(), "").startsWith("could not be built anew: "));
			assertThat(status(manager).state()).isEqualTo(State.READY);
			blocker.rollback();
			await(manager, (condition) -> condition.rowsWhenBuilt() == 100);
			assertThat(indexes()).isOne();
		}
		assertThat(output).containsPattern("WARN .* could not be built anew, and serves as before: ");
	}

	@Test
	void indexesStayReadyWhileTheDatabaseCannotBeReached(CapturedOutput output) throws Exception {
		VectorTable table = create(VectorIndex.hnsw(), 10);
		AtomicInteger failures = new AtomicInteger();
		AtomicBoolean unreachable = new AtomicBoolean();
		DataSource source = new DelegatingDataSource(this.dataSource) {

			@Override
			public Connection getConnection() throws SQLException {
				if (unreachable.get()) {
					failures.incrementAndGet();
					throw new SQLException("the server is restarted", "57P03");
				}
				return super.getConnection();
			}

		};
		try (VectorIndexManager manager = start(source, table, REPORT, limits(Duration.ZERO))) {
			await(manager, (condition) -> condition.defect() == null);
			unreachable.set(true);
			Awaitility.await().atMost(LIMIT).until(() -> failures.get() > 1);
			assertThat(status(manager).state()).isEqualTo(State.READY);
			unreachable.set(false);
			awaitAnotherLook(manager);
		}
		assertThat(output).doesNotContain("is not ready");
	}

	@ParameterizedTest
	@CsvSource({ "VECTOR, 384, , 16", "VECTOR, 768, , 32", "VECTOR, 1024, , 16", "VECTOR, 2000, , 16",
			"VECTOR, 768, HALF, 16", "VECTOR, 1536, BINARY, 16", "HALFVEC, 384, , 8", "BIT, 512, , 16" })
	void sizeOfANewIndexIsForeseen(ElementType type, int dimensions, @Nullable Quantization quantization, int m)
			throws Exception {
		VectorColumn column = new VectorColumn("embedding", type, dimensions,
				(type == ElementType.BIT) ? Distance.HAMMING : Distance.L2, new VectorIndex.Hnsw(m, 2 * m),
				quantization, List.of());
		assertSizeIsForeseen(column, 2000, 2);
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 100 })
	void sizeOfNewListsIsForeseen(int lists) throws Exception {
		VectorColumn column = new VectorColumn("embedding", ElementType.VECTOR, 384, Distance.L2,
				new VectorIndex.IvfFlat(lists), null, List.of());
		assertSizeIsForeseen(column, 3000, 5);
	}

	private void assertSizeIsForeseen(VectorColumn column, int rows, int percent) throws Exception {
		VectorTable table = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.embedding(column)
			.build();
		new VectorSchema(this.jdbc).migrate(table);
		String vector = (column.type() == ElementType.BIT) ? "string_agg((random() < 0.5)::int::text, '')::bit(%d)"
				: "array_agg(random() - 0.5)::vector::%s(%%d)".formatted(column.type().sqlName());
		this.jdbc.update("""
				INSERT INTO documents (id, embedding)
				SELECT n, (SELECT %s FROM generate_series(1, %d) WHERE n > 0) FROM generate_series(1, %d) n"""
			.formatted(vector.formatted(column.dimensions()), column.dimensions(), rows));
		// Rows without a vector are not in the index.
		this.jdbc.execute("ALTER TABLE documents ALTER embedding DROP NOT NULL");
		this.jdbc.update("INSERT INTO documents (id) SELECT -n FROM generate_series(1, ?) n", rows);
		this.jdbc.execute("VACUUM ANALYZE documents");
		try (VectorIndexManager manager = start(table, REPORT, limits(Duration.ZERO))) {
			VectorIndexCondition condition = await(manager, (present) -> true);
			assertThat(condition.rows()).isCloseTo(rows, withinPercentage(1));
			assertThat(condition.rowsWhenBuilt()).isEqualTo(rows);
			assertThat(Objects.requireNonNull(condition.sizeWhenNew()).toBytes()).isCloseTo(condition.size().toBytes(),
					withinPercentage(percent));
		}
	}

	private static IndexInspector.Limits limits(Duration leastAge) {
		return new IndexInspector.Limits(2, DataSize.ofBytes(0), 0.5, Long.MAX_VALUE, 4, leastAge);
	}

	private VectorTable create(VectorIndex index, int rows) {
		VectorTable table = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.dimensions(8)
			.index(index)
			.build();
		new VectorSchema(this.jdbc).migrate(table);
		insert(1, rows);
		this.jdbc.execute("VACUUM ANALYZE documents");
		return table;
	}

	private void insert(int first, int last) {
		this.jdbc.update("""
				INSERT INTO documents (id, embedding)
				SELECT n, (SELECT array_agg(random()) FROM generate_series(1, 8) WHERE n > 0)::vector
				FROM generate_series(?, ?) n""", first, last);
	}

	private void deleteMost() {
		this.jdbc.execute("DELETE FROM documents WHERE id > 100");
		this.jdbc.execute("VACUUM ANALYZE documents");
	}

	private VectorIndexManager start(VectorTable table, IndexMaintenance maintenance, IndexInspector.Limits limits)
			throws InterruptedException {
		return start(this.dataSource, table, maintenance, limits);
	}

	private static VectorIndexManager start(DataSource dataSource, VectorTable table, IndexMaintenance maintenance,
			IndexInspector.Limits limits) throws InterruptedException {
		VectorIndexManager manager = VectorIndexManager.builder(dataSource, List.of(table))
			.retryInterval(Duration.ofMillis(200))
			.maintenance(maintenance)
			.rebuildLimits(limits)
			.build();
		manager.start();
		manager.awaitReady(LIMIT);
		return manager;
	}

	private static VectorIndexStatus status(VectorIndexManager manager) {
		return manager.status().get(0);
	}

	private static VectorIndexCondition await(VectorIndexManager manager, Predicate<VectorIndexCondition> predicate) {
		return Objects.requireNonNull(Awaitility.await()
			.atMost(LIMIT)
			.until(() -> status(manager).condition(),
					(@Nullable VectorIndexCondition condition) -> condition != null && predicate.test(condition)));
	}

	/**
	 * Waits until the condition of now is told.
	 */
	private void awaitAnotherLook(VectorIndexManager manager) {
		for (int look = 0; look < 2; look++) {
			VectorIndexCondition before = await(manager, (condition) -> true);
			Awaitility.await().atMost(LIMIT).until(() -> status(manager).condition() != before);
		}
	}

	private int cancelRebuild() {
		return this.jdbc.queryForList("""
				SELECT pg_cancel_backend(pid) FROM pg_stat_progress_create_index
				WHERE command = 'REINDEX CONCURRENTLY' AND phase LIKE 'waiting%'
					AND datname = current_database()""").size();
	}

	private String index() {
		return String.valueOf(this.jdbc.queryForObject(
				"SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'documents'::regclass AND NOT indisprimary",
				String.class));
	}

	private String oid() {
		return String.valueOf(this.jdbc.queryForObject("SELECT ?::regclass::oid::text", String.class, index()));
	}

	private String comment() {
		return String.valueOf(this.jdbc.queryForObject("SELECT obj_description(?::regclass)", String.class, index()));
	}

	private int indexes() throws SQLException {
		return Objects.requireNonNull(this.jdbc.queryForObject(
				"SELECT count(*) FROM pg_index WHERE indrelid = 'documents'::regclass AND NOT indisprimary",
				int.class));
	}

}
