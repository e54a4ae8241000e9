package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Searches that some threads share.
 */
final class SearchBlock implements AutoCloseable {

	private static final int SIGNIFICANT_DIGITS = 3;

	private final ExecutorService threads;

	private final int number;

	SearchBlock(int threads) {
		this.number = threads;
		this.threads = Executors.newFixedThreadPool(threads);
	}

	/**
	 * Does every search once.
	 * @return how long each took, and all together
	 */
	Times run(SearchFunction function, List<Search> searches) throws InterruptedException, ExecutionException {
		Histogram times = new ConcurrentHistogram(SIGNIFICANT_DIGITS);
		AtomicInteger next = new AtomicInteger();
		List<Future<?>> futures = new ArrayList<>();
		long start = System.nanoTime();
		for (int i = 0; i < this.number; i++) {
			futures.add(this.threads.submit(() -> {
				for (int index = next.getAndIncrement(); index < searches.size(); index = next.getAndIncrement()) {
					long before = System.nanoTime();
					function.search(searches.get(index));
					times.recordValue(System.nanoTime() - before);
				}
				return null;
			}));
		}
		for (Future<?> future : futures) {
			future.get();
		}
		return new Times(times, System.nanoTime() - start);
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

	/**
	 * Times of a block, in nanoseconds.
	 *
	 * @param each of each search
	 * @param all of all together
	 */
	record Times(Histogram each, long all) {

		long p50() {
			return this.each.getValueAtPercentile(50);
		}

	}

}
