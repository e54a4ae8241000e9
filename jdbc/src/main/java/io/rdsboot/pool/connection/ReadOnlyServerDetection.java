package io.rdsboot.pool.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import io.rdsboot.cluster.poll.WriteAccess;
import io.rdsboot.pool.pooler.PoolerSession;
import org.postgresql.core.BaseConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a connection leads to a server that takes no writes, where the writer
 * was expected: a standby, or one that was closed to writes. The address may lead
 * elsewhere by now, or the server be no longer what it was, and nobody may have noticed
 * yet. Thread-safe.
 */
public final class ReadOnlyServerDetection {

	private static final Logger logger = LoggerFactory.getLogger(ReadOnlyServerDetection.class);

	private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

	private ReadOnlyServerDetection() {
	}

	/**
	 * Return whether a connection that was just borrowed leads to a server that takes no
	 * writes. PostgreSQL 14 and later report at the login what speaks for it, and it is
	 * asked only then: a standby that was promoted since corrects the report with its
	 * next answer, and a session may be read-only by the application's own choice. A
	 * pooler's report is that of the first session that it opened, and is not used.
	 * @param borrowed the connection, outside a transaction
	 */
	public static boolean leadsToReadOnlyServer(Connection borrowed) {
		try {
			return !borrowed.isWrapperFor(PoolerSession.class) && maybeReadOnly(borrowed.unwrap(BaseConnection.class))
					&& !takesWrites(borrowed);
		}
		catch (SQLException ex) {
			logger.debug(
					"It is not known whether {} leads to a server that takes writes; its first statement will tell",
					borrowed, ex);
			return false;
		}
	}

	private static boolean maybeReadOnly(BaseConnection session) {
		return "on".equals(session.getParameterStatus("in_hot_standby"))
				|| "on".equals(session.getParameterStatus("default_transaction_read_only"));
	}

	/**
	 * Ask a server whether it takes writes, and wait five seconds at most for the answer.
	 * @param connection a connection to it, outside a transaction
	 * @return whether it does
	 * @throws SQLException if it does not answer
	 */
	public static boolean takesWrites(Connection connection) throws SQLException {
		int timeout = connection.getNetworkTimeout();
		connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER_LIMIT.toMillis()));
		try {
			return WriteAccess.isGiven(connection);
		}
		finally {
			if (!connection.isClosed()) {
				endTransaction(connection);
				connection.setNetworkTimeout(Runnable::run, timeout);
			}
		}
	}

	private static void endTransaction(Connection connection) throws SQLException {
		if (!connection.getAutoCommit()) {
			connection.rollback();
		}
	}

}
