package io.rdsboot.cluster;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Opens connections that watch instances, apart from those that serve the application.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface InstanceConnector {

	/**
	 * Open a connection in auto-commit mode, which the caller closes.
	 * @param instance where to
	 * @param timeout the longest that connecting may take, and afterwards the longest
	 * that the connection waits for the server at a time
	 * @throws SQLException if the instance does not answer in time, or refuses
	 */
	Connection connect(DatabaseInstance instance, Duration timeout) throws SQLException;

	/**
	 * Open a connection to an instance whose name leads elsewhere for a while. By
	 * default, as if it did not.
	 * @param instance where to
	 * @param redirect where the connection is opened
	 * @param timeout as above
	 * @throws SQLException if the instance does not answer in time, or refuses
	 */
	default Connection connect(DatabaseInstance instance, AddressRedirect redirect, Duration timeout)
			throws SQLException {
		return connect(instance, timeout);
	}

}
