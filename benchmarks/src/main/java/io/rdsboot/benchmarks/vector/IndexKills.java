package io.rdsboot.benchmarks.vector;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.benchmarks.vector.contender.VectorDatabase;
import io.rdsboot.benchmarks.vector.data.DataShape;
import io.rdsboot.benchmarks.vector.data.VectorData;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that kills a service at random moments while it builds an index, and looks
 * whether the next one ends with one valid index and nothing beside it. Takes a few
 * minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-index-kills
 * </pre>
 */
public final class IndexKills {

	private static final Logger logger = LoggerFactory.getLogger(IndexKills.class);

	private static final String READY = "ready to build";

	private static final int KILLS = 20;

	private static final int SEED = 20;

	private static final DataShape SHAPE = DataShape.SMALL.withRows(20_000);

	private static final Duration TIMEOUT = Duration.ofMinutes(10);

	/** Of the time of a build: some are killed just after it. */
	private static final double LATEST_KILL = 1.1;

	private final HikariDataSource pool;

	private final JdbcTemplate jdbc;

	private IndexKills(HikariDataSource pool) {
		this.pool = pool;
		this.jdbc = new JdbcTemplate(pool);
	}

	/**
	 * Runs the kills, or, with the address of the server, the service that is killed.
	 * @param args nothing, or the URL of the server, whose user and password are in the
	 * environment
	 * @throws Exception if the server fails
	 */
	public static void main(String[] args) throws Exception {
		if (args.length > 0) {
			try (HikariDataSource pool = new HikariDataSource()) {
				pool.setJdbcUrl(args[0]);
				pool.setUsername(System.getenv("PGUSER"));
				pool.setPassword(System.getenv("PGPASSWORD"));
				System.out.println(READY);
				build(pool);
			}
			return;
		}
		try (VectorDatabase database = VectorDatabase.startAsRds(); HikariDataSource pool = database.pool()) {
			new IndexKills(pool).run();
		}
	}

	private static VectorTable table() {
		return VectorTable.builder("documents").dimensions(SHAPE.dimensions()).metadataColumn(null).build();
	}

	private static void build(HikariDataSource pool) throws InterruptedException {
		try (VectorIndexManager manager = new VectorIndexManager(pool, List.of(table()))) {
			manager.start();
			manager.awaitReady(TIMEOUT);
		}
	}

	private void run() throws Exception {
		new VectorSchema(this.jdbc).migrate(table());
		JdbcVectorRepository.of(this.pool, table(), UUID.class)
			.load(new VectorData(SHAPE).rows()
				.map((row) -> new VectorRecord<>(row.id(), row.embedding(), row.content())), LoadOptions.insert());
		long buildNanos = buildInService();
		SplittableRandom random = new SplittableRandom(SEED);
		List<Double> moments = new ArrayList<>();
		int wrong = 0;
		int unfinished = 0;
		for (int kill = 0; kill < KILLS; kill++) {
			dropIndexes();
			double moment = random.nextDouble() * LATEST_KILL;
			moments.add(moment);
			kill(Duration.ofNanos((long) (moment * buildNanos)));
			List<@Nullable String> states = indexes();
			unfinished += states.contains("invalid") ? 1 : 0;
			build(this.pool);
			List<@Nullable String> after = indexes();
			if (!after.equals(List.of("valid"))) {
				wrong++;
			}
			logger.info("Killed at {} of a build: left {}, then {}", String.format(Locale.ROOT, "%.2f", moment), states,
					after);
		}
		new Report("A service killed while it builds an index on %s".formatted(SHAPE), List.of(
				new Figure("ends without one valid index alone, of " + KILLS, wrong, 0,
						"%d had left an index that was not finished".formatted(unfinished)),
				Figure.withoutTarget("build that nobody disturbs, s", buildNanos / (double) TimeUnit.SECONDS.toNanos(1),
						"earliest and latest kill: %.2f and %.2f of that".formatted(
								moments.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
								moments.stream().mapToDouble(Double::doubleValue).max().orElseThrow()))))
			.publish();
	}

	private void dropIndexes() {
		this.jdbc
			.queryForList("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'documents'::regclass "
					+ "AND NOT indisprimary", String.class)
			.forEach((index) -> this.jdbc.execute("DROP INDEX " + index));
	}

	private List<@Nullable String> indexes() {
		return this.jdbc.queryForList("SELECT CASE WHEN indisvalid THEN 'valid' ELSE 'invalid' END FROM pg_index "
				+ "WHERE indrelid = 'documents'::regclass AND NOT indisprimary", String.class);
	}

	/**
	 * Lets a service build the index undisturbed, and returns how long it takes to start
	 * and to build, in nanoseconds.
	 */
	private long buildInService() throws Exception {
		Process service = start();
		try {
			long start = System.nanoTime();
			if (!service.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("The service did not build the index within " + TIMEOUT);
			}
			return System.nanoTime() - start;
		}
		finally {
			service.destroyForcibly();
		}
	}

	private void kill(Duration delay) throws Exception {
		Process service = start();
		try {
			Thread.sleep(delay.toMillis());
		}
		finally {
			service.destroyForcibly().waitFor();
		}
	}

	/**
	 * Starts a service, and returns when it begins to look for what is to be built.
	 */
	private Process start() throws IOException {
		ProcessBuilder builder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-cp",
				System.getProperty("java.class.path"), IndexKills.class.getName(), this.pool.getJdbcUrl());
		builder.environment().putAll(Map.of("PGUSER", this.pool.getUsername(), "PGPASSWORD", this.pool.getPassword()));
		Process service = builder.redirectErrorStream(true).start();
		BufferedReader output = service.inputReader();
		for (String line = output.readLine(); !READY.equals(line); line = output.readLine()) {
			if (line == null) {
				service.destroyForcibly();
				throw new IllegalStateException("The service ended before it was ready");
			}
		}
		return service;
	}

}
