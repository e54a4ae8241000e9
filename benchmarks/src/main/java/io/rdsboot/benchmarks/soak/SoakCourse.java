package io.rdsboot.benchmarks.soak;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Course of a soak: random faults, one every five seconds, while an application writes
 * numbered rows, and the account of each row afterwards.
 * <p>
 * Each commit waits until one reader has it, so that PostgreSQL itself loses nothing that
 * it has acknowledged when the reader that has most is promoted.
 *
 * @param duration how long faults happen
 * @param seed which faults happen: the same for the same seed
 */
record SoakCourse(Duration duration, long seed) {

	/**
	 * Readers of the cluster: one of them answers to a commit while another is away.
	 */
	static final int READERS = 2;

	private static final Logger logger = LoggerFactory.getLogger(SoakCourse.class);

	private static final Duration INTERVAL = Duration.ofSeconds(5);

	/**
	 * Returns the course that system properties ask for, and tells how to repeat it.
	 */
	static SoakCourse ofSystemProperties() {
		long seed = Long.getLong("soak.seed", 0);
		SoakCourse course = new SoakCourse(Duration.parse(System.getProperty("soak.duration", "PT10M")),
				(seed != 0) ? seed : System.nanoTime());
		logger.info("Soak of {}; to repeat its faults: -Dsoak.seed={}", course.duration, course.seed);
		return course;
	}

	/**
	 * Runs the soak of an application that knows no limit for the return of its writes.
	 */
	<F extends Enum<F>> Report run(LocalRdsCluster cluster, Application application, Class<F> faults, Strike<F> strike)
			throws SQLException, InterruptedException {
		return run(cluster, application, faults, strike, Double.POSITIVE_INFINITY);
	}

	/**
	 * Runs the soak of an application.
	 * @param cluster its database, which is used for nothing else
	 * @param application what reads and writes
	 * @param faults what can happen
	 * @param strike lets it happen, and leaves everything whole
	 * @param longestReturn the most seconds until all threads of the application write
	 * again when everything is whole
	 */
	<F extends Enum<F>> Report run(LocalRdsCluster cluster, Application application, Class<F> faults, Strike<F> strike,
			double longestReturn) throws SQLException, InterruptedException {
		SoakTable.create(cluster);
		replicateSynchronously(cluster);
		Map<F, List<Double>> returns = new TreeMap<>();
		try (SoakLoad load = new SoakLoad(application)) {
			load.awaitWrites();
			Random random = new Random(this.seed);
			long start = System.nanoTime();
			for (long next = start; System.nanoTime() - start < this.duration.toNanos(); next += INTERVAL.toNanos()) {
				TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
				F fault = faults.getEnumConstants()[random.nextInt(faults.getEnumConstants().length)];
				logger.info("{} s: {}", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), fault);
				strike.let(fault, random);
				double back = load.awaitWrites();
				logger.info("writes are back after {} s", back);
				cluster.awaitReplication();
				returns.computeIfAbsent(fault, (first) -> new ArrayList<>()).add(back);
			}
			load.stop();
			return report(load, SoakTable.rows(cluster), returns, longestReturn);
		}
	}

	/**
	 * Lets a commit wait for one reader. They are named, because a base backup would
	 * answer to a commit as well. Each instance may be the writer one day.
	 */
	private static void replicateSynchronously(LocalRdsCluster cluster) throws SQLException {
		String names = cluster.instances()
			.stream()
			.map((instance) -> '"' + instance.name() + '"')
			.collect(Collectors.joining(", ", "ANY 1 (", ")"));
		for (LocalRdsInstance instance : cluster.instances()) {
			try (Connection connection = cluster.adminConnection(instance);
					Statement statement = connection.createStatement()) {
				statement.execute("ALTER SYSTEM SET synchronous_standby_names = '%s'".formatted(names));
				statement.execute("SELECT pg_reload_conf()");
			}
		}
	}

	private <F extends Enum<F>> Report report(SoakLoad load, Map<LedgerRow, Long> present, Map<F, List<Double>> returns,
			double longestReturn) {
		List<Figure> figures = new ArrayList<>(load.figures(present));
		returns.forEach((fault,
				times) -> figures.add(new Figure("writes are back after " + fault + ", at most, s",
						times.stream().mapToDouble(Double::doubleValue).max().orElseThrow(), longestReturn,
						"(faults: %d)".formatted(times.size()))));
		int number = returns.values().stream().mapToInt(List::size).sum();
		return new Report("%d faults in %s".formatted(number, this.duration), figures);
	}

	/**
	 * Lets a fault happen.
	 *
	 * @param <F> the faults
	 */
	@FunctionalInterface
	interface Strike<F> {

		/**
		 * Lets it happen, and leaves everything whole.
		 * @param fault the fault
		 * @param random decides what is left open
		 */
		void let(F fault, Random random) throws SQLException, InterruptedException;

	}

}
