package io.rdsboot.benchmarks.connections;

import java.util.Collection;

import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What JMH measured of the methods of one benchmark class.
 */
public final class BenchmarkResults {

	private static final String ALLOCATED_BYTES = "gc.alloc.rate.norm";

	private final Collection<RunResult> results;

	private BenchmarkResults(Collection<RunResult> results) {
		this.results = results;
	}

	/**
	 * Runs a benchmark class.
	 * @param benchmark the class
	 * @throws RunnerException if a method of it failed
	 */
	public static BenchmarkResults run(Class<?> benchmark) throws RunnerException {
		Options options = new OptionsBuilder().include("^" + benchmark.getName() + "\\.")
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.build();
		return new BenchmarkResults(new Runner(options).run());
	}

	/**
	 * Returns the average time of one call, in the unit of the benchmark.
	 * @param method name of the benchmark method
	 */
	public double time(String method) {
		return result(method).getPrimaryResult().getScore();
	}

	/**
	 * Returns the bytes that one call allocates, on average.
	 * @param method name of the benchmark method
	 */
	public double bytes(String method) {
		Result<?> allocated = result(method).getSecondaryResults().get(ALLOCATED_BYTES);
		if (allocated == null) {
			throw new IllegalStateException("JMH's GC profiler has not reported " + ALLOCATED_BYTES + " of " + method
					+ "; this JVM may not count allocations");
		}
		return allocated.getScore();
	}

	private RunResult result(String method) {
		return this.results.stream()
			.filter((result) -> result.getParams().getBenchmark().endsWith("." + method))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("JMH has no result of " + method));
	}

}
