package io.rdsboot.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Server that a replica receives its log from at present. Immutable.
 *
 * @param host its host, or Aurora's identifier of the instance; {@code null} where the
 * login may not see it, for which PostgreSQL wants the role {@code pg_monitor}
 * @param port its port, or {@code null} if that is not known
 */
public record ReplicationSource(@Nullable String host, @Nullable Integer port) {

	/**
	 * Everybody may see that a receiver runs, but only a few where it connects to.
	 */
	private static final String POSTGRES = """
			SELECT pg_is_in_recovery(), (SELECT count(*) FROM pg_stat_wal_receiver),
				(SELECT sender_host FROM pg_stat_wal_receiver), (SELECT sender_port FROM pg_stat_wal_receiver),
				(SELECT setting FROM pg_settings WHERE name = 'primary_conninfo')""";

	/**
	 * The writer's row of Aurora's list, while it is renewed.
	 */
	private static final String AURORA = """
			SELECT pg_is_in_recovery(), (SELECT server_id FROM aurora_replica_status()
				WHERE session_id = 'MASTER_SESSION_ID' AND server_id <> aurora_db_instance_identifier()
					AND (last_update_timestamp IS NULL OR last_update_timestamp > now() - interval '10 seconds'))""";

	private static final String IS_AURORA = "SELECT " + AuroraDetection.EXPRESSION;

	private static final Pattern HOST = Pattern.compile("\\bhost\\s*=\\s*'?(?<value>[^\\s',]+)");

	private static final Pattern PORT = Pattern.compile("\\bport\\s*=\\s*'?(?<value>\\d+)");

	/**
	 * Ask a server.
	 * @param connection a connection to it
	 * @return where it receives from, or empty if it is no replica, or one that receives
	 * from nobody now
	 */
	public static Optional<ReplicationSource> of(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			boolean aurora;
			try (ResultSet answer = statement.executeQuery(IS_AURORA)) {
				aurora = answer.next() && answer.getBoolean(1);
			}
			try (ResultSet answer = statement.executeQuery(aurora ? AURORA : POSTGRES)) {
				if (!answer.next() || !answer.getBoolean(1)) {
					return Optional.empty();
				}
				return aurora ? Optional.ofNullable(answer.getString(2)).map((id) -> new ReplicationSource(id, null))
						: ofReceiver(answer);
			}
		}
	}

	private static Optional<ReplicationSource> ofReceiver(ResultSet answer) throws SQLException {
		if (answer.getLong(2) == 0) {
			return Optional.empty();
		}
		String host = answer.getString(3);
		if (host != null) {
			return Optional.of(new ReplicationSource(host, answer.getInt(4)));
		}
		String configured = Optional.ofNullable(answer.getString(5)).orElse("");
		String port = find(PORT, configured);
		return Optional
			.of(new ReplicationSource(find(HOST, configured), (port != null) ? Integer.valueOf(port) : null));
	}

	/**
	 * Finds one value of a connection string, of which nothing else is kept: it may hold
	 * a password.
	 */
	private static @Nullable String find(Pattern pattern, String configured) {
		Matcher matcher = pattern.matcher(configured);
		return matcher.find() ? matcher.group("value") : null;
	}

	/**
	 * Return host and port, or what stands in place of those that are not known.
	 */
	@Override
	public String toString() {
		if (this.host == null) {
			return "a server that this login may not see";
		}
		String bracketed = this.host.contains(":") ? "[" + this.host + "]" : this.host;
		return (this.port != null) ? bracketed + ":" + this.port : bracketed;
	}

}
