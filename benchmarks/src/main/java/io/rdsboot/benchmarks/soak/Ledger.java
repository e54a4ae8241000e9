package io.rdsboot.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;

/**
 * What the callers were told of every row that they tried to write, for a comparison with
 * what the database has. Thread-safe.
 */
final class Ledger {

	private final Map<Row, RowOutcome> outcomes = new ConcurrentHashMap<>();

	void add(Row row, RowOutcome outcome) {
		if (this.outcomes.put(row, outcome) != null) {
			throw new IllegalStateException(row + " was written twice by its own thread");
		}
	}

	long count(RowOutcome outcome) {
		return this.outcomes.values().stream().filter((told) -> told == outcome).count();
	}

	/**
	 * Compares with the rows that there are.
	 * @param present how often each row is there
	 */
	Account compare(Map<Row, Long> present) {
		return new Account(rows(present, (outcome, times) -> outcome == RowOutcome.ACKNOWLEDGED && times == 0),
				rows(present, (outcome, times) -> outcome == RowOutcome.NOT_WRITTEN && times > 0),
				rows(present, (outcome, times) -> outcome != RowOutcome.NOT_WRITTEN && times > 1),
				rows(present, (outcome, times) -> outcome == RowOutcome.UNKNOWN && times > 0),
				present.keySet().stream().filter((row) -> !this.outcomes.containsKey(row)).toList());
	}

	private List<Row> rows(Map<Row, Long> present, BiPredicate<RowOutcome, Long> condition) {
		List<Row> rows = new ArrayList<>();
		this.outcomes.forEach((row, outcome) -> {
			if (condition.test(outcome, Objects.requireNonNullElse(present.get(row), 0L))) {
				rows.add(row);
			}
		});
		return rows;
	}

	/**
	 * What came out. All lists but that of the unknown rows should be empty.
	 *
	 * @param lost acknowledged rows that are not there
	 * @param denied rows that are there although the caller was told that they are not
	 * @param doubled rows that are there more than once
	 * @param unknownPresent rows of unknown outcome that are there
	 * @param foreign rows that nobody has tried to write
	 */
	record Account(List<Row> lost, List<Row> denied, List<Row> doubled, List<Row> unknownPresent, List<Row> foreign) {

	}

}
