package io.rdsboot.benchmarks.vector;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;

import io.rdsboot.benchmarks.report.Ratios;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.benchmarks.vector.data.SearchFunction;
import org.HdrHistogram.Histogram;

/**
 * Compares the times of searches. Not thread-safe.
 */
final class SearchComparison {

	private final Map<String, SearchFunction> subjects;

	private final List<Search> searches;

	private final Turns turns = new Turns();

	/**
	 * Creates a comparison.
	 * @param subjects how each of the contenders searches, by their names
	 * @param searches what all of them search for, in every round
	 */
	SearchComparison(Map<String, SearchFunction> subjects, List<Search> searches) {
		this.subjects = new LinkedHashMap<>(subjects);
		this.searches = List.copyOf(searches);
	}

	/**
	 * Searches by turns.
	 * @param threads how many search at a time
	 * @param rounds how often each contender has its turn, after a fifth as many for
	 * warming up
	 */
	Outcome run(int threads, int rounds) throws Exception {
		try (SearchBlock block = new SearchBlock(threads)) {
			Turns.Turn<SearchBlock.Times> turn = (name) -> block.run(of(this.subjects, name), this.searches);
			this.turns.take(this.subjects.keySet(), Math.max(1, rounds / 5), turn);
			return new Outcome(this.turns.take(this.subjects.keySet(), rounds, turn));
		}
	}

	private static <T> T of(Map<String, T> map, String name) {
		return Objects.requireNonNull(map.get(name), () -> "nothing for " + name);
	}

	/**
	 * Times of all contenders.
	 *
	 * @param rounds by name, for each round
	 */
	record Outcome(List<Map<String, SearchBlock.Times>> rounds) {

		/**
		 * Compares one contender with another.
		 * @param time which time of a block
		 */
		Ratios ratios(String measured, String reference, ToLongFunction<SearchBlock.Times> time) {
			Ratios ratios = new Ratios();
			this.rounds.forEach((round) -> ratios.add(time.applyAsLong(of(round, measured)),
					time.applyAsLong(of(round, reference))));
			return ratios;
		}

		/**
		 * Returns p50 and p99 of a contender over all rounds.
		 */
		String describe(String name) {
			Histogram all = new Histogram(3);
			this.rounds.forEach((round) -> all.add(of(round, name).each()));
			return String.format(Locale.ROOT, "p50 %.2f ms, p99 %.2f ms", all.getValueAtPercentile(50) / 1e6,
					all.getValueAtPercentile(99) / 1e6);
		}

	}

}
