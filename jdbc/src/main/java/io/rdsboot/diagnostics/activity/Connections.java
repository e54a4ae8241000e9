package io.rdsboot.diagnostics.activity;

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
 * Connections by state, role and application, against the number that roles without
 * privileges may have.
 */
public final class Connections extends Check {

	/**
	 * A role without privileges does not see the type of other roles' backends, but those
	 * of the server itself have no role.
	 */
	private static final String QUESTION = """
			SELECT a.datname AS database, a.usename AS user, a.application_name AS application, a.state,
				count(*) AS connections, sum(count(*)) OVER () AS total,
				current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
					- coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0)
					- coalesce(nullif(current_setting('rds.rds_superuser_reserved_connections', true), '')::int, 0)
					AS available
			FROM pg_stat_activity a
			WHERE a.usename IS NOT NULL AND coalesce(a.backend_type, 'client backend') = 'client backend'
			GROUP BY a.datname, a.usename, a.application_name, a.state
			ORDER BY connections DESC""";

	private static final double MANY = 80;

	private static final double ALMOST_ALL = 95;

	public Connections() {
		super("connections", "connections", CheckScope.EACH);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer);
			findings.requireStatistics(answer.server());
			if (answer.rows().isEmpty()) {
				continue;
			}
			Row most = answer.rows().get(0);
			double percent = 100.0 * most.number("total") / Math.max(1, most.number("available"));
			if (percent >= MANY) {
				findings.add((percent >= ALMOST_ALL) ? FindingLevel.ACT : FindingLevel.LOOK, answer.instance(), null,
						"%d of %d connections are in use (%s). Most of them, %d, are of %s. Once all are in use, logins fail."
							.formatted(most.number("total"), most.number("available"), Text.percent(percent),
									most.number("connections"), Sessions.name(most)),
						"Add up the pools' maximum sizes over all instances of all services, and make them smaller, put a pooler in between, or take a larger instance class: its memory decides about max_connections.",
						null);
			}
		}
		if (findings.isEmpty()) {
			findings.fine("Less than %.0f %% of the connections are in use.".formatted(MANY));
		}
	}

}
