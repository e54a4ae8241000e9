package io.rdsboot.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

/**
 * Which server a connection leads to, and since which start: the same for all connections
 * to one server until it is restarted. Immutable.
 *
 * @param description when the server was started, and its port
 */
public record ServerIdentity(String description) {

	/**
	 * SQL expression of the description. No two servers of a cluster have begun in the
	 * same microsecond; the port tells apart those that a tool starts together on one
	 * machine. Seconds are the same in every time zone of a session.
	 */
	public static final String EXPRESSION = """
			'started at ' || extract(epoch FROM pg_postmaster_start_time()) || ' on port ' || current_setting('port')""";

	/**
	 * What the description is called in answers that have other columns, too.
	 */
	public static final String COLUMN = "server_identity";

	public ServerIdentity {
		Objects.requireNonNull(description, "description");
	}

	/**
	 * Ask a server.
	 * @param connection a connection to it, outside a transaction
	 * @return its identity
	 * @throws SQLException if it does not answer, or does not tell
	 */
	public static ServerIdentity of(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet answer = statement.executeQuery("SELECT " + EXPRESSION)) {
			if (!answer.next()) {
				throw new SQLException("The server tells neither its start nor its port");
			}
			return new ServerIdentity(answer.getString(1));
		}
	}

	@Override
	public String toString() {
		return this.description;
	}

}
