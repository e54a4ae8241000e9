package io.rdsboot.benchmarks.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.Query;
import io.rdsboot.benchmarks.vector.data.VectorData;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.index.IndexMaintenance;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that searches a table while its index is rebuilt, because most rows were
 * deleted, and while it is replaced by one that is declared otherwise. Compares the
 * searches meanwhile with those before and after. Takes some minutes with 100,000 rows:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-index-rebuilds
 * </pre>
 */
public final class IndexRebuilds {

	private static final double MOST_TIME = 3;

	/** One row in 200 that is found: a pass may see both indexes. */
	private static final double MOST_RECALL_LOST = 0.005;

	private static final int QUERIES = 200;

	private static final Duration UNDISTURBED = Duration.ofSeconds(30);

	private static final Duration TIMEOUT = Duration.ofMinutes(30);

	/**
	 * Share of the rows that stay; the others are dead, and the index is full of them.
	 */
	private static final double STAYING = 0.4;

	private final HikariDataSource pool;

	private final JdbcTemplate jdbc;

	private final VectorRepository<UUID> repository;

	private final List<float[]> queries;

	private final List<Figure> figures = new ArrayList<>();

	private IndexRebuilds(HikariDataSource pool, List<float[]> queries) {
		this.pool = pool;
		this.jdbc = new JdbcTemplate(pool);
		this.repository = JdbcVectorRepository.of(pool, table(VectorIndex.hnsw()), UUID.class);
		this.queries = queries;
	}

	/**
	 * Loads the rows, and rebuilds and replaces their index.
	 * @param args none
	 * @throws Exception if a build fails
	 */
	public static void main(String[] args) throws Exception {
		VectorData data = new VectorData(DataShape.SMALL.withRows(Integer.getInteger("search.rows", 100_000)));
		try (VectorDatabase database = VectorDatabase.startAsRds(); HikariDataSource pool = database.pool()) {
			IndexRebuilds rebuilds = new IndexRebuilds(pool,
					data.queries(QUERIES).stream().map(Query::vector).toList());
			rebuilds.load(data);
			rebuilds.measure("rebuilt", VectorIndex.hnsw(), (manager) -> manager
				.maintenance(new IndexMaintenance(IndexMaintenance.Action.REINDEX, null, Duration.ofSeconds(1))));
			rebuilds.measure("replaced", new VectorIndex.Hnsw(24, 128), UnaryOperator.identity());
			new Report("Searches while an index on %s is built anew".formatted(data.shape()), rebuilds.figures)
				.publish();
		}
	}

	private static VectorTable table(VectorIndex index) {
		return VectorTable.builder("documents")
			.dimensions(DataShape.SMALL.dimensions())
			.metadataColumn(null)
			.index(index)
			.build();
	}

	private void load(VectorData data) throws InterruptedException {
		VectorTable table = table(VectorIndex.hnsw());
		new VectorSchema(this.jdbc).migrate(table);
		this.repository.load(data.rows().map((row) -> new VectorRecord<>(row.id(), row.embedding(), row.content())),
				LoadOptions.insert());
		try (VectorIndexManager manager = new VectorIndexManager(this.pool, List.of(table))) {
			manager.start();
			manager.awaitReady(TIMEOUT);
		}
		this.jdbc.update("DELETE FROM documents WHERE abs(hashtext(id::text)::bigint) %% 100 >= %d"
			.formatted(Math.round(100 * STAYING)));
		this.jdbc.execute("ANALYZE documents");
		// What was built today is not rebuilt: the comment tells when that was.
		this.jdbc.execute("COMMENT ON INDEX %s IS NULL".formatted(this.jdbc
			.queryForObject("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'documents'::regclass "
					+ "AND NOT indisprimary", String.class)));
	}

	private void measure(String what, VectorIndex index, UnaryOperator<VectorIndexManager.Builder> settings)
			throws Exception {
		SearchLoad load = new SearchLoad(this.repository, this.queries);
		SearchLoad.Outcome before = load.during(() -> Thread.sleep(UNDISTURBED.toMillis()));
		List<@Nullable Long> old = indexes();
		long start = System.nanoTime();
		SearchLoad.Outcome meanwhile;
		try (VectorIndexManager manager = settings
			.apply(VectorIndexManager.builder(this.pool, List.of(table(index)))
				.dropDelay(Duration.ofSeconds(1))
				.retryInterval(Duration.ofSeconds(1)))
			.build()) {
			meanwhile = load.during(() -> {
				manager.start();
				await(() -> indexes().size() == old.size() && indexes().stream().noneMatch(old::contains));
			});
		}
		double seconds = (System.nanoTime() - start) / 1e9;
		SearchLoad.Outcome after = load.during(() -> Thread.sleep(UNDISTURBED.toMillis()));
		this.figures.add(new Figure(what + ", searches that failed", meanwhile.failed(), 0,
				String.format(Locale.ROOT, "of %d in %.0f s", meanwhile.searches(), seconds)));
		this.figures.add(new Figure(what + ", p99, ratio to that before", meanwhile.p99() / before.p99(), MOST_TIME,
				String.format(Locale.ROOT, "before %s; meanwhile %s; after %s", before, meanwhile, after)));
		this.figures.add(new Figure(what + ", recall lost",
				Math.min(before.recall(), after.recall()) - meanwhile.recall(), MOST_RECALL_LOST,
				String.format(Locale.ROOT, "the worst pass over all queries: %.4f before, %.4f meanwhile, %.4f after",
						before.recall(), meanwhile.recall(), after.recall())));
	}

	private List<@Nullable Long> indexes() {
		return this.jdbc.queryForList(
				"SELECT indexrelid FROM pg_index WHERE indrelid = 'documents'::regclass AND NOT indisprimary",
				Long.class);
	}

	private static void await(BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("The index was not built anew within " + TIMEOUT);
			}
			Thread.sleep(200);
		}
	}

}
