package io.rdsboot.benchmarks.connections;

import java.util.List;
import java.util.Locale;

import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Program that runs {@link ConnectionBenchmark} and compares its results with the
 * targets: no slower than bare HikariCP, and at most 64 bytes allocated more than by
 * Spring's lazy proxy. Takes about two minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-connections
 * </pre>
 */
public final class ConnectionBenchmarkRunner {

	private ConnectionBenchmarkRunner() {
	}

	/**
	 * Runs the benchmark.
	 * @param args none
	 * @throws RunnerException if a benchmark failed
	 */
	public static void main(String[] args) throws RunnerException {
		report(BenchmarkResults.run(ConnectionBenchmark.class)).publish();
	}

	private static Report report(BenchmarkResults results) {
		double routing = results.bytes("routing");
		double lazy = results.bytes("springLazyProxy");
		return new Report("getConnection() + close() without a statement", List.of(
				new Figure("time, ratio to bare HikariCP", results.time("routing") / results.time("bareHikari"), 1.0,
						String.format(Locale.ROOT, "(Spring's lazy proxy: %.3f)",
								results.time("springLazyProxy") / results.time("bareHikari"))),
				new Figure("bytes allocated more than by Spring's lazy proxy", routing - lazy, 64,
						String.format(Locale.ROOT, "(%.0f against %.0f)", routing, lazy))));
	}

}
