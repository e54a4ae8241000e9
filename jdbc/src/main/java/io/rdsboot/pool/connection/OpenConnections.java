package io.rdsboot.pool.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.pool.pooler.PoolerSession;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * The open physical connections of a pool, idle or in use, each with its user.
 * Thread-safe.
 */
public final class OpenConnections {

	private final IdentityHashMap<Connection, Session> sessions = new IdentityHashMap<>();

	/**
	 * Take note of a new connection, and forget those that were closed.
	 * @param connection the physical connection
	 * @param user the user that is logged in
	 * @param server the server, or {@code null} where that is not known
	 */
	synchronized void opened(Connection connection, String user, @Nullable ServerIdentity server) throws SQLException {
		this.sessions.keySet().removeIf(OpenConnections::isClosed);
		// A pooler's connections lead where it leads them by then.
		this.sessions.put(connection, new Session(user, connection.isWrapperFor(PoolerSession.class) ? null : server));
	}

	/**
	 * Return the user of a connection, or {@code null} if it is not one of these.
	 */
	public synchronized @Nullable String user(Connection connection) {
		Session session = this.sessions.get(connection);
		return (session != null) ? session.user() : null;
	}

	/**
	 * Return whether one of these is lent as a connection of the pool.
	 */
	public boolean haveLent(Connection borrowed) {
		try {
			return !borrowed.isClosed() && user(borrowed.unwrap(Connection.class)) != null;
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Return whether a connection that is lent was opened to another server than a given
	 * one.
	 */
	public synchronized boolean leadsElsewhereThan(Connection borrowed, ServerIdentity server) {
		try {
			Session session = this.sessions.get(borrowed.unwrap(Connection.class));
			return session != null && session.isElsewhereThan(server);
		}
		catch (SQLException ex) {
			// Its first statement tells what it is worth.
			return false;
		}
	}

	/**
	 * Return whether there is a connection to another server than a given one.
	 */
	public synchronized boolean leadElsewhereThan(ServerIdentity server) {
		return this.sessions.entrySet()
			.stream()
			.anyMatch((each) -> each.getValue().isElsewhereThan(server) && !isClosed(each.getKey()));
	}

	/**
	 * Return whether there is a connection that a condition holds for.
	 */
	synchronized boolean anyMatch(Predicate<Connection> condition) {
		return this.sessions.keySet().stream().anyMatch((each) -> !isClosed(each) && condition.test(each));
	}

	/**
	 * Return whether a write may just have been refused because the application itself
	 * made a connection read-only.
	 */
	public boolean mayBeReadOnlyConnection() {
		return anyMatch((connection) -> {
			try {
				return connection.isReadOnly() && (hasFailed(connection) || connection.getAutoCommit());
			}
			catch (SQLException ex) {
				return false;
			}
		});
	}

	/**
	 * Return whether a write may just have been refused because a session or its
	 * transaction was made read-only in SQL, or by the configuration of its server.
	 */
	public boolean mayBeReadOnlySession() {
		return anyMatch((connection) -> {
			try {
				return !connection.isReadOnly() && isOfPrimary(connection)
						&& (hasFailed(connection) || isReadOnlySession(connection));
			}
			catch (SQLException ex) {
				return false;
			}
		});
	}

	private static boolean hasFailed(Connection connection) throws SQLException {
		return connection.unwrap(BaseConnection.class).getTransactionState() == TransactionState.FAILED;
	}

	/**
	 * Return whether the session is one of a server that takes writes: a replica that is,
	 * or was, a writer refuses them in sessions that it reports to be on standby. Servers
	 * report that from PostgreSQL 14 on. What a pooler reports was so in the first
	 * session that it opened, and its address may lead elsewhere by now.
	 */
	private static boolean isOfPrimary(Connection connection) throws SQLException {
		return !connection.isWrapperFor(PoolerSession.class)
				&& "off".equals(connection.unwrap(BaseConnection.class).getParameterStatus("in_hot_standby"));
	}

	private static boolean isReadOnlySession(Connection connection) throws SQLException {
		return "on".equals(connection.unwrap(BaseConnection.class).getParameterStatus("default_transaction_read_only"));
	}

	/**
	 * Close the sockets of all connections, so that threads that wait for an answer get
	 * an exception.
	 * @param executor closes each; one that cannot be closed at once must not delay the
	 * others
	 * @return how many they were
	 */
	public int abort(Executor executor) throws SQLException {
		List<Connection> open = open();
		for (Connection connection : open) {
			connection.abort(executor);
		}
		return open.size();
	}

	private synchronized List<Connection> open() {
		return this.sessions.keySet().stream().filter((each) -> !isClosed(each)).toList();
	}

	public static boolean isClosed(Connection connection) {
		try {
			return connection.isClosed();
		}
		catch (SQLException ex) {
			return true;
		}
	}

	/**
	 * Where a connection leads.
	 *
	 * @param user the user that is logged in
	 * @param server the server, or {@code null} where that is not known
	 */
	private record Session(String user, @Nullable ServerIdentity server) {

		boolean isElsewhereThan(ServerIdentity other) {
			return this.server != null && !this.server.equals(other);
		}

	}

}
