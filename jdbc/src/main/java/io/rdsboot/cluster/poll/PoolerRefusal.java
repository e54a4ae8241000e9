package io.rdsboot.cluster.poll;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Tells from a pooler's refusal that the server behind it is absent. Poolers have few
 * SQLSTATEs for what they say themselves: PgBouncer has that of a protocol violation
 * (08P01) for nearly everything, pgcat that of a system error (58000). Their texts are
 * not translated.
 *
 * @see <a href="https://www.pgbouncer.org/config.html">PgBouncer's time-outs</a>
 */
public final class PoolerRefusal {

	private static final Set<String> STATES = Set.of("08P01", "58000");

	private static final List<String> OF_ABSENCE = List.of(
			// PgBouncer: at the login, and to those who wait for a server
			"server login has been failing", "server login failed", "client_login_timeout", "query_wait_timeout",
			"pgbouncer cannot connect to server", "server DNS lookup failed", "the database system is ",
			// PgBouncer: of a server that went away, and of itself
			"server conn crashed", "server closed the connection unexpectedly", "server shutting down",
			"terminating connection", "pause failed", "suspend_timeout", "database removed",
			"database configuration changed", "admin forced disconnect", "pooler is shutting down",
			// pgcat
			"could not get connection from the pool", "error receiving data from server",
			"error sending data to server", "pooler is shut down");

	/**
	 * What a server says of a login through PgBouncer, which is a mistake and no absence.
	 */
	private static final List<String> OF_MISTAKE = List.of("authentication failed", "wrong password", "password type",
			"does not exist", "SASL");

	private PoolerRefusal() {
	}

	/**
	 * Return whether a failure is a pooler's that has no server to give at present, so
	 * that waiting may help.
	 */
	public static boolean isOfAbsence(SQLException failure) {
		String state = failure.getSQLState();
		String message = failure.getMessage();
		return state != null && message != null && STATES.contains(state) && mentions(message, OF_ABSENCE)
				&& !mentions(message, OF_MISTAKE);
	}

	private static boolean mentions(String message, List<String> parts) {
		return parts.stream().anyMatch(message::contains);
	}

}
