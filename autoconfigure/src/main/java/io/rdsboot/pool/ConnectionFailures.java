package io.rdsboot.pool;

import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Set;

/**
 * Tells kinds of connection failures apart, by SQLSTATE.
 */
final class ConnectionFailures {

	/**
	 * Nothing answers (08001, 08006), or the server is going down or coming up (57P01,
	 * 57P02, 57P03). See <a href=
	 * "https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error
	 * codes</a>. 08004 is not among them: there a server has answered.
	 */
	private static final Set<String> UNREACHABLE = Set.of("08001", "08006", "57P01", "57P02", "57P03");

	private ConnectionFailures() {
	}

	/**
	 * Return whether the server could not be reached, as opposed to refusing the login.
	 */
	static boolean isUnreachable(SQLException failure) {
		return failure.getSQLState() != null && UNREACHABLE.contains(failure.getSQLState());
	}

	/**
	 * Return whether the failure is that the host's name does not resolve.
	 */
	static boolean isUnknownHost(SQLException failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof UnknownHostException) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return the failure to open a physical connection that a borrow ended with, or the
	 * failure of the borrow where no attempt has ended yet.
	 */
	static SQLException causeOf(SQLException borrowFailure) {
		return (borrowFailure.getCause() instanceof SQLException cause) ? cause : borrowFailure;
	}

}
