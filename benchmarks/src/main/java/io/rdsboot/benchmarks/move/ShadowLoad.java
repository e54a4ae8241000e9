package io.rdsboot.benchmarks.move;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.move.read.ReadShare;
import io.rdsboot.move.read.TargetProgress;
import io.rdsboot.move.shadow.ShadowListener;
import io.rdsboot.move.shadow.ShadowOutcome;
import io.rdsboot.move.shadow.ShadowReads;
import io.rdsboot.test.LocalRdsCluster;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Program that reads a row by its key, over connections that nobody observes and over
 * connections that shadow reads do, of which none, 1 % or all are sampled. If all are,
 * most reads are dropped: both servers and the threads that ask them share the machine
 * with the caller. Takes two minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-move-shadow
 * </pre>
 */
public final class ShadowLoad {

	private static final int READS_A_BLOCK = 500;

	private static final int WARM_UP_ROUNDS = 15;

	private static final int ROUNDS = 100;

	private static final int ROWS = 1_000;

	private final Map<Subject, JdbcTemplate> subjects = new EnumMap<>(Subject.class);

	private final Map<Subject, Ratios> ratios = new EnumMap<>(Subject.class);

	private final Random random = new Random(1);

	private final LongAdder asked = new LongAdder();

	private final LongAdder dropped = new LongAdder();

	private final LongAdder others = new LongAdder();

	private ShadowLoad() {
	}

	/**
	 * Runs the load.
	 * @param args none
	 */
	public static void main(String[] args) {
		try (LocalRdsCluster source = cluster(); LocalRdsCluster target = cluster()) {
			new Report("A row that is read by its key, ratio to one over a connection that nobody observes: "
					+ "median over rounds [95 % confidence]", new ShadowLoad().measure(source, target))
				.publish();
		}
	}

	private static LocalRdsCluster cluster() {
		LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).start();
		new JdbcTemplate(dataSource(cluster)).execute("""
				CREATE TABLE item (id int PRIMARY KEY, name text);
				INSERT INTO item SELECT i, 'item ' || i FROM generate_series(0, %d) i""".formatted(ROWS));
		return cluster;
	}

	private static DataSource dataSource(LocalRdsCluster cluster) {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(cluster.writer().jdbcUrl());
		dataSource.setUser(cluster.writer().adminUsername());
		dataSource.setPassword(cluster.writer().adminPassword());
		return dataSource;
	}

	private List<Figure> measure(LocalRdsCluster source, LocalRdsCluster target) {
		HikariConfig config = new HikariConfig();
		config.setDataSource(dataSource(source));
		config.setMaximumPoolSize(1);
		try (HikariDataSource pool = new HikariDataSource(config);
				TargetProgress progress = TargetProgress.builder(dataSource(source), "none").build();
				ShadowReads none = shadow(source, target, progress, "0");
				ShadowReads some = shadow(source, target, progress, "1");
				ShadowReads all = shadow(source, target, progress, "100")) {
			this.subjects.put(Subject.REFERENCE, new JdbcTemplate(pool));
			this.subjects.put(Subject.CONTROL, new JdbcTemplate(pool));
			this.subjects.put(Subject.UNSAMPLED, observed(pool, none));
			this.subjects.put(Subject.SAMPLED_1_PERCENT, observed(pool, some));
			this.subjects.put(Subject.SAMPLED, observed(pool, all));
			round(WARM_UP_ROUNDS);
			this.ratios.clear();
			round(ROUNDS);
		}
		if (this.others.sum() > 0 || this.asked.sum() == 0) {
			throw new IllegalStateException("%d reads were asked and equal, %d were neither asked nor dropped"
				.formatted(this.asked.sum(), this.others.sum()));
		}
		String remark = String.format(Locale.ROOT, "%,d asked, %,d dropped", this.asked.sum(), this.dropped.sum());
		return List.of(figure("control", Subject.CONTROL, Double.POSITIVE_INFINITY, ""),
				figure("observed, not sampled", Subject.UNSAMPLED, 1.1, ""),
				figure("observed, 1 % sampled", Subject.SAMPLED_1_PERCENT, Double.POSITIVE_INFINITY, ""),
				figure("observed, all sampled", Subject.SAMPLED, Double.POSITIVE_INFINITY, remark));
	}

	private Figure figure(String name, Subject subject, double limit, String remark) {
		Ratios of = Objects.requireNonNull(this.ratios.get(subject));
		return new Figure(name, of.median(), limit, (of + " " + remark).strip());
	}

	private ShadowReads shadow(LocalRdsCluster source, LocalRdsCluster target, TargetProgress progress, String share) {
		return ShadowReads.builder(dataSource(source), dataSource(target), progress)
			.share(ReadShare.ofPercent(share))
			.threads(1)
			.listener(new ShadowListener() {
				@Override
				public void ended(ShadowOutcome outcome) {
					if (outcome == ShadowOutcome.DROPPED) {
						ShadowLoad.this.dropped.increment();
					}
					else if (outcome == ShadowOutcome.EQUAL) {
						ShadowLoad.this.asked.increment();
					}
					else if (outcome != ShadowOutcome.FAILED) {
						// Those that the end cuts off have failed.
						ShadowLoad.this.others.increment();
					}
				}
			})
			.build();
	}

	private static JdbcTemplate observed(DataSource pool, ShadowReads shadow) {
		return new JdbcTemplate(new DelegatingDataSource(pool) {
			@Override
			public Connection getConnection() throws SQLException {
				return shadow.observe(super.getConnection());
			}
		});
	}

	private void round(int rounds) {
		List<Subject> order = new ArrayList<>(List.of(Subject.values()));
		for (int i = 0; i < rounds; i++) {
			Collections.shuffle(order, this.random);
			Map<Subject, Long> times = new EnumMap<>(Subject.class);
			order.forEach((subject) -> times.put(subject, block(Objects.requireNonNull(this.subjects.get(subject)))));
			long reference = Objects.requireNonNull(times.get(Subject.REFERENCE));
			times.forEach((subject, time) -> this.ratios.computeIfAbsent(subject, (key) -> new Ratios())
				.add(time, reference));
		}
	}

	private long block(JdbcTemplate jdbc) {
		long begin = System.nanoTime();
		for (int i = 0; i < READS_A_BLOCK; i++) {
			jdbc.queryForObject("SELECT name FROM item WHERE id = ?", String.class, this.random.nextInt(ROWS));
		}
		return System.nanoTime() - begin;
	}

	private enum Subject {

		REFERENCE, CONTROL, UNSAMPLED, SAMPLED_1_PERCENT, SAMPLED

	}

}
