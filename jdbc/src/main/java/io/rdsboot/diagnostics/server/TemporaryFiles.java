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

/**
 * What queries have written to temporary files, since statistics began and since an
 * earlier look.
 */
public final class TemporaryFiles extends Check {

	private static final String QUESTION = """
			SELECT temp_files AS files, temp_bytes AS "writtenBytes", current_setting('work_mem') AS "workMem"
			FROM pg_stat_database WHERE datname = current_database()""";

	private static final long MUCH_AN_HOUR = 10L << 30;

	private static final double HOUR = 3600;

	private final Looks<Long> looks = new Looks<>();

	public TemporaryFiles() {
		super("disk", "temporary-files", CheckScope.EACH);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			for (Row row : answer.rows()) {
				Looks.Look<Long> earlier = this.looks.next(answer.instance(), row.number("writtenBytes"));
				if (earlier == null) {
					findings.show(answer.instance(), List.of(row));
					continue;
				}
				long recent = Math.max(0, row.number("writtenBytes") - earlier.found());
				double seconds = earlier.age().toSeconds();
				findings.show(answer.instance(),
						List.of(row.with("recentBytes", recent).with("recentSeconds", seconds)));
				if (recent * HOUR / seconds >= MUCH_AN_HOUR) {
					report(answer, recent, seconds, row, findings);
				}
			}
		}
		if (findings.isEmpty()) {
			findings.fine("Since the last look, queries have not written 10 GB an hour to temporary files.");
		}
	}

	private static void report(Answer answer, long recent, double seconds, Row row, Findings findings) {
		findings.add(FindingLevel.LOOK, answer.instance(), null,
				"Queries have written %s to temporary files within %s: sorts and hashes that do not fit into work_mem (%s)."
					.formatted(Text.bytes(recent), Text.duration(seconds), row.text("workMem")),
				"Find them by temporaryBytes in section statements. Give them an index in the order that they need, or SET LOCAL work_mem in their transaction.",
				null);
	}

}
