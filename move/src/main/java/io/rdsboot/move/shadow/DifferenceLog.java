package io.rdsboot.move.shadow;

import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

import io.rdsboot.move.shadow.Answer.Value;
import io.rdsboot.move.shadow.AnswerComparison.Result;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Statements that were answered differently, the newest ones. Thread-safe.
 */
final class DifferenceLog {

	private static final Logger logger = LoggerFactory.getLogger(DifferenceLog.class);

	private static final int MOST_STATEMENTS = 50;

	private static final int MOST_ROWS = 5;

	private static final int MOST_CHARACTERS = 2_000;

	private final boolean showData;

	private final InstantSource clock;

	private final Map<String, ShadowDifference> differences = new LinkedHashMap<>();

	private boolean told;

	DifferenceLog(boolean showData, InstantSource clock) {
		this.showData = showData;
		this.clock = clock;
	}

	synchronized void add(NotedStatement noted, Result result, Answer source, Answer target) {
		String masked = StatementText.masked(noted.sql());
		// Removed first, so that the one that was seen longest ago goes when it is full.
		ShadowDifference former = this.differences.remove(masked);
		ShadowDifference difference = new ShadowDifference(this.showData ? shortened(noted.sql()) : masked,
				Objects.requireNonNull(result.what()), source.rows().size(), target.rows().size(),
				(former != null) ? former.times() + 1 : 1, this.clock.instant(),
				this.showData ? noted.values().stream().map(DifferenceLog::shortened).toList() : List.of(),
				shown(result.sourceOnly()), shown(result.targetOnly()));
		if (this.differences.size() == MOST_STATEMENTS) {
			this.differences.remove(this.differences.keySet().iterator().next());
		}
		this.differences.put(masked, difference);
		if (!this.told) {
			this.told = true;
			logger.warn("Source and target of the move answer a read differently ({}): {}. Only the first is logged",
					difference.what(), masked);
		}
	}

	private List<String> shown(List<List<Value>> rows) {
		return this.showData ? rows.stream().limit(MOST_ROWS).map(DifferenceLog::text).toList() : List.of();
	}

	private static String text(List<Value> row) {
		return shortened(row.stream().map((value) -> String.valueOf(value.text())).collect(Collectors.joining(", ")));
	}

	private static String shortened(String text) {
		return (text.length() > MOST_CHARACTERS) ? text.substring(0, MOST_CHARACTERS) + "..." : text;
	}

	/**
	 * Return the differences, the one that was seen last at the end.
	 */
	synchronized List<ShadowDifference> all() {
		return List.copyOf(this.differences.values());
	}

}
