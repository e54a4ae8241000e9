package io.rdsboot.pool.borrow;

import java.sql.SQLNonTransientConnectionException;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * The pool of an instance was closed, before or while a connection was waited for.
 * Nothing was sent to any server. SQLSTATE 08001.
 */
public final class PoolClosedException extends SQLNonTransientConnectionException {

	private static final long serialVersionUID = 1L;

	public PoolClosedException(DatabaseInstance instance) {
		super("The pool of instance " + instance + " is closed, because the application is shutting down", "08001");
	}

}
