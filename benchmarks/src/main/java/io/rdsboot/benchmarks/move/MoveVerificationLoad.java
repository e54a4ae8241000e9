package io.rdsboot.benchmarks.move;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.move.verify.MoveVerification;
import io.rdsboot.move.verify.MoveVerificationReport;
import io.rdsboot.test.LocalRdsCluster;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Program that verifies 1,000,000 rows in 20 tables on two servers, beside the plainest
 * statement that could: the number of rows and the sum of their hashes of each table as a
 * whole, on both servers at the same time. Takes about a minute:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-move-verify
 * </pre>
 */
public final class MoveVerificationLoad {

	private static final int TABLES = 20;

	private static final int ROWS = 50_000;

	private static final int ROUNDS = 5;

	private static final double LIMIT = 2.5;

	private MoveVerificationLoad() {
	}

	/**
	 * Runs the measurement.
	 * @param args none
	 * @throws Exception if a server fails
	 */
	public static void main(String[] args) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(2);
		try (LocalRdsCluster source = LocalRdsCluster.builder().readers(0).start();
				LocalRdsCluster target = LocalRdsCluster.builder().readers(0).start()) {
			List<DataSource> both = List.of(dataSource(source), dataSource(target));
			onBoth(threads, both, MoveVerificationLoad::createTables);
			Ratios ratios = new Ratios();
			long verified = 0;
			for (int round = -1; round < ROUNDS; round++) {
				long plain = time(() -> onBoth(threads, both, MoveVerificationLoad::sumHashes));
				verified = time(() -> verify(both));
				// The first round fills the caches.
				if (round >= 0) {
					ratios.add(verified, plain);
				}
			}
			new Report("Verification of %,d rows in %d tables".formatted(TABLES * ROWS, TABLES),
					List.of(new Figure("time, by that of plain sums of hashes", ratios.median(), LIMIT,
							String.format(Locale.ROOT, "%s, %,d rows a second", ratios,
									Math.round(TABLES * ROWS / (verified / 1e9))))))
				.publish();
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static DataSource dataSource(LocalRdsCluster cluster) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(cluster.writer().jdbcUrl());
		dataSource.setUser(cluster.username());
		dataSource.setPassword(cluster.password());
		return dataSource;
	}

	private static void createTables(Statement statement) throws SQLException {
		for (int table = 1; table <= TABLES; table++) {
			statement.execute(
					"""
							CREATE TABLE t%1$d (id bigint PRIMARY KEY, name text, price numeric, score float8, at timestamptz, body text);
							INSERT INTO t%1$d SELECT i, md5(i::text), i * 1.5, i / 3.0::float8,
								'2026-01-01'::timestamptz + i * interval '1 s', repeat('abc ', 20) FROM generate_series(1, %2$d) i"""
						.formatted(table, ROWS));
		}
		statement.execute("VACUUM ANALYZE");
	}

	private static void sumHashes(Statement statement) throws SQLException {
		statement.execute("SET max_parallel_workers_per_gather = 0; SET jit = off");
		for (int table = 1; table <= TABLES; table++) {
			try (ResultSet sums = statement
				.executeQuery("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM t%d t".formatted(table))) {
				sums.next();
			}
		}
	}

	private static void verify(List<DataSource> both) throws SQLException {
		MoveVerificationReport report = MoveVerification.builder(both.get(0), both.get(1)).build().verify();
		if (!report.isEqual() || report.rows() != TABLES * ROWS) {
			throw new IllegalStateException("Both sides have the same rows, but: " + report);
		}
	}

	private static void onBoth(ExecutorService threads, List<DataSource> both, Work work)
			throws InterruptedException, ExecutionException {
		List<Future<?>> running = new ArrayList<>();
		for (DataSource dataSource : both) {
			running.add(threads.submit(() -> {
				try (Connection connection = dataSource.getConnection();
						Statement statement = connection.createStatement()) {
					work.run(statement);
				}
				return null;
			}));
		}
		for (Future<?> each : running) {
			each.get();
		}
	}

	private static long time(Measured work) throws Exception {
		long start = System.nanoTime();
		work.run();
		return System.nanoTime() - start;
	}

	/**
	 * What is measured.
	 */
	private interface Measured {

		void run() throws Exception;

	}

	/**
	 * What one of the two servers is asked to do.
	 */
	private interface Work {

		void run(Statement statement) throws SQLException;

	}

}
