package io.rdsboot.benchmarks.move;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.move.MoveDatabase;
import io.rdsboot.move.Side;
import io.rdsboot.move.control.DatabaseMove;
import io.rdsboot.move.control.MoveStatus;
import io.rdsboot.move.copy.CopyProgress;
import io.rdsboot.move.cutover.SwitchoverReport;
import io.rdsboot.move.verify.MoveVerificationReport;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Program that moves a database of a million rows in 20 tables (one of vectors, one
 * partitioned) while two instances of a service write to it, 500 times a second by 16
 * threads: copies it, compares both sides, and switches to the target and back ten times.
 * Takes five minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-move
 * </pre>
 */
public final class MoveLoad {

	private static final int TABLES = 20;

	private static final int ROWS_OF_TABLE = 50_000;

	private static final int SWITCHES = 10;

	private static final int SECONDS_BETWEEN = 3;

	private static final Duration COPY_LIMIT = Duration.ofMinutes(10);

	private final LocalRdsMove servers;

	private final DatabaseMove move;

	private final List<Figure> figures = new ArrayList<>();

	private MoveLoad(LocalRdsMove servers) {
		this.servers = servers;
		this.move = DatabaseMove
			.builder(database(Side.SOURCE, servers.source()), database(Side.TARGET, servers.target()))
			.build();
	}

	/**
	 * Runs the load.
	 * @param args none
	 */
	public static void main(String[] args) throws Exception {
		try (LocalRdsMove servers = LocalRdsMove.builder().extension("vector").start()) {
			new Report("A move of %,d rows under 500 writes a second, and %d switches there and back"
				.formatted(TABLES * ROWS_OF_TABLE, SWITCHES), new MoveLoad(servers).measure()).publish();
		}
	}

	static MoveDatabase database(Side side, LocalRdsMoveDatabase database) {
		return MoveDatabase.builder(side, database.moverDataSource())
			.address(database.address().host(), database.address().port())
			.database(database.cluster().database())
			.login(database.moverUsername(), database.moverPassword())
			.build();
	}

	private List<Figure> measure() throws Exception {
		JdbcTemplate source = new JdbcTemplate(this.servers.source().applicationDataSource());
		fill(source);
		this.move.bringSchema();
		try (WritingService one = new WritingService(this.servers, this.move, TABLES);
				WritingService two = new WritingService(this.servers, this.move, TABLES)) {
			copy();
			verify("verify");
			switchOver(one, two);
			one.stop();
			two.stop();
			awaitFollowing();
			verify("verify at the end");
			Set<String> written = new HashSet<>(one.written());
			written.addAll(two.written());
			this.figures
				.add(new Figure("errors seen by callers", (double) one.failures().size() + two.failures().size(), 0,
						one.failures().toString() + two.failures()));
			this.figures.add(lostOrDoubled("rows lost or doubled at the source", written, source));
			this.figures.add(lostOrDoubled("rows lost or doubled at the target", written,
					new JdbcTemplate(this.servers.target().applicationDataSource())));
		}
		return this.figures;
	}

	private static void fill(JdbcTemplate source) {
		for (int table = 0; table < TABLES; table++) {
			String columns = "(id bigint GENERATED ALWAYS AS IDENTITY, name text NOT NULL, amount numeric(12, 2), "
					+ "changed timestamptz NOT NULL DEFAULT now(), mark uuid"
					+ ((table == 1) ? ", embedding vector(32)" : "") + ", PRIMARY KEY (id))";
			source.execute("CREATE TABLE entry_%d %s%s".formatted(table, columns,
					(table == 0) ? " PARTITION BY RANGE (id)" : ""));
			if (table == 0) {
				source.execute("CREATE TABLE entry_0_low PARTITION OF entry_0 FOR VALUES FROM (0) TO (25000); "
						+ "CREATE TABLE entry_0_high PARTITION OF entry_0 FOR VALUES FROM (25000) TO (MAXVALUE)");
			}
			source.execute(
					"INSERT INTO entry_%1$d (name, amount%2$s) SELECT 'entry ' || n, n / 100.0%3$s FROM generate_series(1, %4$d) n"
						.formatted(table, (table == 1) ? ", embedding" : "", (table == 1)
								? ", (SELECT array_agg(random() * sign(n + d)) FROM generate_series(1, 32) d)::vector"
								: "", ROWS_OF_TABLE));
			source.execute("CREATE INDEX ON entry_%d (name)".formatted(table));
			source.execute("CREATE UNIQUE INDEX ON entry_%d (mark%s)".formatted(table, (table == 0) ? ", id" : ""));
		}
		source.execute("CREATE INDEX ON entry_1 USING hnsw (embedding vector_l2_ops)");
		source.execute("ANALYZE");
	}

	private void copy() throws Exception {
		long begin = System.nanoTime();
		this.move.startCopy();
		MoveStatus status = this.move.status();
		while (status.copy() == null || status.copy().state() != CopyProgress.State.DONE) {
			if (System.nanoTime() - begin > COPY_LIMIT.toNanos()) {
				throw new IllegalStateException("The copy is not complete: " + status);
			}
			TimeUnit.SECONDS.sleep(1);
			status = this.move.status();
		}
		awaitFollowing();
		this.figures.add(new Figure("copy and indexes (s)", seconds(begin), Double.POSITIVE_INFINITY, ""));
	}

	private void awaitFollowing() throws InterruptedException {
		while (true) {
			MoveStatus status = this.move.status();
			if (status.link() != null && status.link().isFollowing() && status.link().slot() != null
					&& status.link().slot().lagBytes() < 1_000_000) {
				return;
			}
			TimeUnit.MILLISECONDS.sleep(200);
		}
	}

	private void verify(String name) throws SQLException {
		long begin = System.nanoTime();
		MoveVerificationReport report = this.move.verify();
		if (!report.isEqual()) {
			throw new IllegalStateException(report.toString());
		}
		this.figures.add(new Figure(name + " (s)", seconds(begin), Double.POSITIVE_INFINITY,
				String.format(Locale.ROOT, "%,d rows", report.rows())));
	}

	private static double seconds(long begin) {
		return (double) (System.nanoTime() - begin) / TimeUnit.SECONDS.toNanos(1);
	}

	private void switchOver(WritingService one, WritingService two) throws Exception {
		List<Double> pauses = new ArrayList<>();
		for (int i = 0; i < SWITCHES; i++) {
			TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
			pauses.add(pause(this.move.cutover()));
			TimeUnit.SECONDS.sleep(SECONDS_BETWEEN);
			pauses.add(pause(this.move.back()));
		}
		List<Double> sorted = pauses.stream().sorted().toList();
		this.figures.add(new Figure("pause, median (s)", sorted.get(sorted.size() / 2), 2, pauses.toString()));
		this.figures.add(new Figure("pause, longest (s)", sorted.get(sorted.size() - 1), 2, ""));
		double longest = Math.max(one.longestSeconds(), two.longestSeconds());
		this.figures.add(new Figure("longest write that a caller saw (s)", longest, 2, ""));
	}

	private static double pause(SwitchoverReport report) {
		return (double) report.pause().toMillis() / 1000;
	}

	private static Figure lostOrDoubled(String name, Set<String> written, JdbcTemplate database) {
		List<String> found = IntStream.range(0, TABLES)
			.boxed()
			.flatMap((table) -> database
				.queryForList("SELECT mark::text FROM entry_%d WHERE mark IS NOT NULL".formatted(table), String.class)
				.stream())
			.toList();
		Set<String> distinct = new HashSet<>(found);
		Set<String> lost = new HashSet<>(written);
		lost.removeAll(distinct);
		Set<String> unknown = new HashSet<>(distinct);
		unknown.removeAll(written);
		double wrong = (double) lost.size() + unknown.size() + found.size() - distinct.size();
		return new Figure(name, wrong, 0, String.format(Locale.ROOT, "of %,d", written.size()));
	}

}
