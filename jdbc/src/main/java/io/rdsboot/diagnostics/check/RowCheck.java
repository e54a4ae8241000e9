package io.rdsboot.diagnostics.check;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Check whose question selects what is wrong: each row of an answer is a finding.
 */
public abstract class RowCheck extends Check {

	private final String question;

	private final String fine;

	/**
	 * Create a check.
	 * @param section the section that shows the result
	 * @param name the name of the check, unique among all
	 * @param scope which instances to ask
	 * @param question the query
	 * @param fine the message of {@link FindingLevel#FINE} that is told if there is no
	 * row
	 */
	protected RowCheck(String section, String name, CheckScope scope, String question, String fine) {
		super(section, name, scope);
		this.question = question;
		this.fine = fine;
	}

	@Override
	public final List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(this.question);
	}

	@Override
	public final void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer);
			answer.rows().forEach((row) -> report(answer, row, findings));
		}
		if (findings.isEmpty()) {
			findings.fine(this.fine);
		}
	}

	/**
	 * Report what a row tells.
	 * @param answer the answer that the row belongs to
	 * @param row the row
	 * @param findings where to report
	 */
	protected abstract void report(Answer answer, Row row, Findings findings);

}
