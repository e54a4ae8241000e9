package io.rdsboot.routing.consistency;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Question whether the calling thread is in a transaction of Spring's that may write and
 * has not committed yet.
 */
final class PendingTransaction {

	private PendingTransaction() {
	}

	/**
	 * Return whether there is one. Not so in callbacks after its commit, as long as no
	 * further statement runs in it.
	 */
	static boolean exists() {
		return TransactionSynchronizationManager.isActualTransactionActive()
				&& !TransactionSynchronizationManager.isCurrentTransactionReadOnly() && !hasCommitted();
	}

	private static boolean hasCommitted() {
		for (Map.Entry<Object, Object> resource : TransactionSynchronizationManager.getResourceMap().entrySet()) {
			if (resource.getValue() instanceof ConnectionHolder holder && hasCommitted(holder)) {
				return true;
			}
		}
		return false;
	}

	private static boolean hasCommitted(ConnectionHolder holder) {
		holder.requested();
		try {
			Connection connection = holder.getConnection();
			return connection.isWrapperFor(CommitStatus.class) && connection.unwrap(CommitStatus.class).isCommitted();
		}
		catch (SQLException | RuntimeException ex) {
			// Whoever cannot tell is taken for one that has yet to commit: the safe side.
			return false;
		}
		finally {
			holder.released();
		}
	}

}
