package io.rdsboot.benchmarks.vector;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.VectorData;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.index.VectorIndexAdvisor;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

/**
 * Program that builds indexes as the library does, as somebody does by hand who knows
 * which settings a build needs, and with the settings that the server has, by turns.
 * Takes half an hour:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-index-builds
 * </pre>
 */
public final class IndexBuilds {

	private static final double TARGET = 1.1;

	private static final double MOST_FACTOR = 2;

	private static final Duration TIMEOUT = Duration.ofHours(2);

	private static final int TURNS = 2;

	private final VectorDatabase database;

	private final HikariDataSource pool;

	private final JdbcTemplate jdbc;

	private final List<Figure> figures = new ArrayList<>();

	private IndexBuilds(VectorDatabase database, HikariDataSource pool) {
		this.database = database;
		this.pool = pool;
		this.jdbc = new JdbcTemplate(pool);
	}

	/**
	 * Runs the builds.
	 * @param args none
	 * @throws Exception if a build fails
	 */
	public static void main(String[] args) throws Exception {
		try (VectorDatabase database = VectorDatabase.startAsRds(); HikariDataSource pool = database.pool()) {
			IndexBuilds builds = new IndexBuilds(database, pool);
			DataShape small = DataShape.SMALL.withRows(Integer.getInteger("index.rows", 200_000));
			builds.measure("HNSW, %s".formatted(small), "small", small, VectorIndex.hnsw(), false);
			builds.measure("HNSW, 30,000 x 1,536 out of line", "large", DataShape.LARGE.withRows(30_000),
					VectorIndex.hnsw(), true);
			builds.measure("IVFFlat with 1,000 lists, %s".formatted(small), "small", small,
					new VectorIndex.IvfFlat(1000), false);
			for (int rows : new int[] { 25_000, 100_000, 200_000 }) {
				builds.forecast("forecast_" + rows, DataShape.SMALL.withRows(rows));
			}
			new Report("Building indexes on a server with the settings of RDS", builds.figures).publish();
		}
	}

	private void measure(String name, String tableName, DataShape shape, VectorIndex index, boolean outOfLine)
			throws Exception {
		VectorTable table = VectorTable.builder(tableName)
			.dimensions(shape.dimensions())
			.metadataColumn(null)
			.index(index)
			.build();
		load(table, shape, outOfLine);
		double byHand = 0;
		double asShipped = 0;
		for (int turn = 0; turn < TURNS; turn++) {
			byHand += seconds(table, () -> buildByHand(table));
			asShipped += seconds(table, () -> buildAsShipped(table));
		}
		this.figures.add(new Figure(name + ", ratio to the best by hand", asShipped / byHand, TARGET,
				String.format(Locale.ROOT, "%.1f against %.1f s", asShipped / TURNS, byHand / TURNS)));
		this.figures.add(Figure.withoutTarget(name + ", the server's settings, s", withServersSettings(table), ""));
	}

	private void forecast(String tableName, DataShape shape) throws Exception {
		VectorTable table = VectorTable.builder(tableName).dimensions(shape.dimensions()).metadataColumn(null).build();
		load(table, shape, false);
		double forecast = VectorIndexAdvisor.advise(table.embedding(), shape.rows(), DataSize.ofGigabytes(1))
			.buildTime()
			.toMillis() / 1000.0;
		double measured = seconds(table, () -> buildAsShipped(table));
		this.figures.add(new Figure("HNSW, %s, forecast of the time, factor".formatted(shape),
				Math.max(forecast / measured, measured / forecast), MOST_FACTOR,
				String.format(Locale.ROOT, "%.1f forecast, %.1f s measured", forecast, measured)));
	}

	private void load(VectorTable table, DataShape shape, boolean outOfLine) {
		if (Boolean.TRUE
			.equals(this.jdbc.queryForObject("SELECT to_regclass(?) IS NOT NULL", Boolean.class, table.quotedName()))) {
			return;
		}
		new VectorSchema(this.jdbc).migrate(table);
		if (outOfLine) {
			this.jdbc.execute("ALTER TABLE %s RESET (toast_tuple_target)".formatted(table.quotedName()));
			this.jdbc.execute("ALTER TABLE %s ALTER %s SET STORAGE EXTERNAL".formatted(table.quotedName(),
					VectorTable.quote(table.embedding().name())));
		}
		JdbcVectorRepository.of(this.pool, table, UUID.class)
			.load(new VectorData(shape).rows()
				.map((row) -> new VectorRecord<>(row.id(), row.embedding(), row.content())), LoadOptions.insert());
		this.jdbc.execute("VACUUM ANALYZE " + table.quotedName());
	}

	private double seconds(VectorTable table, Build build) throws Exception {
		this.database.execute("CHECKPOINT");
		long start = System.nanoTime();
		build.run();
		double seconds = (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
		this.jdbc
			.queryForList("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = to_regclass(?) "
					+ "AND NOT indisprimary", String.class, table.quotedName())
			.forEach((index) -> this.jdbc.execute("DROP INDEX " + index));
		return seconds;
	}

	private void buildAsShipped(VectorTable table) throws InterruptedException {
		try (VectorIndexManager manager = new VectorIndexManager(this.pool, List.of(table))) {
			manager.start();
			manager.awaitReady(TIMEOUT);
		}
	}

	private void buildByHand(VectorTable table) throws SQLException {
		this.jdbc.execute("ALTER TABLE %s SET (parallel_workers = 2)".formatted(table.quotedName()));
		try {
			build(table, "SET maintenance_work_mem = '1GB'");
		}
		finally {
			this.jdbc.execute("ALTER TABLE %s RESET (parallel_workers)".formatted(table.quotedName()));
		}
	}

	private void build(VectorTable table, String setting) throws SQLException {
		try (Connection connection = this.pool.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute(setting);
			try {
				statement.execute(statement(table));
			}
			finally {
				statement.execute("RESET ALL");
			}
		}
	}

	private static String statement(VectorTable table) {
		String index = (table.embedding().index() instanceof VectorIndex.IvfFlat ivfFlat)
				? "ivfflat (%%s vector_cosine_ops) WITH (lists = %d)".formatted(ivfFlat.lists())
				: "hnsw (%s vector_cosine_ops)";
		return "CREATE INDEX CONCURRENTLY ON %s USING ".formatted(table.quotedName())
				+ index.formatted(VectorTable.quote(table.embedding().name()));
	}

	/**
	 * Returns not a number where the server refuses.
	 */
	private double withServersSettings(VectorTable table) throws Exception {
		try {
			return seconds(table, () -> build(table, "RESET ALL"));
		}
		catch (SQLException ex) {
			this.figures.add(Figure.withoutTarget("refused: " + ex.getMessage(), Double.NaN, ""));
			return Double.NaN;
		}
	}

	/**
	 * A way to build an index.
	 */
	private interface Build {

		void run() throws Exception;

	}

}
