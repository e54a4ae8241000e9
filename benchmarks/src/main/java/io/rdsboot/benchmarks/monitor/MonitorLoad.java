package io.rdsboot.benchmarks.monitor;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsClusterBuilder;

/**
 * Program that measures the processor time of the threads that watch a cluster of five
 * instances, while nothing happens to it. Takes about four minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-monitor
 * </pre>
 */
public final class MonitorLoad {

	private static final int INSTANCES = 5;

	/** Until the code that watches is compiled. */
	private static final Duration WARM_UP = Duration.ofSeconds(30);

	private static final Duration WINDOW = Duration.ofSeconds(60);

	/** Often enough that the monitor does not take the database for unused. */
	private static final Duration BORROW_INTERVAL = Duration.ofMillis(500);

	private static final double LIMIT = 0.01;

	private MonitorLoad() {
	}

	/**
	 * Runs the measurement.
	 * @param args none
	 * @throws SQLException if the database cannot be read
	 * @throws InterruptedException if the program is interrupted
	 */
	public static void main(String[] args) throws SQLException, InterruptedException {
		new Report("Watching %d instances for %d s, share of one core".formatted(INSTANCES, WINDOW.toSeconds()),
				List.of(measure("PostgreSQL", LocalRdsCluster.builder()),
						measure("Aurora's functions", LocalRdsCluster.builder().aurora())))
			.publish();
	}

	private static Figure measure(String name, LocalRdsClusterBuilder builder)
			throws SQLException, InterruptedException {
		try (LocalRdsCluster cluster = builder.readers(INSTANCES - 1).start();
				RoutingService service = RoutingService.on(cluster)) {
			use(service, WARM_UP);
			ThreadTimes before = ThreadTimes.now(MonitorLoad::watches);
			long start = System.nanoTime();
			use(service, WINDOW);
			Duration time = Duration.ofNanos(System.nanoTime() - start);
			ThreadTimes after = ThreadTimes.now(MonitorLoad::watches);
			return new Figure(name, after.shareSince(before, time), LIMIT,
					String.format(Locale.ROOT, "(%d threads)", after.nanos().size()));
		}
	}

	private static boolean watches(String thread) {
		return thread.endsWith(":watch") || thread.startsWith("rds-");
	}

	private static void use(RoutingService service, Duration time) throws SQLException, InterruptedException {
		long start = System.nanoTime();
		while (System.nanoTime() - start < time.toNanos()) {
			try (Connection connection = service.dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("SELECT 1");
			}
			TimeUnit.NANOSECONDS.sleep(BORROW_INTERVAL.toNanos());
		}
	}

}
