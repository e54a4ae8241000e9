package io.rdsboot.benchmarks.credentials;

import java.util.List;
import java.util.Locale;

import io.rdsboot.benchmarks.connections.BenchmarkResults;
import io.rdsboot.benchmarks.report.Figure;
import io.rdsboot.benchmarks.report.Report;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Program that runs {@link CredentialsBenchmark} and compares its results with the
 * targets: credentials from memory in at most 200 ns, with nothing allocated. Takes about
 * two minutes:
 *
 * <pre class="code">
 * mvn -q package -DskipTests -pl benchmarks -am -Pbenchmark-credentials
 * </pre>
 */
public final class CredentialsBenchmarkRunner {

	private static final double NANOS_LIMIT = 200;

	private CredentialsBenchmarkRunner() {
	}

	/**
	 * Runs the benchmark.
	 * @param args none
	 * @throws RunnerException if a benchmark failed
	 */
	public static void main(String[] args) throws RunnerException {
		BenchmarkResults results = BenchmarkResults.run(CredentialsBenchmark.class);
		new Report("getCredentials() from memory", List.of(nanos(results, "iam"), bytes(results, "iam"),
				nanos(results, "secretsManager"), bytes(results, "secretsManager")))
			.publish();
	}

	private static Figure nanos(BenchmarkResults results, String method) {
		double yardstick = results.time("mapLookUp");
		return new Figure(method + ", nanoseconds", results.time(method), NANOS_LIMIT, String.format(Locale.ROOT,
				"(%.1f times a look-up in a map: %.1f)", results.time(method) / yardstick, yardstick));
	}

	/**
	 * Rounds to whole bytes: the fraction is what JMH itself allocates in an iteration.
	 */
	private static Figure bytes(BenchmarkResults results, String method) {
		return new Figure(method + ", bytes allocated", Math.rint(results.bytes(method)), 0, "");
	}

}
