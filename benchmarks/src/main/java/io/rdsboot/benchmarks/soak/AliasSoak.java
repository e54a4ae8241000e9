package io.rdsboot.benchmarks.soak;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.Figure;
import io.rdsboot.benchmarks.Report;
import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.test.LocalRdsCluster;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that lets a random fault happen every five seconds to a cluster and to the
 * aliases in front of it, which are all that a service knows of it, while the service
 * writes numbered rows. It fails if a row does not add up, or if writes are not back
 * within three seconds after the aliases lead where they should. Takes ten minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Psoak-alias
 * </pre>
 *
 * {@code -Dsoak.duration} and {@code -Dsoak.seed} are those of {@link Soak}.
 */
public final class AliasSoak {

	private static final Logger logger = LoggerFactory.getLogger(AliasSoak.class);

	private static final int READERS = 2;

	private static final Duration INTERVAL = Duration.ofSeconds(5);

	private static final double LONGEST_RETURN_SECONDS = 3;

	private final Duration duration;

	private final Random random;

	private final Map<AliasFault, Integer> faults = new EnumMap<>(AliasFault.class);

	private final Map<AliasFault, Double> returns = new EnumMap<>(AliasFault.class);

	AliasSoak(Duration duration, long seed) {
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
		new AliasSoak(duration, seed).run().publish();
	}

	/**
	 * Runs the soak on a cluster of its own.
	 */
	Report run() throws SQLException, InterruptedException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(READERS).start();
				Aliases aliases = Aliases.of(cluster);
				RoutingService service = RoutingService.at(cluster, Aliases.address(aliases.writer()),
						"rds.readers=" + Aliases.address(aliases.reader()))) {
			SoakTable.create(cluster);
			Soak.replicateSynchronously(cluster);
			Application application = Application.of(service.bean(JdbcTemplate.class), service.transactionManager());
			try (SoakLoad load = new SoakLoad(application)) {
				load.awaitWrites();
				hurt(aliases, load);
				load.stop();
				return report(load, load.ledger().compare(SoakTable.rows(cluster)));
			}
		}
	}

	private void hurt(Aliases aliases, SoakLoad load) throws InterruptedException {
		long start = System.nanoTime();
		for (long next = start; System.nanoTime() - start < this.duration.toNanos(); next += INTERVAL.toNanos()) {
			TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
			AliasFault fault = AliasFault.any(this.random);
			logger.info("{} s: {}", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), fault);
			fault.strike(aliases, this.random);
			aliases.putRight(this.random);
			double back = load.awaitWrites();
			logger.info("writes are back after {} s", back);
			aliases.cluster().awaitReplication();
			this.faults.merge(fault, 1, Integer::sum);
			this.returns.merge(fault, back, Math::max);
		}
	}

	private Report report(SoakLoad load, Ledger.Account account) {
		int number = this.faults.values().stream().mapToInt(Integer::intValue).sum();
		List<Figure> figures = new ArrayList<>(Soak.figures(load, account));
		this.returns.forEach((fault, back) -> figures
			.add(new Figure("writes are back after " + fault + ", at most, s", back, LONGEST_RETURN_SECONDS, "")));
		return new Report("%d faults in %s: %s".formatted(number, this.duration, this.faults), figures);
	}

}
