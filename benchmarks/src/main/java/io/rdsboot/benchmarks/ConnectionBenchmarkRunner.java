package io.rdsboot.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

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

	private static final String ALLOCATED_BYTES = "gc.alloc.rate.norm";

	private final Collection<RunResult> results;

	private ConnectionBenchmarkRunner(Collection<RunResult> results) {
		this.results = results;
	}

	/**
	 * Runs the benchmark.
	 * @param args none
	 * @throws RunnerException if a benchmark failed
	 */
	public static void main(String[] args) throws RunnerException {
		Options options = new OptionsBuilder().include("^" + ConnectionBenchmark.class.getName() + "\\.")
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.build();
		new ConnectionBenchmarkRunner(new Runner(options).run()).report().publish();
	}

	private Report report() {
		double routing = bytes("routing");
		double lazy = bytes("springLazyProxy");
		return new Report("getConnection() + close() without a statement", List.of(
				new Figure("time, ratio to bare HikariCP", nanos("routing") / nanos("bareHikari"), 1.0,
						String.format(Locale.ROOT, "(Spring's lazy proxy: %.3f)",
								nanos("springLazyProxy") / nanos("bareHikari"))),
				new Figure("bytes allocated more than by Spring's lazy proxy", routing - lazy, 64,
						String.format(Locale.ROOT, "(%.0f against %.0f)", routing, lazy))));
	}

	private double nanos(String benchmark) {
		return result(benchmark).getPrimaryResult().getScore();
	}

	private double bytes(String benchmark) {
		Result<?> allocated = result(benchmark).getSecondaryResults().get(ALLOCATED_BYTES);
		if (allocated == null) {
			throw new IllegalStateException("JMH's GC profiler has not reported " + ALLOCATED_BYTES + " of " + benchmark
					+ "; this JVM may not count allocations");
		}
		return allocated.getScore();
	}

	private RunResult result(String benchmark) {
		return this.results.stream()
			.filter((result) -> result.getParams().getBenchmark().endsWith("." + benchmark))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("JMH has no result of " + benchmark));
	}

}
