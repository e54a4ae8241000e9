package io.rdsboot.routing.failure;

import java.util.Optional;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.pool.login.FailedInstance;

import org.springframework.dao.CannotAcquireLockException;

/**
 * A replica cancelled a read, because the replay of the writer's log needed the row
 * versions, the lock or the buffer that the read held. PostgreSQL calls it a recovery
 * conflict. Nothing was lost, and the whole transaction may be repeated; the next read of
 * the calling thread goes to another instance.
 *
 * <p>
 * It is what Spring makes of the same SQLSTATE (40001) on a writer.
 *
 * @see RdsRetry
 */
public class ReadCancelledException extends CannotAcquireLockException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what happened
	 * @param cause the driver's failure
	 */
	public ReadCancelledException(String message, Throwable cause) {
		super(message, cause);
	}

	/**
	 * Return the instance that has cancelled the read, or empty if that is not known.
	 */
	public Optional<DatabaseInstance> getInstance() {
		return FailedInstance.of(this);
	}

}
