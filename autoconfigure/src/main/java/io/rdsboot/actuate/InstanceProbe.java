package io.rdsboot.actuate;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.rdsboot.cluster.InstanceState;
import io.rdsboot.pool.InstancePools;

/**
 * Asks an instance, over a connection of its pool, whether it is a replica. Thread-safe.
 */
final class InstanceProbe {

	private final InstancePools pools;

	private final Duration timeout;

	InstanceProbe(InstancePools pools, Duration timeout) {
		this.pools = pools;
		this.timeout = timeout;
	}

	/**
	 * Return whether the instance replays another one's log.
	 * @throws SQLException if it does not answer within the pool's connection time-out
	 * and this probe's
	 */
	boolean isInRecovery(InstanceState state) throws SQLException {
		try (Connection connection = this.pools.pool(state.instance(), state.role()).getConnection()) {
			// The pool restores its own time-out when the connection comes back.
			connection.setNetworkTimeout(Runnable::run, Math.toIntExact(this.timeout.toMillis()));
			try (Statement statement = connection.createStatement();
					ResultSet resultSet = statement.executeQuery("SELECT pg_is_in_recovery()")) {
				resultSet.next();
				return resultSet.getBoolean(1);
			}
		}
	}

}
