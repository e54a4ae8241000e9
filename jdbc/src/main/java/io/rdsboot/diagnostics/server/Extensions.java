package io.rdsboot.diagnostics.server;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Findings;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Sql;
import io.rdsboot.diagnostics.report.FindingLevel;

/**
 * Extensions of which the server has another version than the database uses. An upgrade
 * of the server does not update them.
 */
public final class Extensions extends Check {

	private static final String QUESTION = """
			SELECT name, installed_version AS "installedVersion", default_version AS "defaultVersion"
			FROM pg_available_extensions WHERE installed_version IS NOT NULL
			ORDER BY name""";

	public Extensions() {
		super("extensions", "extensions", CheckScope.ANY);
	}

	@Override
	public List<Row> ask(DiagnosticSession session) throws SQLException {
		return session.query(QUESTION);
	}

	@Override
	public void judge(List<Answer> answers, Findings findings) {
		for (Answer answer : answers) {
			findings.show(answer);
			for (Row row : answer.rows()) {
				if (row.has("defaultVersion") && !row.text("defaultVersion").equals(row.text("installedVersion"))) {
					findings.add(FindingLevel.LOOK, null, row.text("name"),
							"The database uses version %s of the extension, and the server's is %s."
								.formatted(row.text("installedVersion"), row.text("defaultVersion")),
							"Read what the new version changes, and update it.",
							"ALTER EXTENSION " + Sql.identifier(row.text("name")) + " UPDATE");
				}
			}
		}
		if (findings.isEmpty()) {
			findings.fine("Every extension has the version that the server installs.");
		}
	}

}
