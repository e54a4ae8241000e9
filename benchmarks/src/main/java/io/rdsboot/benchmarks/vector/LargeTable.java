package io.rdsboot.benchmarks.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.Query;
import io.rdsboot.benchmarks.vector.data.VectorData;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.SearchLimits;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.recall.RecallStatus;
import io.rdsboot.vector.recall.RecallTuner;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.unit.DataSize;

/**
 * Program that goes the whole way with one large table: it is loaded, indexed, tuned to a
 * recall and searched, each as the library does by itself. Takes about three quarters of
 * an hour with 1,000,000 rows, and needs 12 GB of disk:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-large-table
 * </pre>
 */
public final class LargeTable {

	private static final Logger logger = LoggerFactory.getLogger(LargeTable.class);

	private static final double TARGET_RECALL = 0.95;

	private static final int INTRINSIC_DIMENSIONS = 24;

	/** What the graph of 1,000,000 rows needs. */
	private static final DataSize BUILD_MEMORY = DataSize.ofMegabytes(3800);

	private static final Duration TIMEOUT = Duration.ofHours(2);

	private static final int QUERIES = 100;

	private static final int LIMIT = 10;

	/** Distances that single precision cannot tell apart. */
	private static final double TOLERANCE = 1e-6;

	private final List<Figure> figures = new ArrayList<>();

	private LargeTable() {
	}

	/**
	 * Goes the whole way.
	 * @param args none
	 * @throws Exception if a step fails
	 */
	public static void main(String[] args) throws Exception {
		int rows = Integer.getInteger("search.rows", 1_000_000);
		VectorData data = new VectorData(DataShape.SMALL.withRows(rows).withIntrinsicDimensions(INTRINSIC_DIMENSIONS));
		try (VectorDatabase database = VectorDatabase.startAsRds(); HikariDataSource pool = database.pool()) {
			new LargeTable().measure(data, pool);
		}
	}

	private void measure(VectorData data, HikariDataSource pool) throws Exception {
		JdbcTemplate jdbc = new JdbcTemplate(pool);
		VectorTable table = VectorTable.builder("large")
			.dimensions(data.shape().dimensions())
			.textSearch(TextSearch.of("english"))
			.build();
		new VectorSchema(jdbc).migrate(table);
		timed("load",
				() -> JdbcVectorRepository.of(pool, table, UUID.class)
					.load(data.rows()
						.map((row) -> new VectorRecord<>(row.id(), row.embedding(), row.content(), row.metadata())),
							LoadOptions.insert()));
		try (VectorIndexManager manager = VectorIndexManager.builder(pool, List.of(table))
			.maxBuildMemory(BUILD_MEMORY)
			.buildTimeout(TIMEOUT)
			.build(); RecallTuner tuner = RecallTuner.builder(pool).target(table, TARGET_RECALL).build()) {
			timed("indexes", () -> {
				manager.start();
				manager.awaitReady(TIMEOUT);
				return null;
			});
			timed("VACUUM ANALYZE", () -> {
				jdbc.execute("VACUUM ANALYZE " + table.quotedName());
				return null;
			});
			RecallStatus status = timed("tuning", () -> {
				tuner.start();
				return await(tuner);
			});
			VectorRepository<UUID> repository = JdbcVectorRepository.builder(pool, table, UUID.class)
				.tuning(tuner.tuning(table))
				// Recall is measured by exact searches of the whole table.
				.searchLimits(SearchLimits.DEFAULTS.withMaxExactRows(Long.MAX_VALUE))
				.build();
			List<Query> queries = data.queries(QUERIES);
			add("recall of %d other queries, missing".formatted(QUERIES), 1 - recall(repository, queries),
					"%s %d, measured %.3f, at least %.3f".formatted(status.setting(), status.value(), status.recall(),
							status.lowerBound()));
			time("search", repository, queries.stream().map(LargeTable::nearest).toList());
			time("hybrid search, common words", repository, hybrid(queries));
			time("hybrid search, rarer words", repository, hybrid(data.rarerQueries(QUERIES)));
		}
		new Report("The whole way of %s".formatted(data.shape()), this.figures).publish();
	}

	private <T> T timed(String step, Callable<T> action) throws Exception {
		long start = System.nanoTime();
		T result = action.call();
		add(step + ", s", (System.nanoTime() - start) / 1e9, "");
		return result;
	}

	private void add(String name, double value, String remark) {
		this.figures.add(Figure.withoutTarget(name, value, remark));
		logger.info("{}: {} {}", name, String.format(Locale.ROOT, "%.3f", value), remark);
	}

	private static RecallStatus await(RecallTuner tuner) throws InterruptedException {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (System.nanoTime() < deadline) {
			RecallStatus status = tuner.status().get(0);
			if (status.value() != null && status.state() != RecallStatus.State.MEASURING) {
				return status;
			}
			Thread.sleep(200);
		}
		throw new IllegalStateException("not tuned in time: " + tuner.status());
	}

	private static VectorSearch nearest(Query query) {
		return VectorSearch.nearest(query.vector()).limit(LIMIT);
	}

	private static List<VectorSearch> hybrid(List<Query> queries) {
		return queries.stream().map((query) -> nearest(query).hybrid(query.text())).toList();
	}

	private static double recall(VectorRepository<UUID> repository, List<Query> queries) {
		int hits = 0;
		for (Query query : queries) {
			List<VectorMatch<UUID>> exact = repository.search(nearest(query).exact());
			double farthest = exact.get(exact.size() - 1).distance();
			hits += (int) repository.search(nearest(query))
				.stream()
				.filter((match) -> match.distance() <= farthest + TOLERANCE)
				.count();
		}
		return (double) hits / (queries.size() * LIMIT);
	}

	/**
	 * Searches twice, and counts the second time, when pages and plans are known.
	 */
	private void time(String name, VectorRepository<UUID> repository, List<VectorSearch> searches) {
		searches.forEach(repository::search);
		double[] millis = searches.stream().mapToDouble((search) -> {
			long start = System.nanoTime();
			repository.search(search);
			return (System.nanoTime() - start) / 1e6;
		}).sorted().toArray();
		add(name + ", p50, ms", millis[millis.length / 2],
				String.format(Locale.ROOT, "(longest of %d: %.1f)", millis.length, millis[millis.length - 1]));
	}

}
