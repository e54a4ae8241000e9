package io.rdsboot.vector.jdbc.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Rows that the words of a hybrid search are ranked in.
 *
 * @param limit most rows that are ranked
 * @param sampledShare share of the table in which rows that have all words are looked
 * for, 1 for all of it
 * @param partly which rows are ranked too where too few have all words
 * @param question text of the {@code tsquery} for these rows, if they must have
 * {@link Partly#CHOSEN} words
 */
record WordCandidates(int limit, double sampledShare, Partly partly, @Nullable String question) {

	/**
	 * Return the candidates of a table that has no more rows than may be ranked, or of
	 * which nothing is known.
	 */
	static WordCandidates all(int limit) {
		return new WordCandidates(limit, 1, Partly.ANY, null);
	}

	/**
	 * Return the candidates that have the rarest words. Frequent words do not choose
	 * rows: they are ranked by, where rows are found otherwise. Words are taken to be
	 * independent of each other, as the server's planner takes them.
	 * @param limit most rows to rank
	 * @param words the words
	 * @param statistics of the table
	 * @param rows about how many rows fulfil the search's conditions
	 */
	static WordCandidates choose(int limit, List<String> words, WordStatistics statistics, double rows) {
		List<String> rarest = new ArrayList<>(words);
		rarest.sort(Comparator.comparingDouble(statistics::share).thenComparing(Comparator.naturalOrder()));
		double withAll = rows;
		for (String word : rarest) {
			withAll *= statistics.share(word);
		}
		if (withAll > limit) {
			double share = statistics.sampling() ? limit / Math.max(limit, statistics.rows()) : 1;
			return new WordCandidates(limit, share, statistics.repeatedIndexed() ? Partly.UNREPEATED : Partly.NONE,
					null);
		}
		List<String> any = new ArrayList<>();
		double withAny = 0;
		for (String word : rarest) {
			withAny += rows * statistics.share(word);
			if (withAny > limit) {
				break;
			}
			any.add(word);
		}
		if (any.size() == words.size()) {
			return all(limit);
		}
		if (!any.isEmpty()) {
			return new WordCandidates(limit, 1, Partly.CHOSEN, question(any, " | "));
		}
		return withRarestTogether(limit, rarest, statistics, rows);
	}

	/**
	 * Where each word alone is too frequent, rows have as many of the rarest as it takes.
	 */
	private static WordCandidates withRarestTogether(int limit, List<String> rarest, WordStatistics statistics,
			double rows) {
		double together = rows;
		for (int i = 0; i < rarest.size(); i++) {
			together *= statistics.share(rarest.get(i));
			if (together <= limit && i + 1 < rarest.size()) {
				return new WordCandidates(limit, 1, Partly.CHOSEN, question(rarest.subList(0, i + 1), " & "));
			}
		}
		return new WordCandidates(limit, 1, Partly.NONE, null);
	}

	private static String question(List<String> words, String operator) {
		return words.stream()
			.map((word) -> "'" + word.replace("\\", "\\\\").replace("'", "''") + "'")
			.collect(Collectors.joining(operator));
	}

	/**
	 * Rows that have some of the words.
	 */
	enum Partly {

		/**
		 * Rows that have any word.
		 */
		ANY,

		/**
		 * Rows that match a question of rarer words.
		 */
		CHOSEN,

		/**
		 * Rows that have all words, in the sampled share of the table. Those that repeat
		 * all words, which an index knows, come first.
		 */
		UNREPEATED,

		/**
		 * None.
		 */
		NONE

	}

}
