package io.rdsboot.benchmarks.vector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import org.HdrHistogram.Histogram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that searches without a pause while something else happens. Not thread-safe.
 */
final class SearchLoad {

	private static final Logger logger = LoggerFactory.getLogger(SearchLoad.class);

	private static final int LIMIT = 10;

	/** Distances that single precision cannot tell apart. */
	private static final double TOLERANCE = 1e-6;

	private final VectorRepository<UUID> repository;

	private final List<VectorSearch> searches;

	/** Distance of the last row of each exact answer. */
	private final double[] farthest;

	private volatile boolean stopped;

	/**
	 * Creates a load, which makes the exact answers first.
	 * @param queries what is searched for, again and again
	 */
	SearchLoad(VectorRepository<UUID> repository, List<float[]> queries) {
		this.repository = repository;
		this.searches = queries.stream().map((query) -> VectorSearch.nearest(query).limit(LIMIT)).toList();
		this.farthest = this.searches.stream()
			.map((search) -> repository.search(search.exact()))
			.mapToDouble((matches) -> matches.get(matches.size() - 1).distance())
			.toArray();
	}

	/**
	 * Searches for as long as something else takes.
	 */
	Outcome during(Work work) throws Exception {
		this.stopped = false;
		ExecutorService thread = Executors.newSingleThreadExecutor();
		try {
			Future<Outcome> outcome = thread.submit(this::search);
			try {
				work.run();
			}
			finally {
				this.stopped = true;
			}
			return outcome.get();
		}
		finally {
			thread.shutdownNow();
		}
	}

	private Outcome search() {
		Histogram times = new Histogram(3);
		List<Double> recalls = new ArrayList<>();
		int failed = 0;
		while (!this.stopped || recalls.isEmpty()) {
			int hits = 0;
			for (int i = 0; i < this.farthest.length; i++) {
				double farthest = this.farthest[i] + TOLERANCE;
				long start = System.nanoTime();
				try {
					List<VectorMatch<UUID>> matches = this.repository.search(this.searches.get(i));
					times.recordValue(System.nanoTime() - start);
					hits += (int) matches.stream().filter((match) -> match.distance() <= farthest).count();
				}
				catch (RuntimeException ex) {
					logger.error("A search failed", ex);
					failed++;
				}
			}
			recalls.add((double) hits / (this.farthest.length * LIMIT));
		}
		return new Outcome(times, failed, recalls.stream().mapToDouble(Double::doubleValue).min().orElseThrow());
	}

	/**
	 * What happens meanwhile.
	 */
	interface Work {

		void run() throws Exception;

	}

	/**
	 * How searches went.
	 *
	 * @param times nanoseconds of those that succeeded
	 * @param failed number of those that did not
	 * @param recall of the worst pass over all queries
	 */
	record Outcome(Histogram times, int failed, double recall) {

		long searches() {
			return this.times.getTotalCount() + this.failed;
		}

		/**
		 * Returns the time in nanoseconds that one search in a hundred exceeds.
		 */
		double p99() {
			return this.times.getValueAtPercentile(99);
		}

		@Override
		public String toString() {
			return String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms, longest %.0f ms",
					this.times.getValueAtPercentile(50) / 1e6, p99() / 1e6, this.times.getMaxValue() / 1e6);
		}

	}

}
