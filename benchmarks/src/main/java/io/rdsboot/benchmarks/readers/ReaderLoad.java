package io.rdsboot.benchmarks.readers;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * Program that reads from a cluster of one reader, to which a second and a third one are
 * added meanwhile: how many reads more they serve, and how evenly. Takes about a minute:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-readers
 * </pre>
 */
public final class ReaderLoad {

	private static final int READERS = 3;

	/**
	 * Fewer than a pool has connections, so that a read waits for nothing but its server.
	 */
	private static final int BALANCE_THREADS = 8;

	/** More than all pools have connections together, so that all of these are in use. */
	private static final int THROUGHPUT_THREADS = 24;

	private static final int THROUGHPUT_CONNECTIONS = 4;

	private static final Duration WARM_UP = Duration.ofSeconds(3);

	private static final Duration WINDOW = Duration.ofSeconds(10);

	private static final Duration AFTER_JOIN = Duration.ofSeconds(1);

	private static final Duration JOIN_LIMIT = Duration.ofSeconds(60);

	private static final double VARIATION_LIMIT = 0.05;

	private final LocalRdsCluster cluster;

	private final List<Figure> figures = new ArrayList<>();

	private ReaderLoad(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	/**
	 * Runs the load.
	 * @param args none
	 * @throws SQLException if a read failed
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, InterruptedException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(1).aurora().start()) {
			ReaderLoad program = new ReaderLoad(cluster);
			program.run();
			new Report("Reads from one to three readers", program.figures).publish();
		}
	}

	private void run() throws SQLException, InterruptedException {
		double single = 0;
		for (int readers = 1; readers <= READERS; readers++) {
			if (readers > 1) {
				join(readers);
			}
			double throughput = throughput();
			single = (readers == 1) ? throughput : single;
			this.figures.add(Figure.withoutTarget("reads a second with %d readers, ratio to one".formatted(readers),
					throughput / single, String.format(Locale.ROOT, "(%.0f reads a second)", throughput)));
		}
	}

	/**
	 * Reads while a reader is added.
	 */
	private void join(int readers) throws SQLException, InterruptedException {
		ServedReads served = new ServedReads();
		try (RoutingService service = RoutingService.on(this.cluster, served, discovery());
				ReadLoad load = new ReadLoad(service.dataSource(), BALANCE_THREADS)) {
			ReadLoad.pass(WARM_UP);
			LocalRdsInstance added = this.cluster.addReader();
			long there = System.nanoTime();
			long joined = awaitFirstRead(served, this.cluster.aurora().serverId(added));
			ReadLoad.pass(AFTER_JOIN.plus(WINDOW));
			load.stop();
			String name = "%d readers, variation of their shares, ".formatted(readers);
			add(name + "the second after one joined", served.within(joined, AFTER_JOIN), readers, String
				.format(Locale.ROOT, ", joined after %.1f s", (joined - there) / (double) TimeUnit.SECONDS.toNanos(1)));
			add(name + "the ten seconds then", served.within(joined + AFTER_JOIN.toNanos(), WINDOW), readers,
					", by the writer: " + served.byWriter());
		}
	}

	private void add(String name, Shares shares, int readers, String remark) {
		this.figures.add(new Figure(name, shares.variation(readers), VARIATION_LIMIT, shares + remark));
	}

	private static long awaitFirstRead(ServedReads served, String name) throws InterruptedException {
		long start = System.nanoTime();
		OptionalLong first = served.firstOf(name);
		while (first.isEmpty()) {
			if (System.nanoTime() - start > JOIN_LIMIT.toNanos()) {
				throw new IllegalStateException("%s has served no read for %s after it was added; these have: %s"
					.formatted(name, JOIN_LIMIT, served.within(start, JOIN_LIMIT)));
			}
			TimeUnit.MILLISECONDS.sleep(1);
			first = served.firstOf(name);
		}
		return first.getAsLong();
	}

	private double throughput() throws SQLException, InterruptedException {
		ServedReads served = new ServedReads();
		try (RoutingService service = RoutingService.on(this.cluster, served,
				"rds.pool.maximum-pool-size=" + THROUGHPUT_CONNECTIONS,
				// HikariCP may let a thread wait for long that competes with busier ones.
				"rds.pool.reader.connection-timeout=30s");
				ReadLoad load = new ReadLoad(service.dataSource(), THROUGHPUT_THREADS)) {
			ReadLoad.pass(WARM_UP);
			long start = System.nanoTime();
			ReadLoad.pass(WINDOW);
			load.stop();
			return (double) served.within(start, WINDOW).total() / WINDOW.toSeconds();
		}
	}

	/**
	 * Returns what a service configures to find readers that are added. Local hosts do
	 * not say how the others are called.
	 */
	private String[] discovery() {
		return new String[] { "rds.topology.discovery=aurora",
				"rds.topology.instance-address=127.0.0.{id}:" + this.cluster.writer().port() };
	}

}
