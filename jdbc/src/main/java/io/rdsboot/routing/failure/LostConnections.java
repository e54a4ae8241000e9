package io.rdsboot.routing.failure;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

import org.apiguardian.api.API;

/**
 * Tells whether a connection was lost.
 */
@API(status = API.Status.INTERNAL)
public final class LostConnections {

	/**
	 * The server ends its sessions (57P01), has seen another process crash (57P02), or
	 * takes none now (57P03).
	 */
	private static final Set<String> SHUTDOWN = Set.of("57P01", "57P02", "57P03");

	/**
	 * What HikariCP says, without SQLSTATE, of a connection that it has taken out of its
	 * pool.
	 */
	private static final String EVICTED = "Connection is closed";

	private LostConnections() {
	}

	/**
	 * Return whether a failure means that its connection is lost.
	 */
	public static boolean isLoss(SQLException failure) {
		String state = failure.getSQLState();
		return (state == null && EVICTED.equals(failure.getMessage()))
				|| (state != null && (state.startsWith("08") || SHUTDOWN.contains(state)))
				|| failure.getCause() instanceof IOException;
	}

	/**
	 * Return whether a connection was lost some time ago, which costs no round trip.
	 * HikariCP's proxy does not know of a driver's connection that was aborted.
	 */
	public static boolean isLost(Connection connection) throws SQLException {
		return connection.isClosed() || connection.unwrap(Connection.class).isClosed();
	}

}
