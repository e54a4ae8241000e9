package io.rdsboot.pool.connection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.rdsboot.pool.pooler.PoolerSession;
import org.postgresql.core.BaseConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a connection leads to a standby, where the writer was expected: the
 * address may lead elsewhere by now, and nobody may have noticed yet. Thread-safe.
 */
public final class StandbyDetection {

	private static final Logger logger = LoggerFactory.getLogger(StandbyDetection.class);

	private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

	private StandbyDetection() {
	}

	/**
	 * Return whether a connection that was just borrowed leads to a standby. PostgreSQL
	 * 14 and later report that at the login. A standby that was promoted since corrects
	 * the report with its next answer, so it is asked once. A pooler's report is that of
	 * the first session that it opened, and is not used.
	 * @param borrowed the connection, outside a transaction
	 */
	public static boolean leadsToStandby(Connection borrowed) {
		try {
			return !borrowed.isWrapperFor(PoolerSession.class)
					&& "on".equals(borrowed.unwrap(BaseConnection.class).getParameterStatus("in_hot_standby"))
					&& isInRecovery(borrowed);
		}
		catch (SQLException ex) {
			logger.debug("It is not known whether {} leads to a standby; its first statement will tell", borrowed, ex);
			return false;
		}
	}

	/**
	 * Ask a server whether it is a standby, and wait five seconds at most for the answer.
	 * @param connection a connection to it, outside a transaction
	 * @return whether it is
	 * @throws SQLException if it does not answer
	 */
	public static boolean isInRecovery(Connection connection) throws SQLException {
		int timeout = connection.getNetworkTimeout();
		connection.setNetworkTimeout(Runnable::run, Math.toIntExact(ANSWER_LIMIT.toMillis()));
		try (Statement statement = connection.createStatement();
				ResultSet answer = statement.executeQuery("SELECT pg_is_in_recovery()")) {
			return answer.next() && answer.getBoolean(1);
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
