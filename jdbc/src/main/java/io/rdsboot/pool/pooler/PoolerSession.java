package io.rdsboot.pool.pooler;

import java.sql.SQLException;

import org.apiguardian.api.API;

/**
 * Physical connection through a pooler in transaction mode: the session behind it is
 * another one in each transaction, and others use it in turns. Nothing is ever set in it,
 * and what a transaction is to be like stands in its {@code BEGIN}. Not thread-safe.
 */
@API(status = API.Status.INTERNAL)
public interface PoolerSession {

	/**
	 * Begin the transaction, if the connection is not in auto-commit mode, none has begun
	 * and its isolation level is not the one that the server gives. Otherwise the driver
	 * begins it with the first statement, without a round trip.
	 */
	void beginIfNeeded() throws SQLException;

}
