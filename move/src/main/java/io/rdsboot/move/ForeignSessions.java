package io.rdsboot.move;

import java.sql.SQLException;
import java.util.List;

import io.rdsboot.pool.MonitoringConnector;
import org.apiguardian.api.API;

/**
 * Sessions in the source of whoever takes no part in the move, such as an instance of the
 * service that was started without it: their writes fail once the source is closed.
 */
@API(status = API.Status.INTERNAL)
public final class ForeignSessions {

	/**
	 * What the application name of each connection ends with that takes part.
	 */
	public static final String APPLICATION_NAME = "rds-move";

	/**
	 * Role, application name and number of these sessions. {@code backend_type} is null
	 * for a login that may not see what others do.
	 */
	public static final String QUERY = """
			SELECT a.usename::text AS role, coalesce(a.application_name, '') AS application, count(*) AS sessions
			FROM pg_catalog.pg_stat_activity a JOIN pg_catalog.pg_roles r ON r.oid = a.usesysid
			WHERE a.datname = pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid()
				AND coalesce(a.backend_type, 'client backend') = 'client backend'
				AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_replication w WHERE w.pid = a.pid)
				AND NOT r.rolsuper AND a.usename !~ '^(rds|cloud_admin|neon)'
				AND a.application_name !~ '(%s|%s|rds-diagnostics)$'
			GROUP BY 1, 2 ORDER BY 1, 2""".formatted(APPLICATION_NAME, MonitoringConnector.APPLICATION_NAME);

	private ForeignSessions() {
	}

	/**
	 * Return them, a text for each role and application name.
	 */
	public static List<String> find(MoveSession source) throws SQLException {
		return source.rows(QUERY,
				(row) -> describe(row.getLong("sessions"), row.getString("role"), row.getString("application")));
	}

	/**
	 * Say what there is, to begin a sentence with.
	 */
	public static String describe(long sessions, String role, String application) {
		return "%d session%s of role '%s'%s".formatted(sessions, (sessions == 1) ? "" : "s", role,
				application.isEmpty() ? "" : " (application name '%s')".formatted(application));
	}

}
