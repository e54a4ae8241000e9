package io.rdsboot.routing.physical;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.routing.failure.CommitOutcomeUnknownException;
import io.rdsboot.routing.failure.LostConnections;

/**
 * Ends transactions on physical connections, also on those that get lost.
 */
final class TransactionEnd {

	private TransactionEnd() {
	}

	/**
	 * Commit.
	 * @throws CommitOutcomeUnknownException if the connection was lost meanwhile, and
	 * with it the server's answer
	 * @throws SQLNonTransientConnectionException if it was lost before, so that nothing
	 * of the transaction remains. SQLSTATE 08003
	 */
	static void commit(Connection connection) throws SQLException {
		boolean lostBefore = LostConnections.isLost(connection);
		try {
			connection.commit();
		}
		catch (SQLException ex) {
			if (!LostConnections.isLoss(ex)) {
				throw ex;
			}
			throw lostBefore ? new SQLNonTransientConnectionException(
					"The connection was lost before the commit: nothing of the transaction remains", "08003", ex)
					: new CommitOutcomeUnknownException(ex);
		}
	}

	/**
	 * Roll back. A lost connection is no failure: a server rolls back what was not
	 * committed when its session ends, and whoever lost the connection was told at that
	 * time. An exception from here would hide that one.
	 */
	static void rollback(Connection connection) throws SQLException {
		try {
			connection.rollback();
		}
		catch (SQLException ex) {
			if (!LostConnections.isLoss(ex) && !ConnectionFailures.isEndedByTimeout(ex)) {
				throw ex;
			}
		}
	}

}
