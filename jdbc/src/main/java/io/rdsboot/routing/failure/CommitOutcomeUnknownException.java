package io.rdsboot.routing.failure;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Optional;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.pool.login.FailedInstance;

/**
 * The connection was lost while the server committed, so that the transaction may have
 * taken effect or not. It must not be repeated blindly. The driver's failure is the
 * cause. SQLSTATE 08007.
 */
public final class CommitOutcomeUnknownException extends SQLNonTransientConnectionException {

	private static final long serialVersionUID = 1L;

	public CommitOutcomeUnknownException(SQLException cause) {
		super("The connection%s was lost while the transaction was committed: it may have taken effect or not (%s)"
			.formatted(FailedInstance.of(cause).map((instance) -> " to instance " + instance).orElse(""),
					cause.getMessage()),
				"08007", cause);
	}

	/**
	 * Return the instance that was to commit, or empty where the driver's failure did not
	 * come through its pool.
	 */
	public Optional<DatabaseInstance> getInstance() {
		return FailedInstance.of(this);
	}

}
