package io.rdsboot.vector.index;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.index.catalog.IndexDefinitions;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.index.size.BuildMemory;
import io.rdsboot.vector.index.session.BuildLimits;
import io.rdsboot.vector.index.session.BuildSettings;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests of the memory and the workers with which indexes on vectors are built, and of
 * what is told meanwhile.
 */
@LocalRds(readers = 0)
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class IndexBuildTests {

	private static final Duration LIMIT = Duration.ofSeconds(120);

	/**
	 * Takes as much memory as the default index, and half the time.
	 */
	private static final VectorIndex QUICK = new VectorIndex.Hnsw(16, 32);

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
	void buildTakesTheMemoryThatItNeeds() throws Exception {
		VectorTable table = create(384, QUICK, 2000);
		set("maintenance_work_mem", "1MB");
		observeBuilds();
		build(table, UnaryOperator.identity());
		assertThat(memoryOfBuild()).isBetween(DataSize.ofMegabytes(7), DataSize.ofMegabytes(9));
	}

	@Test
	void buildTakesAQuarterOfTheServersMemoryAtMostAndSaysSo(CapturedOutput output) throws Exception {
		VectorTable table = create(384, QUICK, 2000);
		set("maintenance_work_mem", "1MB");
		set("effective_cache_size", "12MB");
		observeBuilds();
		build(table, UnaryOperator.identity());
		assertThat(memoryOfBuild()).isEqualTo(DataSize.ofMegabytes(3));
		assertThat(output).containsPattern(
				"of vector table documents takes longer to build than it could: it needs about 8 MB of memory to be built at full speed, and may take 3 MB. If the server has as much, set rds.vector.index-build.max-memory;");
	}

	@Test
	void partialIndexOfFewRowsIsNotWarnedOf(CapturedOutput output) throws Exception {
		VectorColumn column = new VectorColumn("embedding", ElementType.VECTOR, 384, Distance.COSINE, QUICK, null,
				List.of(MetadataFilter.parse("part = 1")));
		VectorTable table = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.embedding(column)
			.key("part", KeyType.INTEGER)
			.build();
		new VectorSchema(this.jdbc).migrate(table);
		insert(table, 2000);
		this.jdbc.execute("UPDATE documents SET part = 1 WHERE id <= 100");
		this.jdbc.execute("VACUUM ANALYZE documents");
		build(table, (builder) -> builder.maxBuildMemory(DataSize.ofMegabytes(2)));
		assertThat(output.toString().lines().filter((line) -> line.contains("takes longer to build"))).hasSize(1);
	}

	@Test
	void buildTakesWhatIsConfiguredAtMost() throws Exception {
		VectorTable table = create(384, QUICK, 2000);
		observeBuilds();
		build(table, (builder) -> builder.maxBuildMemory(DataSize.ofMegabytes(2)).buildWorkers(1));
		assertThat(memoryOfBuild()).isEqualTo(DataSize.ofMegabytes(2));
		assertThat(this.jdbc.queryForObject("SELECT workers FROM observed", int.class)).isOne();
	}

	@Test
	void buildOfASmallIndexLeavesTheServersSettings(CapturedOutput output) throws Exception {
		VectorTable table = create(3, VectorIndex.hnsw(), 100);
		set("maintenance_work_mem", "17MB");
		set("min_parallel_table_scan_size", "3MB");
		observeBuilds();
		build(table, UnaryOperator.identity());
		assertThat(this.jdbc.queryForMap("SELECT * FROM observed")).containsEntry("memory", 17L << 20)
			.containsEntry("scan_size", "3MB");
		assertThat(output).doesNotContain("takes longer to build");
	}

	@Test
	void tableWithoutStatisticsIsReckonedByItsSize() throws Exception {
		VectorTable table = create(384, QUICK, 2000);
		this.jdbc.execute("SELECT pg_stat_reset()");
		this.jdbc.execute("UPDATE pg_class SET reltuples = -1 WHERE relname = 'documents'");
		set("maintenance_work_mem", "1MB");
		observeBuilds();
		build(table, UnaryOperator.identity());
		assertThat(memoryOfBuild()).isBetween(DataSize.ofMegabytes(7), DataSize.ofMegabytes(14));
	}

	/**
	 * The planner does not count pages of vectors that are stored out of line.
	 */
	@Test
	void workersHelpWhereVectorsAreStoredOutOfLine() throws Exception {
		VectorTable table = table(1536).index(new VectorIndex.Hnsw(2, 4)).build();
		this.jdbc.execute("CREATE TABLE documents (id bigint PRIMARY KEY, content text, embedding vector(1536))");
		this.jdbc.execute("ALTER TABLE documents ALTER embedding SET STORAGE EXTERNAL");
		insert(table, 5000);
		this.jdbc.execute("ANALYZE documents");
		assertThat(notices("CREATE INDEX by_hand ON documents USING hnsw (embedding vector_cosine_ops)"
				+ " WITH (m = 2, ef_construction = 4)"))
			.noneMatch((notice) -> notice.contains("parallel workers"));
		IndexDefinition index = IndexDefinitions.of(table).get(0);
		try (Connection connection = this.dataSource.getConnection()) {
			String settings = BuildSettings.of(table, table.embedding(), new BuildLimits(null, null), connection)
				.attempts()
				.get(0);
			assertThat(notices(settings, index.createStatement()))
				.anyMatch((notice) -> notice.contains("using 2 parallel workers"));
		}
	}

	@ParameterizedTest
	@EnumSource(Quantization.class)
	void memoryThatIsNeededIsJustEnough(Quantization quantization) throws Exception {
		int rows = 2500;
		VectorColumn column = new VectorColumn("embedding", ElementType.VECTOR, 384, Distance.COSINE,
				new VectorIndex.Hnsw(16, 32), quantization, List.of());
		VectorTable table = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.embedding(column)
			.build();
		new VectorSchema(this.jdbc).migrate(table);
		insert(table, rows);
		IndexDefinition index = IndexDefinitions.of(table).get(0);
		// Without what a parallel build keeps.
		long needed = BuildMemory.needed(column, rows) - (3 << 20);
		String memory = "SET max_parallel_maintenance_workers = 0; SET maintenance_work_mem = '%dkB'";
		assertThat(notices(memory.formatted(needed / 1024), index.createStatement()))
			.noneMatch((notice) -> notice.contains("no longer fits"));
		this.jdbc.execute("DROP INDEX \"%s\"".formatted(index.name()));
		assertThat(notices(memory.formatted((long) ((needed - (1 << 20)) / 1.1 / 1024)), index.createStatement()))
			.anyMatch((notice) -> notice.contains("no longer fits"));
	}

	@Test
	void adviceOfTheServerIsToldWhereItWasNotForeseen(CapturedOutput output) throws Exception {
		VectorTable table = create(384, QUICK, 2500);
		// Other rows than the statistics know.
		this.jdbc.execute("UPDATE pg_class SET reltuples = 100 WHERE relname = 'documents'");
		set("maintenance_work_mem", "1MB");
		build(table, UnaryOperator.identity());
		assertThat(output).containsPattern(
				"was built, but the server reports: hnsw graph no longer fits into maintenance_work_mem after \\d+ tuples");
	}

	@Test
	void ivfFlatIndexIsBuiltWhereTheServersOwnMemoryIsTooLittle() throws Exception {
		VectorTable table = create(16, new VectorIndex.IvfFlat(200), 5000);
		set("maintenance_work_mem", "2MB");
		assertThatException()
			.isThrownBy(() -> this.jdbc
				.execute("CREATE INDEX ON documents USING ivfflat (embedding vector_cosine_ops) WITH (lists = 200)"))
			.withMessageContaining("memory required is");
		build(table, UnaryOperator.identity());
	}

	/**
	 * As in a container, whose shared memory is 64 MB unless it is given more.
	 */
	@Test
	void buildGoesOnWithoutWorkersWhereSharedMemoryIsShort(CapturedOutput output) throws Exception {
		VectorTable table = create(2000, new VectorIndex.Hnsw(2, 4), 4000);
		Path data = Path.of(this.jdbc.queryForObject("SHOW data_directory", String.class));
		limitFiles(data, "40000000");
		try {
			this.dataSource.getHikariPoolMXBean().softEvictConnections();
			assertThatException()
				.isThrownBy(() -> notices("SET min_parallel_table_scan_size = 0",
						"CREATE INDEX ON documents USING hnsw (embedding vector_cosine_ops)"))
				.withMessageContaining("could not resize shared memory segment");
			build(table, UnaryOperator.identity());
		}
		finally {
			limitFiles(data, "unlimited");
		}
		assertThat(output).containsPattern(
				"is built with less memory or fewer workers, because of: .*could not resize shared memory");
		assertThat(this.jdbc.queryForList("SELECT indisvalid FROM pg_index WHERE indrelid = 'documents'::regclass",
				Boolean.class))
			.containsExactly(true, true);
	}

	/**
	 * Limit the size of files, also those that are shared memory, for new sessions of a
	 * server.
	 */
	private static void limitFiles(Path data, String bytes) throws Exception {
		String limit = "prlimit --pid %s --fsize=%s:"
			.formatted(Files.readAllLines(data.resolve("postmaster.pid")).get(0), bytes);
		String owner = Files.getOwner(data).getName();
		List<String> command = owner.equals(System.getProperty("user.name")) ? List.of("sh", "-c", limit)
				: List.of("su", "-s", "/bin/sh", "-c", limit, owner);
		assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
	}

	@Test
	void whatTheBuildWaitsForIsTold() throws Exception {
		VectorTable table = create(3, VectorIndex.hnsw(), 100);
		try (VectorIndexManager manager = manager(table, UnaryOperator.identity())) {
			try (Connection writer = this.dataSource.getConnection(); Statement statement = writer.createStatement()) {
				writer.setAutoCommit(false);
				statement.execute("SET application_name = 'report'");
				statement.execute("UPDATE documents SET content = 'x' WHERE id = 1");
				manager.start();
				Awaitility.await()
					.atMost(LIMIT)
					.untilAsserted(() -> assertThat(manager.status()).singleElement()
						.extracting(VectorIndexStatus::progress)
						.asString()
						.matches("waiting for writers before build, for the transaction of session \\d+ of role "
								+ "\\S+, application report, which began \\d+ s ago, running for \\d+ s"));
				writer.rollback();
			}
			manager.awaitReady(LIMIT);
			assertThat(manager.status()).extracting(VectorIndexStatus::progress).containsOnlyNulls();
		}
	}

	@Test
	void shareThatIsDoneIsTold() throws Exception {
		VectorTable table = create(768, new VectorIndex.Hnsw(32, 200), 1500);
		List<IndexBuildProgress> seen = new ArrayList<>();
		try (VectorIndexManager manager = manager(table, (builder) -> builder.buildWorkers(0))) {
			manager.start();
			Awaitility.await().pollInterval(Duration.ofMillis(5)).atMost(LIMIT).until(() -> {
				VectorIndexStatus status = manager.status().get(0);
				if (status.progress() != null && status.progress().phase().equals("building index: loading tuples")) {
					seen.add(status.progress());
				}
				return status.state() == State.READY;
			});
		}
		assertThat(seen).isNotEmpty().allSatisfy((progress) -> {
			assertThat(progress.total()).isPositive();
			assertThat(progress.done()).isBetween(0L, progress.total());
		});
		assertThat(seen).extracting(IndexBuildProgress::done).isSorted();
		assertThat(seen).anyMatch((progress) -> progress.remaining() != null);
	}

	private VectorTable create(int dimensions, VectorIndex index, int rows) {
		VectorTable table = table(dimensions).index(index).build();
		new VectorSchema(this.jdbc).migrate(table);
		insert(table, rows);
		this.jdbc.execute("ANALYZE documents");
		return table;
	}

	private static VectorTable.Builder table(int dimensions) {
		return VectorTable.builder("documents").idType(IdType.BIGINT).metadataColumn(null).dimensions(dimensions);
	}

	/**
	 * Insert vectors that are parts of one long one: to draw each number of each of them
	 * would take longer than to build the index.
	 */
	private void insert(VectorTable table, int rows) {
		int dimensions = table.embedding().dimensions();
		this.jdbc.update("""
				INSERT INTO documents (id, embedding) SELECT i, numbers[i:i + ? - 1]::vector
				FROM (SELECT array_agg(random() - 0.5) AS numbers FROM generate_series(1, ?)) drawn,
					generate_series(1, ?) i""", dimensions, dimensions + rows, rows);
	}

	/**
	 * Give the sessions of the database another setting.
	 */
	private void set(String setting, String value) {
		this.jdbc.execute("ALTER DATABASE %s SET %s = '%s'"
			.formatted(this.jdbc.queryForObject("SELECT current_database()", String.class), setting, value));
		this.dataSource.getHikariPoolMXBean().softEvictConnections();
	}

	private void build(VectorTable table, UnaryOperator<VectorIndexManager.Builder> customizer)
			throws InterruptedException {
		try (VectorIndexManager manager = manager(table, customizer)) {
			manager.start();
			manager.awaitReady(LIMIT);
		}
	}

	private VectorIndexManager manager(VectorTable table, UnaryOperator<VectorIndexManager.Builder> customizer) {
		return customizer
			.apply(VectorIndexManager.builder(this.dataSource, List.of(table))
				.retryInterval(Duration.ofMillis(50))
				.progressInterval(Duration.ofMillis(20)))
			.build();
	}

	/**
	 * Record the settings of each session that builds an index.
	 */
	private void observeBuilds() {
		this.jdbc.execute("CREATE TABLE observed (memory bigint, workers int, scan_size text)");
		this.jdbc.execute("""
				CREATE FUNCTION observe() RETURNS event_trigger LANGUAGE plpgsql AS $$
				BEGIN
					INSERT INTO observed VALUES (pg_size_bytes(current_setting('maintenance_work_mem')),
						current_setting('max_parallel_maintenance_workers')::int,
						current_setting('min_parallel_table_scan_size'));
				END $$""");
		this.jdbc.execute("CREATE EVENT TRIGGER observe ON ddl_command_start WHEN TAG IN ('CREATE INDEX') "
				+ "EXECUTE FUNCTION observe()");
	}

	private DataSize memoryOfBuild() {
		return DataSize.ofBytes(this.jdbc.queryForObject("SELECT memory FROM observed", Long.class));
	}

	/**
	 * Execute statements in one session, and return what the server says.
	 */
	private List<String> notices(String... statements) throws SQLException {
		List<String> notices = new ArrayList<>();
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("SET client_min_messages = debug1");
			try {
				for (String sql : statements) {
					statement.execute(sql);
					for (SQLWarning notice = statement.getWarnings(); notice != null; notice = notice
						.getNextWarning()) {
						notices.add(notice.getMessage());
					}
				}
			}
			finally {
				statement.execute("RESET ALL");
			}
		}
		return notices;
	}

}
