package io.rdsboot.benchmarks.monitor;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;

/**
 * Program that measures what many instances of a service cost the servers of a database
 * by being there: at their start, while they have next to nothing to do, and in a
 * failover. Takes about five minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-fleet
 * </pre>
 */
public final class ServiceFleet implements AutoCloseable {

	private static final int SERVICES = Integer.getInteger("fleet.services", 200);

	private static final int STARTED_AT_A_TIME = 4;

	private static final Duration SETTLE = Duration.ofSeconds(20);

	private static final Duration WINDOW = Duration.ofSeconds(90);

	/** Often enough that a monitor does not take the database for unused. */
	private static final Duration BORROW_INTERVAL = Duration.ofSeconds(20);

	private static final Duration FAILOVER_LIMIT = Duration.ofSeconds(60);

	private final LocalRdsCluster cluster = LocalRdsCluster.builder()
		.readers(2)
		.parameter("max_connections", Integer.toString(5 * SERVICES + 50))
		.start();

	private final List<RoutingService> services = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final List<Figure> figures = new ArrayList<>();

	private ServiceFleet() {
	}

	/**
	 * Runs the measurement.
	 * @param args none
	 * @throws Exception if the database cannot be used
	 */
	public static void main(String[] args) throws Exception {
		try (ServiceFleet fleet = new ServiceFleet()) {
			fleet.measure();
		}
	}

	private void measure() throws Exception {
		measure("start", () -> {
			rollOut();
			return null;
		});
		use(SETTLE);
		measure("at rest", () -> {
			use(WINDOW);
			return null;
		});
		List<Double> outages = new ArrayList<>();
		measure("failover", () -> outages.addAll(failOver()));
		outages.sort(null);
		this.figures.add(Figure.withoutTarget("failover, first write of a service, p50, s", outages.get(SERVICES / 2),
				"(longest %.2f)".formatted(outages.get(SERVICES - 1))));
		new Report("%d instances of a service, a writer and two readers, each server".formatted(SERVICES), this.figures)
			.publish();
	}

	private void rollOut() throws InterruptedException, ExecutionException {
		ExecutorService starters = Executors.newFixedThreadPool(STARTED_AT_A_TIME);
		Callable<RoutingService> start = () -> RoutingService.on(this.cluster, "rds.pool.minimum-idle=1",
				"rds.pool.maximum-pool-size=3", "spring.application.name=fleet", "logging.level.root=error");
		List<Callable<RoutingService>> starts = new ArrayList<>();
		for (int i = 0; i < SERVICES; i++) {
			starts.add(start);
		}
		for (Future<RoutingService> started : starters.invokeAll(starts)) {
			this.services.add(started.get());
		}
		starters.shutdown();
	}

	/**
	 * Borrows from each service now and then, at a moment of its own.
	 */
	private void use(Duration time) throws InterruptedException, ExecutionException {
		long end = System.nanoTime() + time.toNanos();
		List<Callable<Void>> uses = new ArrayList<>();
		for (RoutingService service : this.services) {
			uses.add(() -> {
				long pause = ThreadLocalRandom.current().nextLong(BORROW_INTERVAL.toNanos());
				while (System.nanoTime() + pause < end) {
					TimeUnit.NANOSECONDS.sleep(pause);
					write(service);
					pause = BORROW_INTERVAL.toNanos();
				}
				return null;
			});
		}
		for (Future<Void> use : this.threads.invokeAll(uses)) {
			use.get();
		}
		TimeUnit.NANOSECONDS.sleep(Math.max(0, end - System.nanoTime()));
	}

	/**
	 * Lets the writer fail, and each service write at once.
	 * @return seconds until each could
	 */
	private List<Double> failOver() throws InterruptedException, ExecutionException {
		Future<LocalRdsInstance> failover = this.threads.submit(() -> this.cluster.failover());
		TimeUnit.MILLISECONDS.sleep(300);
		long start = System.nanoTime();
		List<Callable<Double>> writes = new ArrayList<>();
		for (RoutingService service : this.services) {
			writes.add(() -> {
				while (System.nanoTime() - start < FAILOVER_LIMIT.toNanos()) {
					try {
						write(service);
						break;
					}
					catch (SQLException ex) {
						TimeUnit.MILLISECONDS.sleep(50);
					}
				}
				return (System.nanoTime() - start) / 1e9;
			});
		}
		List<Double> seconds = new ArrayList<>();
		for (Future<Double> write : this.threads.invokeAll(writes)) {
			seconds.add(write.get());
		}
		failover.get();
		return seconds;
	}

	private static void write(RoutingService service) throws SQLException {
		try (Connection connection = service.dataSource().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("SELECT pg_current_xact_id()");
		}
	}

	private void measure(String phase, Callable<?> work) throws Exception {
		Map<LocalRdsInstance, ServerUse> before = new LinkedHashMap<>();
		for (LocalRdsInstance instance : this.cluster.instances()) {
			before.put(instance, ServerUse.of(this.cluster, instance));
		}
		work.call();
		for (Map.Entry<LocalRdsInstance, ServerUse> entry : before.entrySet()) {
			ServerUse earlier = entry.getValue();
			ServerUse now = ServerUse.of(this.cluster, entry.getKey());
			if (now.logins() < earlier.logins()) {
				continue; // it was started again
			}
			this.figures.add(Figure.withoutTarget("%s, %s: cores".formatted(phase, entry.getKey().name()),
					now.coreSince(earlier),
					String.format(Locale.ROOT,
							"(%.1f s: %.0f transactions/s, %.1f logins/s; %d sessions, %d of monitors)",
							now.secondsSince(earlier), now.transactionsPerSecond(earlier), now.loginsPerSecond(earlier),
							now.sessions(), now.monitors())));
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		this.services.parallelStream().forEach(RoutingService::close);
		this.cluster.close();
	}

}
