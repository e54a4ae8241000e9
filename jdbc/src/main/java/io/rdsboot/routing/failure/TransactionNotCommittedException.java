package io.rdsboot.routing.failure;

import java.util.Optional;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.pool.login.FailedInstance;

import org.springframework.dao.TransientDataAccessResourceException;

/**
 * A transaction found no writer, or its server was lost or ceased to be the writer before
 * it was committed. The outcome is known: nothing of it remains in the database, so the
 * whole transaction may be repeated.
 *
 * @see RdsRetry
 */
public class TransactionNotCommittedException extends TransientDataAccessResourceException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened
	 * @param cause the driver's or the pool's failure
	 */
	public TransactionNotCommittedException(String message, Throwable cause) {
		super(message, cause);
	}

	/**
	 * Return the instance that was lost or took no writes, or empty if none was reached.
	 */
	public Optional<DatabaseInstance> getInstance() {
		return FailedInstance.of(this);
	}

}
