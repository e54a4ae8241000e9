package io.rdsboot.benchmarks.diagnostics;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import io.rdsboot.benchmarks.RoutingService;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.diagnostics.DatabaseDiagnostics;
import io.rdsboot.diagnostics.report.DiagnosticsReport;
import io.rdsboot.diagnostics.report.DiagnosticsSection;
import io.rdsboot.diagnostics.report.MissingPart;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Program that diagnoses a writer and a reader with 10,000 tables and 20,000 indexes, the
 * first time and then 20 times more, also while DDL holds a table. Takes about three
 * minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-diagnostics
 * </pre>
 */
public final class ManyTables {

	private static final int TABLES = Integer.getInteger("diagnostics.tables", 10_000);

	/** As many as the server has locks for in a transaction. */
	private static final int BATCH = 250;

	private static final int RUNS = 20;

	private static final double LIMIT = 2;

	private ManyTables() {
	}

	/**
	 * Runs the measurement.
	 * @param args none
	 * @throws SQLException if the tables cannot be created
	 */
	public static void main(String[] args) throws SQLException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder()
			.readers(1)
			.parameter("shared_preload_libraries", "pg_stat_statements")
			.extensions("pg_stat_statements")
			.start()) {
			createTables(cluster);
			try (RoutingService service = RoutingService.on(cluster);
					DatabaseDiagnostics diagnostics = DatabaseDiagnostics
						.builder(service.bean(TopologyProvider.class), service.bean(InstanceConnector.class))
						.unusedIndex(Duration.ZERO)
						.build()) {
				List<Figure> figures = new ArrayList<>();
				figures.add(figure("first", List.of(diagnostics.report())));
				figures.add(figure("median of " + RUNS, reports(diagnostics)));
				try (Connection ddl = cluster.adminConnection(cluster.writer());
						Statement statement = ddl.createStatement()) {
					ddl.setAutoCommit(false);
					statement.execute("LOCK TABLE many.t1, many.t2 IN ACCESS EXCLUSIVE MODE");
					figures.add(figure("while DDL holds two tables", reports(diagnostics)));
					ddl.rollback();
				}
				new Report("Diagnosis with %,d tables and %,d indexes, s".formatted(TABLES, 2 * TABLES), figures)
					.publish();
			}
		}
	}

	private static void createTables(LocalRdsCluster cluster) throws SQLException {
		try (Connection admin = cluster.adminConnection(cluster.writer());
				Statement statement = admin.createStatement()) {
			statement.execute("GRANT pg_monitor TO " + cluster.username());
			statement.execute("CREATE SCHEMA many");
			for (int first = 1; first <= TABLES; first += BATCH) {
				statement.execute("""
						DO $$ BEGIN
							FOR i IN %d..%d LOOP
								EXECUTE format('CREATE TABLE many.t%%s (id bigserial PRIMARY KEY, name text)', i);
								EXECUTE format('CREATE INDEX t%%1$s_name ON many.t%%1$s (name)', i);
							END LOOP;
						END $$""".formatted(first, Math.min(TABLES, first + BATCH - 1)));
			}
			// Large enough that sizes are asked for and unused indexes are found.
			for (int table = 1; table <= 50; table++) {
				statement.execute("INSERT INTO many.t%d (name) SELECT 'name' || i FROM generate_series(1, 30000) i"
					.formatted(table));
			}
			statement.execute("ANALYZE");
		}
		cluster.awaitReplication();
	}

	private static List<DiagnosticsReport> reports(DatabaseDiagnostics diagnostics) {
		List<DiagnosticsReport> reports = new ArrayList<>();
		for (int run = 0; run < RUNS; run++) {
			reports.add(diagnostics.report());
		}
		return reports;
	}

	private static Figure figure(String name, List<DiagnosticsReport> reports) {
		List<Duration> times = new ArrayList<>(reports.stream().map(DiagnosticsReport::took).toList());
		Collections.sort(times);
		List<String> missing = reports.stream()
			.flatMap((report) -> report.sections().stream())
			.map(DiagnosticsSection::missing)
			.flatMap(List::stream)
			.map(MissingPart::check)
			.distinct()
			.toList();
		return new Figure(name, seconds(times.get(times.size() / 2)), LIMIT, String.format(Locale.ROOT,
				"(longest %.2f, missing: %s)", seconds(times.get(times.size() - 1)), missing));
	}

	private static double seconds(Duration duration) {
		return duration.toMillis() / 1000.0;
	}

}
