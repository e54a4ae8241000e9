package io.rdsboot.vector.index.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Right to do some work in a database, such as to build its vector indexes, which one
 * session has at a time. Held by a transaction and not by a session, because proxies
 * share sessions. The transaction is left without a snapshot while it is idle, so
 * {@code CREATE INDEX CONCURRENTLY} does not wait for it.
 */
public final class BuildGuard implements AutoCloseable {

	/**
	 * The letters "rdsi".
	 */
	private static final int LOCK_KEY = 0x72647369;

	private static final int FIRST_VERSION_WITH_TRANSACTION_TIMEOUT = 17;

	private final Connection connection;

	private final boolean autoCommit;

	private BuildGuard(Connection connection, boolean autoCommit) {
		this.connection = connection;
		this.autoCommit = autoCommit;
	}

	/**
	 * Return the guard, or {@code null} if another session holds it.
	 */
	public static @Nullable BuildGuard tryAcquire(DataSource dataSource) throws SQLException {
		return tryAcquire(dataSource, LOCK_KEY);
	}

	/**
	 * Return the guard of some work, or {@code null} if another session holds it.
	 * @param key the key of the work's advisory lock
	 */
	public static @Nullable BuildGuard tryAcquire(DataSource dataSource, int key) throws SQLException {
		Connection connection = dataSource.getConnection();
		BuildGuard guard = new BuildGuard(connection, connection.getAutoCommit());
		try {
			connection.setAutoCommit(false);
			if (guard.lock(key)) {
				return guard;
			}
		}
		catch (SQLException ex) {
			guard.close();
			throw ex;
		}
		guard.close();
		return null;
	}

	private boolean lock(int key) throws SQLException {
		execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
		try (PreparedStatement lock = this.connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?)")) {
			lock.setInt(1, key);
			try (ResultSet row = lock.executeQuery()) {
				if (!row.next() || !row.getBoolean(1)) {
					return false;
				}
			}
		}
		if (this.connection.getMetaData().getDatabaseMajorVersion() >= FIRST_VERSION_WITH_TRANSACTION_TIMEOUT) {
			execute("SET LOCAL transaction_timeout = 0");
		}
		// Must come last: a query's portal keeps its snapshot until the portal of another
		// statement replaces it, and that of a SET has none.
		execute("SET LOCAL idle_in_transaction_session_timeout = 0");
		return true;
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Override
	public void close() throws SQLException {
		try (Connection closing = this.connection) {
			closing.rollback();
			closing.setAutoCommit(this.autoCommit);
		}
	}

}
