package io.rdsboot.benchmarks.soak;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.rdsboot.benchmarks.Figure;
import io.rdsboot.benchmarks.Report;
import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that lets a random fault happen to a cluster every five seconds while a service
 * writes numbered rows, and accounts for each row afterwards. It fails if one does not
 * add up. Takes ten minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Psoak
 * </pre>
 *
 * With {@code -Dsoak.duration=PT1M} it takes a minute, and with {@code -Dsoak.seed=42}
 * the faults are those of the run that printed this seed.
 * <p>
 * Each commit waits until one reader has it, so that PostgreSQL itself loses nothing that
 * it has acknowledged when the reader that has most is promoted.
 */
public final class Soak {

	private static final Logger logger = LoggerFactory.getLogger(Soak.class);

	private static final int READERS = 2;

	private static final Duration INTERVAL = Duration.ofSeconds(5);

	private final Duration duration;

	private final Random random;

	private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);

	Soak(Duration duration, long seed) {
		this.duration = duration;
		this.random = new Random(seed);
	}

	/**
	 * Runs the soak.
	 * @param args none
	 * @throws SQLException if the cluster cannot be prepared or counted
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, InterruptedException {
		Duration duration = Duration.parse(System.getProperty("soak.duration", "PT10M"));
		long seed = Long.getLong("soak.seed", 0);
		seed = (seed != 0) ? seed : System.nanoTime();
		logger.info("Soak of {}; to repeat its faults: -Dsoak.seed={}", duration, seed);
		new Soak(duration, seed).run().publish();
	}

	private Report run() throws SQLException, InterruptedException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(READERS).start();
				RoutingService service = RoutingService.on(cluster)) {
			return run(cluster, Application.of(service.bean(JdbcTemplate.class), service.transactionManager()));
		}
	}

	/**
	 * Runs the soak of an application on a cluster that is used for nothing else.
	 */
	Report run(LocalRdsCluster cluster, Application application) throws SQLException, InterruptedException {
		SoakTable.create(cluster);
		replicateSynchronously(cluster);
		try (SoakLoad load = new SoakLoad(application)) {
			load.awaitWrites();
			hurt(cluster);
			double recovery = load.awaitWrites();
			load.stop();
			return report(load, load.ledger().compare(SoakTable.rows(cluster)), recovery);
		}
	}

	/**
	 * Lets a commit wait for one reader. They are named, because a base backup would
	 * answer to a commit as well. Each instance may be the writer one day.
	 */
	static void replicateSynchronously(LocalRdsCluster cluster) throws SQLException {
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

	private void hurt(LocalRdsCluster cluster) throws SQLException, InterruptedException {
		long start = System.nanoTime();
		for (long next = start; next - start < this.duration.toNanos(); next += INTERVAL.toNanos()) {
			TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
			Fault fault = Fault.any(this.random);
			logger.info("{} s: {}", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), fault);
			fault.strike(cluster, this.random);
			cluster.awaitReplication();
			this.faults.merge(fault, 1, Integer::sum);
		}
	}

	private Report report(SoakLoad load, Ledger.Account account, double recovery) {
		int number = this.faults.values().stream().mapToInt(Integer::intValue).sum();
		List<Figure> figures = new ArrayList<>(figures(load, account));
		figures.add(Figure.withoutTarget("all threads write again after the last fault, s", recovery, ""));
		return new Report("%d faults in %s: %s".formatted(number, this.duration, this.faults), figures);
	}

	/**
	 * Returns whether each row of a load adds up.
	 */
	static List<Figure> figures(SoakLoad load, Ledger.Account account) {
		Ledger ledger = load.ledger();
		return List.of(count("rows acknowledged", ledger.count(RowOutcome.ACKNOWLEDGED), ""),
				figure("of these lost", account.lost()), count("rows not written, as the caller was told",
						ledger.count(RowOutcome.NOT_WRITTEN), load.failures().toString()),
				figure("of these present", account.denied()),
				count("rows of unknown outcome", ledger.count(RowOutcome.UNKNOWN),
						"(present: %d)".formatted(account.unknownPresent().size())),
				figure("rows present more than once", account.doubled()),
				figure("rows present that nobody wrote", account.foreign()),
				new Figure("reads that missed a row of their own thread", (double) load.staleReads(), 0,
						"of " + load.reads()),
				Figure.withoutTarget("longest call, s", load.longestCall(), ""));
	}

	private static Figure count(String name, long count, String remark) {
		return Figure.withoutTarget(name, (double) count, remark);
	}

	private static Figure figure(String name, List<Row> rows) {
		return new Figure(name, rows.size(), 0, rows.isEmpty() ? "" : rows.stream().limit(10).toList().toString());
	}

}
