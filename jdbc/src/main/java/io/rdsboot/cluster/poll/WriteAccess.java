package io.rdsboot.cluster.poll;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Whether a server takes writes at present. One that replays does not; nor does one whose
 * configuration has closed it, as that of either side of a Blue/Green deployment does.
 */
public final class WriteAccess {

	/**
	 * SQL expression that is true where the server's own configuration makes transactions
	 * read-only. What a role, a database or a session has set is the application's
	 * choice, which it may also take back. The view is read only where the setting is on,
	 * because it lists all settings.
	 */
	static final String CLOSED = """
			CASE WHEN current_setting('default_transaction_read_only') = 'on' THEN (SELECT source IN (
				'configuration file', 'command line', 'environment variable', 'global') FROM pg_catalog.pg_settings
				WHERE name = 'default_transaction_read_only') ELSE false END""";

	private static final String QUESTION = "SELECT NOT pg_is_in_recovery() AND NOT " + CLOSED;

	private WriteAccess() {
	}

	/**
	 * Ask a server.
	 * @param connection a connection to it
	 * @return whether it takes writes
	 * @throws SQLException if it does not answer
	 */
	public static boolean isGiven(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet answer = statement.executeQuery(QUESTION)) {
			return answer.next() && answer.getBoolean(1);
		}
	}

}
