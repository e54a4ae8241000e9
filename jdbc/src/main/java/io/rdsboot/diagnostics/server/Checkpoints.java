package io.rdsboot.diagnostics.server;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Checkpoints that come before their time because much is written. Aurora has none.
 */
public final class Checkpoints extends Check {

	/**
	 * Since PostgreSQL 17, checkpoints have a view of their own.
	 */
	private static final int VIEW_OF_ITS_OWN = 170_000;

	private static final String SINCE_17 = "SELECT num_timed AS timed, num_requested AS requested FROM pg_stat_checkpointer";

	private static final String BEFORE_17 = "SELECT checkpoints_timed AS timed, checkpoints_req AS requested FROM pg_stat_bgwriter";

	private static final long MANY = 100;

	public Checkpoints() {
		super("disk", "checkpoints", CheckScope.WRITER);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		if (session.server().aurora()) {
			return List.of();
		}
		return session.query((session.server().version() >= VIEW_OF_ITS_OWN) ? SINCE_17 : BEFORE_17);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer);
			for (Row row : answer.rows()) {
				if (row.number("requested") >= MANY && row.number("requested") > row.number("timed")) {
					report(row, findings);
				}
			}
		}
		if (findings.isEmpty()) {
			findings.fine("Most checkpoints come when it is their time.");
		}
	}

	private static void report(Row row, Findings findings) {
		findings.add(FindingLevel.LOOK, null, null,
				"%s checkpoints were requested before their time, and %s were not. Each one writes full pages to the log again."
					.formatted(Text.number(row.number("requested")), Text.number(row.number("timed"))),
				"Raise max_wal_size, on RDS in the parameter group, until most come by checkpoint_timeout.", null);
	}

}
