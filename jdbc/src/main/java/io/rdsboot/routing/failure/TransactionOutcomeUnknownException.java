package io.rdsboot.routing.failure;

import java.util.Optional;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.pool.login.FailedInstance;

import org.springframework.dao.NonTransientDataAccessResourceException;

/**
 * The connection was lost while a transaction was committed, or a statement outside any
 * transaction was on its way: it may have taken effect or not. Nothing repeats it.
 *
 * <p>
 * Whether it took effect, the data says: look for what the transaction writes, by a key
 * of its own, on the writer. Repeat it only if nothing is there.
 */
public class TransactionOutcomeUnknownException extends NonTransientDataAccessResourceException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened
	 * @param cause the driver's failure
	 */
	public TransactionOutcomeUnknownException(String message, Throwable cause) {
		super(message, cause);
	}

	/**
	 * Return the instance that was lost, or empty where the failure does not say.
	 */
	public Optional<DatabaseInstance> getInstance() {
		return FailedInstance.of(this);
	}

}
