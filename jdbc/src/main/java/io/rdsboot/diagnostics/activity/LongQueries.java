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
 * Statements that run now, and those among them that run for long. What reports its
 * progress, such as a build of an index, is expected to.
 */
public final class LongQueries extends Check {

	private static final String QUESTION = """
			SELECT a.pid, a.datname AS database, a.usename AS user, a.application_name AS application,
				extract(epoch FROM clock_timestamp() - a.query_start)::float8 AS "runningSeconds",
				nullif(concat_ws(':', a.wait_event_type, a.wait_event), '') AS "waitsFor",
				(EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.pid = a.pid)
					OR EXISTS (SELECT FROM pg_stat_progress_vacuum p WHERE p.pid = a.pid)
					OR EXISTS (SELECT FROM pg_stat_progress_analyze p WHERE p.pid = a.pid)
					OR EXISTS (SELECT FROM pg_stat_progress_cluster p WHERE p.pid = a.pid)
					OR EXISTS (SELECT FROM pg_stat_progress_copy p WHERE p.pid = a.pid)) AS "showsProgress",
				left(a.query, 4000) AS query
			FROM pg_stat_activity a
			WHERE a.state = 'active' AND a.backend_type = 'client backend' AND a.pid <> pg_backend_pid()
				AND a.datname IS DISTINCT FROM 'rdsadmin' AND %s
			ORDER BY a.query_start
			LIMIT 20""".formatted(Sessions.OF_APPLICATIONS);

	/**
	 * How many times as long as a long statement one runs that nobody waits for any more.
	 */
	private static final int FORGOTTEN = 10;

	private final Thresholds thresholds;

	private final QueryMask mask;

	public LongQueries(Thresholds thresholds, QueryMask mask) {
		super("queries", "long-queries", CheckScope.EACH);
		this.thresholds = thresholds;
		this.mask = mask;
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return this.mask.apply(session.query(QUESTION), "query");
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		double longest = this.thresholds.longQuery().toSeconds();
		for (Answer answer : answers) {
			findings.show(answer);
			findings.requireStatistics(answer.server());
			for (Row row : answer.rows()) {
				double seconds = row.fraction("runningSeconds");
				if (seconds >= longest && !row.is("showsProgress")) {
					report(answer, row, seconds >= FORGOTTEN * Math.max(1, longest), findings);
				}
			}
		}
		if (findings.isEmpty()) {
			findings.fine("No statement has been running for more than %s.".formatted(Text.duration(longest)));
		}
	}

	private static void report(Answer answer, Row row, boolean forgotten, Findings findings) {
		findings.add(forgotten ? FindingLevel.ACT : FindingLevel.LOOK, answer.instance(), "process " + row.text("pid"),
				"A statement of %s has been running for %s. Its snapshot keeps vacuum from removing dead rows."
					.formatted(Sessions.name(row), Text.duration(row.fraction("runningSeconds"))),
				"See in data what it waits for. Give the application a statement_timeout; cancel this one if nobody waits for it.",
				"SELECT pg_cancel_backend(%d)".formatted(row.number("pid")));
	}

}
