package io.rdsboot.benchmarks.vector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.HeldOutVectors;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.recall.RecallStatus;
import io.rdsboot.vector.recall.RecallTuner;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.VectorTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that lets a repository tune itself to a recall, first by stored rows and then
 * by queries that it has been asked, and measures the recall of queries that it has not
 * seen: on two sets of drawn vectors, which are easy and hard to search, and on
 * embeddings of the definitions of a dictionary, by three distances. Takes half an hour
 * with 50,000 rows:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-recall
 * </pre>
 */
public final class TunedRecall {

	private static final Logger logger = LoggerFactory.getLogger(TunedRecall.class);

	private static final double TARGET = 0.95;

	private static final double MOST_EXCESS = 0.02;

	/** Half of the confidence interval of 400 queries. */
	private static final double UNCERTAINTY = 0.01;

	/** Queries that are asked before the repository tunes itself by such. */
	private static final int CAPTURED = 600;

	private static final int QUERIES = 400;

	private static final int LIMIT = 10;

	private static final Duration TIMEOUT = Duration.ofMinutes(30);

	/** Distances that single precision cannot tell apart. */
	private static final double TOLERANCE = 1e-6;

	private final HikariDataSource pool;

	private final JdbcTemplate jdbc;

	private final List<Figure> figures = new ArrayList<>();

	private TunedRecall(HikariDataSource pool) {
		this.pool = pool;
		this.jdbc = new JdbcTemplate(pool);
	}

	/**
	 * Tunes and measures.
	 * @param args none
	 * @throws Exception if a search fails
	 */
	public static void main(String[] args) throws Exception {
		int rows = Integer.getInteger("recall.rows", 50_000);
		try (VectorDatabase database = VectorDatabase.startAsRds(); HikariDataSource pool = database.pool()) {
			TunedRecall recall = new TunedRecall(pool);
			recall.measure(HeldOutVectors.ofDefinitions(rows, CAPTURED + QUERIES));
			for (int intrinsicDimensions : new int[] { 24, 64 }) {
				recall.measure(HeldOutVectors.drawn(
						DataShape.SMALL.withRows(rows).withIntrinsicDimensions(intrinsicDimensions),
						CAPTURED + QUERIES));
			}
			new Report("Recall of %,d rows, tuned to %s".formatted(rows, TARGET), recall.figures).publish();
		}
	}

	private void measure(HeldOutVectors data) throws Exception {
		for (Distance distance : List.of(Distance.COSINE, Distance.L2, Distance.INNER_PRODUCT)) {
			measure(data, distance);
		}
	}

	private void measure(HeldOutVectors data, Distance distance) throws Exception {
		String name = "%s, %s".formatted(data.name(), distance.name().toLowerCase(Locale.ROOT));
		VectorTable table = VectorTable.builder("tuned")
			.dimensions(data.rows().get(0).length)
			.distance(distance)
			.contentColumn(null)
			.metadataColumn(null)
			.build();
		new VectorSchema(this.jdbc).migrate(table);
		JdbcVectorRepository.of(this.pool, table, UUID.class).load(records(data, distance), LoadOptions.insert());
		this.jdbc.execute("VACUUM ANALYZE " + table.quotedName());
		try (VectorIndexManager manager = new VectorIndexManager(this.pool, List.of(table))) {
			manager.start();
			manager.awaitReady(TIMEOUT);
		}
		measure(table, data, distance, name + ", by stored rows", false);
		measure(table, data, distance, name + ", by captured queries", true);
		this.jdbc.execute("DROP TABLE " + table.quotedName());
	}

	private void measure(VectorTable table, HeldOutVectors data, Distance distance, String name, boolean capture)
			throws Exception {
		try (RecallTuner tuner = RecallTuner.builder(this.pool).target(table, TARGET).captureQueries(capture).build()) {
			VectorRepository<UUID> repository = JdbcVectorRepository.builder(this.pool, table, UUID.class)
				.tuning(tuner.tuning(table))
				.build();
			if (capture) {
				IntStream.range(0, CAPTURED).forEach((number) -> repository.search(search(data, number, distance)));
			}
			long start = System.nanoTime();
			tuner.start();
			tuner.measureNow();
			RecallStatus status = await(tuner);
			double seconds = (System.nanoTime() - start) / 1e9;
			double recall = recall(repository, data, distance);
			String remark = String.format(Locale.ROOT,
					"%s %d, measured %.3f, at least %.3f, in %.0f s; %d other queries: %.3f", status.setting(),
					status.value(), status.recall(), status.lowerBound(), seconds, QUERIES, recall);
			this.figures.add(new Figure(name + ", recall below the target", TARGET - recall, UNCERTAINTY, remark));
			this.figures.add(new Figure(name + ", recall above the target", recall - TARGET, MOST_EXCESS, ""));
			logger.info("{}: {}", name, remark);
		}
	}

	private static RecallStatus await(RecallTuner tuner) throws InterruptedException {
		long deadline = System.nanoTime() + TIMEOUT.toNanos();
		while (System.nanoTime() < deadline) {
			RecallStatus status = tuner.status().get(0);
			if (!status.curve().isEmpty() && status.state() != RecallStatus.State.MEASURING) {
				return status;
			}
			Thread.sleep(200);
		}
		throw new IllegalStateException("not tuned in time: " + tuner.status());
	}

	private static Stream<VectorRecord<UUID>> records(HeldOutVectors data, Distance distance) {
		return IntStream.range(0, data.rows().size())
			.mapToObj((number) -> new VectorRecord<>(new UUID(0, number),
					ofLength(data.rows().get(number), length(number, distance)), null));
	}

	/**
	 * Returns the length of a vector, from a half to one and a half where it matters:
	 * with vectors of one length, all three distances are the same.
	 */
	private static double length(long number, Distance distance) {
		return (distance != Distance.COSINE) ? 0.5 + new SplittableRandom(number).nextDouble() : 1;
	}

	private static float[] ofLength(float[] vector, double length) {
		float[] scaled = new float[vector.length];
		for (int i = 0; i < vector.length; i++) {
			scaled[i] = (float) (length * vector[i]);
		}
		return scaled;
	}

	private static double recall(VectorRepository<UUID> repository, HeldOutVectors data, Distance distance) {
		int hits = 0;
		for (int number = CAPTURED; number < data.queries().size(); number++) {
			VectorSearch search = search(data, number, distance);
			List<VectorMatch<UUID>> exact = repository.search(search.exact());
			double farthest = exact.get(exact.size() - 1).distance();
			hits += (int) repository.search(search)
				.stream()
				.filter((match) -> match.distance() <= farthest + TOLERANCE)
				.count();
		}
		return (double) hits / (QUERIES * LIMIT);
	}

	private static VectorSearch search(HeldOutVectors data, int number, Distance distance) {
		return VectorSearch.nearest(ofLength(data.queries().get(number), length(-1L - number, distance))).limit(LIMIT);
	}

}
