package io.rdsboot.benchmarks.vector.data;

import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * What searches found, of what they should have found.
 *
 * @param searches how many searches there were
 * @param expected rows that they should have found together
 * @param returned rows that they found together
 * @param hits rows that they found and should have
 */
public record Quality(int searches, int expected, int returned, int hits) {

	/**
	 * Does searches and looks at what they find.
	 * @throws SQLException if one fails
	 */
	public static Quality of(SearchFunction function, List<ExactSearch.Truth> truths) throws SQLException {
		int expected = 0;
		int returned = 0;
		int hits = 0;
		for (ExactSearch.Truth truth : truths) {
			List<UUID> ids = function.search(truth.search());
			expected += truth.count();
			returned += ids.size();
			hits += truth.hits(ids);
		}
		return new Quality(truths.size(), expected, returned, hits);
	}

	/**
	 * Does searches in several ways, by name.
	 */
	public static Map<String, Quality> of(Map<String, SearchFunction> functions, List<ExactSearch.Truth> truths)
			throws SQLException {
		Map<String, Quality> qualities = new LinkedHashMap<>();
		for (Map.Entry<String, SearchFunction> function : functions.entrySet()) {
			qualities.put(function.getKey(), of(function.getValue(), truths));
		}
		return qualities;
	}

	public double recall() {
		return (double) this.hits / this.expected;
	}

	/**
	 * Returns how many rows are missing, whichever others would be right.
	 */
	public int missing() {
		return this.expected - this.returned;
	}

	@Override
	public String toString() {
		return String.format(Locale.ROOT, "recall %.3f, %.1f of %.1f rows", recall(),
				(double) this.returned / this.searches, (double) this.expected / this.searches);
	}

}
