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

	private final Map<LedgerRow, RowOutcome> outcomes = new ConcurrentHashMap<>();

	void add(LedgerRow row, RowOutcome outcome) {
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
	Account compare(Map<LedgerRow, Long> present) {
		return new Account(rows(present, (outcome, times) -> outcome == RowOutcome.ACKNOWLEDGED && times == 0),
				rows(present, (outcome, times) -> outcome == RowOutcome.NOT_WRITTEN && times > 0),
				rows(present, (outcome, times) -> outcome != RowOutcome.NOT_WRITTEN && times > 1),
				rows(present, (outcome, times) -> outcome == RowOutcome.UNKNOWN && times > 0),
				present.keySet().stream().filter((row) -> !this.outcomes.containsKey(row)).toList());
	}

	private List<LedgerRow> rows(Map<LedgerRow, Long> present, BiPredicate<RowOutcome, Long> condition) {
		List<LedgerRow> rows = new ArrayList<>();
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
	record Account(List<LedgerRow> lost, List<LedgerRow> denied, List<LedgerRow> doubled,
			List<LedgerRow> unknownPresent, List<LedgerRow> foreign) {

	}

}
