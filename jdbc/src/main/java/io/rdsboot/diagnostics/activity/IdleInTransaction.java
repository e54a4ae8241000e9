package io.rdsboot.diagnostics.activity;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.QueryMask;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Text;
import io.rdsboot.diagnostics.check.Thresholds;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Sessions that have left a transaction open and do nothing.
 */
public final class IdleInTransaction extends Check {

	private static final String QUESTION = """
			SELECT pid, datname AS database, usename AS user, application_name AS application,
				extract(epoch FROM clock_timestamp() - state_change)::float8 AS "idleSeconds",
				extract(epoch FROM clock_timestamp() - xact_start)::float8 AS "transactionSeconds",
				backend_xid IS NOT NULL AS "hasWritten", left(query, 4000) AS "lastQuery"
			FROM pg_stat_activity a
			WHERE state IN ('idle in transaction', 'idle in transaction (aborted)')
				AND datname IS DISTINCT FROM 'rdsadmin' AND %s
			ORDER BY state_change
			LIMIT 20""".formatted(Sessions.OF_APPLICATIONS);

	private static final int FORGOTTEN = 10;

	private final Thresholds thresholds;

	private final QueryMask mask;

	public IdleInTransaction(Thresholds thresholds, QueryMask mask) {
		super("queries", "idle-in-transaction", CheckScope.EACH);
		this.thresholds = thresholds;
		this.mask = mask;
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return this.mask.apply(session.query(QUESTION), "lastQuery");
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		double longest = this.thresholds.idleInTransaction().toSeconds();
		for (Answer answer : answers) {
			findings.show(answer);
			findings.requireStatistics(answer.server());
			for (Row row : answer.rows()) {
				double seconds = row.fraction("idleSeconds");
				if (seconds >= longest) {
					report(answer, row, seconds >= FORGOTTEN * Math.max(1, longest), findings);
				}
			}
		}
		if (findings.isEmpty()) {
			findings
				.fine("No session has been idle in a transaction for more than %s.".formatted(Text.duration(longest)));
		}
	}

	private static void report(Answer answer, Row row, boolean forgotten, Findings findings) {
		findings.add(forgotten ? FindingLevel.ACT : FindingLevel.LOOK, answer.instance(), "process " + row.text("pid"),
				"A session of %s has been idle in a transaction for %s. It keeps its locks and its connection, and may keep vacuum from removing dead rows."
					.formatted(Sessions.name(row), Text.duration(row.fraction("idleSeconds"))),
				"Find the code that leaves the transaction open after its last query (see data), such as a remote call within a transaction. Set idle_in_transaction_session_timeout.",
				"SELECT pg_terminate_backend(%d)".formatted(row.number("pid")));
	}

}
