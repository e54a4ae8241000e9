package io.rdsboot.pool.login;

import java.sql.SQLException;
import java.util.Optional;

import io.rdsboot.cluster.DatabaseInstance;
import org.apiguardian.api.API;

/**
 * Names the instance whose connection failed. Suppressed exception of the driver's
 * failure, so that a stack trace shows it; has no stack trace itself.
 */
@API(status = API.Status.INTERNAL)
public final class FailedInstance extends Exception {

	private static final long serialVersionUID = 1L;

	private final transient DatabaseInstance instance;

	private FailedInstance(DatabaseInstance instance) {
		super("The connection was one to instance " + instance, null, false, false);
		this.instance = instance;
	}

	/**
	 * Add the instance to a failure, unless it is there.
	 */
	public static void addTo(SQLException failure, DatabaseInstance instance) {
		if (suppressedBy(failure).isEmpty()) {
			failure.addSuppressed(new FailedInstance(instance));
		}
	}

	/**
	 * Return the instance whose connection failed, or empty if the failure does not say.
	 * @param failure a failure, or what it caused
	 */
	public static Optional<DatabaseInstance> of(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InstanceRefusedException refused) {
				return Optional.of(refused.getInstance());
			}
			Optional<DatabaseInstance> instance = suppressedBy(cause);
			if (instance.isPresent()) {
				return instance;
			}
		}
		return Optional.empty();
	}

	private static Optional<DatabaseInstance> suppressedBy(Throwable failure) {
		for (Throwable suppressed : failure.getSuppressed()) {
			if (suppressed instanceof FailedInstance named) {
				return Optional.of(named.instance);
			}
		}
		return Optional.empty();
	}

}
