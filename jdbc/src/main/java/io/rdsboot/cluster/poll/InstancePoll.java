package io.rdsboot.cluster.poll;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.AuroraDetection;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.ServerLimits;
import io.rdsboot.cluster.ServerIdentity;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Asks one instance over one connection how it is, in the words that the server there
 * understands. Used by one thread.
 */
public abstract class InstancePoll {

	private static final String SERVER = """
			SELECT\s""" + AuroraDetection.EXPRESSION + """
			,current_setting('wal_block_size', true)::bigint,
			pg_size_bytes(current_setting('wal_segment_size', true)),\s""" + ServerIdentity.EXPRESSION;

	/**
	 * A feature that is not supported (Aurora, for functions of the log that it has not),
	 * a function that is not there, and one that may not be called.
	 */
	private static final Set<String> UNSUPPORTED = Set.of("0A000", "42883", "42501");

	/**
	 * A role sees the names of its own sessions, whatever its privileges.
	 */
	private static final String LIMITS = """
			SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
					- coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0)
					- coalesce(nullif(current_setting('rds.rds_superuser_reserved_connections', true), '')::int, 0),
				(SELECT count(*) FROM pg_stat_activity WHERE usename = current_user
					AND application_name = nullif(current_setting('application_name'), '')),
				pg_backend_pid(), current_setting('application_name') LIKE '%/%',
				current_setting('rds.force_ssl', true) IN ('0', 'off')""";

	private static final String SYSTEM_IDENTIFIER = "SELECT system_identifier::text FROM pg_control_system()";

	private final Connection connection;

	private final SessionIdentity session;

	private final LongSupplier nanoTime;

	InstancePoll(Connection connection, SessionIdentity session, LongSupplier nanoTime) {
		this.connection = connection;
		this.session = session;
		this.nanoTime = nanoTime;
	}

	/**
	 * Find out what kind of server a connection leads to now.
	 * @param instance the instance that was connected to
	 * @param connection the connection
	 * @param nanoTime the monitor's clock
	 * @return the poll for that kind
	 */
	public static InstancePoll of(DatabaseInstance instance, Connection connection, LongSupplier nanoTime)
			throws SQLException {
		if (instance.fixedRole() != null) {
			return new AddressPoll(connection, instance.fixedRole(), nanoTime);
		}
		try (Statement statement = connection.createStatement(); ResultSet server = statement.executeQuery(SERVER)) {
			server.next();
			boolean aurora = server.getBoolean(1);
			SessionIdentity session = new SessionIdentity(aurora ? null : systemIdentifier(connection),
					new ServerIdentity(server.getString(4)));
			return aurora ? new AuroraPoll(connection, AuroraPoll.isOfGlobalDatabase(connection), session, nanoTime)
					: new PostgresPoll(connection, new WalPages(server.getLong(2), server.getLong(3)), session,
							nanoTime);
		}
	}

	private static @Nullable String systemIdentifier(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet system = statement.executeQuery(SYSTEM_IDENTIFIER)) {
			return system.next() ? system.getString(1) : null;
		}
		catch (SQLException ex) {
			if (WatchFailure.isUnreachable(ex)) {
				throw ex;
			}
			return null;
		}
	}

	/**
	 * Ask how the instance is. The answer is one of this poll's session, unless a pooler
	 * has let another server answer than the one that was met first.
	 */
	public final Observation ask() throws SQLException {
		long askedAt = this.nanoTime.getAsLong();
		try (Statement statement = this.connection.createStatement();
				ResultSet answer = statement.executeQuery(questionToKnownServer())) {
			if (!answer.next()) {
				throw new SQLException("The answer to '" + question() + "' has no row");
			}
			Observation observation = read(answer, this.session, askedAt, this.nanoTime.getAsLong());
			ServerIdentity known = this.session.server();
			ServerIdentity present = (known != null) ? new ServerIdentity(answer.getString(ServerIdentity.COLUMN))
					: null;
			return Objects.equals(known, present) ? observation : observation.of(present);
		}
	}

	private String questionToKnownServer() {
		return (this.session.server() == null) ? question() : "SELECT answer.*, %s AS %s FROM (%s) AS answer"
			.formatted(ServerIdentity.EXPRESSION, ServerIdentity.COLUMN, question());
	}

	/**
	 * Ask how many connections the server takes, how many monitors watch it under the
	 * name of this one, and whether it takes connections without TLS.
	 * @return {@link ServerLimits#UNKNOWN} where the server does not tell
	 */
	public final ServerLimits askForLimits() {
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(LIMITS)) {
			row.next();
			// A pooler, which tells each client a process of its own, has another limit.
			boolean direct = row.getInt(3) == this.connection.unwrap(PGConnection.class).getBackendPID();
			// Monitors of services without a name count each other, whose pools may
			// differ.
			boolean named = row.getBoolean(4);
			return new ServerLimits((direct && named) ? Math.max(0, row.getInt(1)) : 0, Math.max(1, row.getInt(2)),
					row.getBoolean(5));
		}
		catch (SQLException ex) {
			// if the connection is lost, the next look finds out
			return ServerLimits.UNKNOWN;
		}
	}

	/**
	 * Return a poll over the same connection that asks for the role alone.
	 */
	public final InstancePoll ofRole() {
		return new RolePoll(this.connection, this.session, this.nanoTime);
	}

	/**
	 * Return whether a question failed because the server does not have, or does not let
	 * this role use, what was asked for.
	 */
	public static boolean isUnsupported(SQLException failure) {
		return failure.getSQLState() != null && UNSUPPORTED.contains(failure.getSQLState());
	}

	/**
	 * Wait on the server until it is promoted, so that no time passes between the
	 * promotion and the news of it.
	 * @param limit the longest to wait
	 * @param pause how often the server looks
	 * @return whether the server can wait; otherwise this returns at once
	 */
	public boolean awaitPromotion(Duration limit, Duration pause) throws SQLException {
		return false;
	}

	/**
	 * Return a query whose answer is one row.
	 */
	abstract String question();

	abstract Observation read(ResultSet answer, SessionIdentity session, long askedAt, long answeredAt)
			throws SQLException;

	public final Connection connection() {
		return this.connection;
	}

	public final SessionIdentity session() {
		return this.session;
	}

}
