package io.rdsboot.routing.physical;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;

import io.rdsboot.pool.connection.ReadOnlyByApplication;
import io.rdsboot.pool.pooler.PoolerSession;
import io.rdsboot.routing.sql.SqlSettings;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * How statements are executed where a pooler lets others use the session in turns: a
 * transaction begins as it is to be, and what would stay in the session is refused. Not
 * thread-safe.
 *
 * <p>
 * No session is ever made read-only. On a read-only connection in auto-commit mode, a
 * replica refuses writes itself; the writer, which such a read may fall back to, would
 * execute them, so they are refused by their text.
 */
final class SharedSession {

	private static final String READ_ONLY = "25006";

	private static final String NOT_SUPPORTED = "0A000";

	private final PoolerSession session;

	private final boolean reading;

	private SharedSession(PoolerSession session, boolean reading) {
		this.session = session;
		this.reading = reading;
	}

	/**
	 * Return the rules for a physical connection, or {@code null} if its session is its
	 * own.
	 * @param reading whether it was borrowed for reading
	 */
	static @Nullable SharedSession of(Connection physical, boolean reading) throws SQLException {
		return physical.isWrapperFor(PoolerSession.class)
				? new SharedSession(physical.unwrap(PoolerSession.class), reading) : null;
	}

	/**
	 * Prepare for a statement that is about to be executed.
	 * @param settings the settings that it changes beyond its transaction
	 * @param sql the statement, or {@code null} for one whose text is not known
	 * @param autoCommit whether it is a transaction of its own
	 * @throws SQLException if it must not be executed
	 */
	void executing(SqlSettings settings, @Nullable SqlText sql, boolean autoCommit) throws SQLException {
		if (!settings.isEmpty()) {
			throw new SQLFeatureNotSupportedException(
					"Through a pooler in transaction mode, %s would outlast the transaction in a session that others use, too: set it within a transaction by SET LOCAL or set_config(..., true), give the role its own by ALTER ROLE ... SET, or connect past the pooler"
						.formatted(settings.names().isEmpty() ? "a setting"
								: "the setting " + String.join(", ", settings.names())),
					NOT_SUPPORTED);
		}
		if (sql != null && sql.takesSessionLock()) {
			throw new SQLFeatureNotSupportedException(
					"Through a pooler in transaction mode, an advisory lock of the session would stay in a session that others use, too: take pg_advisory_xact_lock within a transaction, or connect past the pooler",
					NOT_SUPPORTED);
		}
		if (this.reading && autoCommit && sql != null && sql.isWrite()) {
			SQLException refused = new SQLException(
					"The connection is read-only, and this statement would write: " + "set readOnly to false before it",
					READ_ONLY);
			ReadOnlyByApplication.addTo(refused);
			throw refused;
		}
		begin();
	}

	/**
	 * Begin the transaction, if the connection is to have one and it is not one that the
	 * driver begins.
	 */
	void begin() throws SQLException {
		this.session.beginIfNeeded();
	}

}
