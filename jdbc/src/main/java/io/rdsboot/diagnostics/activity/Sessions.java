package io.rdsboot.diagnostics.activity;

import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.pool.MonitoringConnector;

/**
 * Which sessions checks look at, and how findings call one.
 */
final class Sessions {

	/**
	 * Condition on {@code a}, a row of {@code pg_stat_activity}: it is neither a monitor
	 * nor a diagnosis, of this instance of a service or another one. Both have time-outs
	 * of their own.
	 */
	static final String OF_APPLICATIONS = "coalesce(a.application_name, '') !~ '(^|/)(%s|%s)$'"
		.formatted(MonitoringConnector.APPLICATION_NAME, DiagnosticSession.APPLICATION_NAME);

	private Sessions() {
	}

	/**
	 * Return the role and the application of a session.
	 */
	static String name(Row row) {
		String application = row.text("application");
		return application.isEmpty() ? "role \"%s\"".formatted(row.text("user"))
				: "role \"%s\", application \"%s\"".formatted(row.text("user"), application);
	}

}
