package io.rdsboot.pool.connection;

import java.sql.Connection;
import java.sql.SQLException;

import io.rdsboot.pool.pooler.DriverConnection;

/**
 * HikariCP's question for the isolation level, which it asks the first connection of a
 * pool. Thread-safe.
 *
 * <p>
 * Where that connection is lost before it answers, HikariCP goes on with the level -1,
 * and sets up no connection any more, for as long as the pool lives. It does so for
 * SQLSTATEs of class 08 only, so that the loss is given another, and HikariCP opens the
 * next connection and asks again.
 *
 * @see <a href="https://github.com/brettwooldridge/HikariCP/issues/1944">HikariCP
 * #1944</a>
 */
final class IsolationDetection {

	/**
	 * The session was ended by its server.
	 */
	private static final String ADMIN_SHUTDOWN = "57P01";

	private volatile boolean answered;

	/**
	 * Return the connection to give to HikariCP.
	 * @param opened one that was just opened
	 * @return the same, or one around it while the question was not answered
	 */
	Connection prepare(Connection opened) {
		return this.answered ? opened : new FirstConnection(opened);
	}

	private final class FirstConnection extends DriverConnection {

		FirstConnection(Connection target) {
			super(target);
		}

		@Override
		public int getTransactionIsolation() throws SQLException {
			if (IsolationDetection.this.answered) {
				return target().getTransactionIsolation();
			}
			try {
				int isolation = target().getTransactionIsolation();
				IsolationDetection.this.answered = true;
				return isolation;
			}
			catch (SQLException ex) {
				throw new SQLException(ex.getMessage(), ADMIN_SHUTDOWN, ex);
			}
		}

	}

}
