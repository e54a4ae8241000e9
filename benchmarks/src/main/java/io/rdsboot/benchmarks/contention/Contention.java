package io.rdsboot.benchmarks.contention;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.LocalDatabase;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.cluster.InstanceRole;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Program that lets more threads than there are connections share a pool of 10, through
 * the routing data source and on bare HikariCP by turns, and compares how many borrows
 * fail and how long the others wait, with 1, 4 and 12 threads a connection. Takes six
 * minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-contention
 * </pre>
 */
public final class Contention {

	private static final Logger logger = LoggerFactory.getLogger(Contention.class);

	/** HikariCP's default. */
	private static final int CONNECTIONS = 10;

	private static final List<Integer> THREADS_A_CONNECTION = List.of(1, 4, 12);

	/**
	 * With 12 threads a connection the mean wait is 3.3 s, within the 5 s of the pools'
	 * connection time-out: whoever fails was passed by others.
	 */
	private static final Duration HOLD = Duration.ofMillis(300);

	private static final Duration BLOCK = Duration.ofSeconds(20);

	/**
	 * Transactions that take no time come before those that are measured: the code of
	 * both sides is compiled by then.
	 */
	private static final Duration WARM_UP = Duration.ofSeconds(10);

	private static final int ROUNDS = 3;

	private static final double LIMIT = 1.1;

	/**
	 * Share of the borrows by which two runs on HikariCP alone may differ.
	 */
	private static final double NOISE = 0.01;

	/**
	 * What a wait is taken for at least: a ratio of microseconds says nothing of waiting.
	 */
	private static final double RESOLUTION_MILLIS = 1;

	private Contention() {
	}

	/**
	 * Runs the load.
	 * @param args the threads a connection, if not all of them
	 * @throws ExecutionException if a connection could not be used
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws ExecutionException, InterruptedException {
		List<Integer> levels = (args.length > 0) ? List.of(args).stream().map(Integer::valueOf).toList()
				: THREADS_A_CONNECTION;
		List<Figure> figures = new ArrayList<>();
		try (LocalDatabase database = LocalDatabase.start();
				HikariDataSource bare = database.bare(InstanceRole.WRITER)) {
			warmUp(database, bare);
			for (int threads : levels) {
				figures.addAll(measure(database, bare, threads));
			}
		}
		new Report("Waiting for a connection, pool of 10, beside bare HikariCP", figures).publish();
	}

	private static void warmUp(LocalDatabase database, HikariDataSource bare)
			throws ExecutionException, InterruptedException {
		try (ContentionLoad load = new ContentionLoad(CONNECTIONS, Duration.ZERO)) {
			load.run(bare, WARM_UP, new Waits());
			load.run(database.routing(), WARM_UP, new Waits());
		}
	}

	private static List<Figure> measure(LocalDatabase database, HikariDataSource bare, int threadsAConnection)
			throws ExecutionException, InterruptedException {
		Waits ours = new Waits();
		Waits theirs = new Waits();
		try (ContentionLoad load = new ContentionLoad(threadsAConnection * CONNECTIONS, HOLD)) {
			load.run(database.routing(), HOLD, new Waits());
			load.run(bare, HOLD, new Waits());
			for (int round = 0; round < ROUNDS; round++) {
				Waits theirRound = new Waits();
				Waits ourRound = new Waits();
				load.run(bare, BLOCK, theirRound);
				load.run(database.routing(), BLOCK, ourRound);
				logger.info("{} threads a connection, round {}: {}; HikariCP {}", threadsAConnection, round + 1,
						ourRound, theirRound);
				theirs.add(theirRound);
				ours.add(ourRound);
			}
		}
		String name = "%d threads a connection, ".formatted(threadsAConnection);
		return List.of(
				new Figure(name + "failed borrows of " + ours.count(), ours.failed(),
						LIMIT * theirs.failed() + NOISE * ours.count(),
						"HikariCP %d of %d".formatted(theirs.failed(), theirs.count())),
				ratio(name + "mean wait", ours.meanMillis(), theirs.meanMillis()),
				ratio(name + "p50 of the wait", ours.millis(50), theirs.millis(50)),
				ratio(name + "p99 of the wait", ours.millis(99), theirs.millis(99)));
	}

	private static Figure ratio(String name, double ours, double theirs) {
		return new Figure(name + ", ratio", Math.max(ours, RESOLUTION_MILLIS) / Math.max(theirs, RESOLUTION_MILLIS),
				LIMIT, "%.3f ms, HikariCP %.3f ms".formatted(ours, theirs));
	}

}
