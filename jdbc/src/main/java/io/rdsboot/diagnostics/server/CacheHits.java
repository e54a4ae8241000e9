package io.rdsboot.diagnostics.server;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Looks;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;
import org.jspecify.annotations.Nullable;

/**
 * How many of the pages that queries need are in the server's cache.
 */
public final class CacheHits extends Check {

	private static final String QUESTION = """
			SELECT blks_hit AS hits, blks_read AS reads, 100.0 * blks_hit / nullif(blks_hit + blks_read, 0) AS "hitPercent"
			FROM pg_stat_database WHERE datname = current_database()""";

	private static final double FEW = 98;

	private static final long ENOUGH_PAGES = 1_000_000;

	private final Looks<Row> looks = new Looks<>();

	public CacheHits() {
		super("cache", "cache-hits", CheckScope.EACH);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			for (Row row : answer.rows()) {
				Row shown = recent(row, this.looks.next(answer.instance(), row));
				findings.show(answer.instance(), List.of(shown));
				if (row.number("hits") + row.number("reads") >= ENOUGH_PAGES && row.fraction("hitPercent") < FEW) {
					report(answer, row, findings);
				}
			}
		}
		if (findings.isEmpty()) {
			findings.fine("%.0f %% or more of the pages were found in the cache, or too few were read to tell."
				.formatted(FEW));
		}
	}

	private static Row recent(Row row, Looks.@Nullable Look<Row> earlier) {
		if (earlier == null) {
			return row;
		}
		long hits = row.number("hits") - earlier.found().number("hits");
		long reads = row.number("reads") - earlier.found().number("reads");
		return (hits < 0 || reads < 0 || hits + reads == 0) ? row
				: row.with("recentHitPercent", 100.0 * hits / (hits + reads))
					.with("recentSeconds", earlier.age().toSeconds());
	}

	private static void report(Answer answer, Row row, Findings findings) {
		findings.add(FindingLevel.LOOK, answer.instance(), null,
				"Of the pages that queries needed, %s were in the cache since statistics began."
					.formatted(Text.percent(row.fraction("hitPercent"))),
				"If recentHitPercent in data is low as well, look for tables that are read whole (section tables), drop indexes that nobody uses, or take an instance class with more memory. Exports and a start with a cold cache lower it, too.",
				null);
	}

}
