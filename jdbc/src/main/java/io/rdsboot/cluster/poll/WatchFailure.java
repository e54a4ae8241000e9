package io.rdsboot.cluster.poll;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.Set;

import javax.net.ssl.SSLException;

/**
 * Why an instance could not be asked.
 *
 * @param unreachable whether nothing answers, or the server is going down or coming up;
 * otherwise it is well as far as anybody knows, and the monitor alone cannot see it
 * @param cause the failure
 */
public record WatchFailure(boolean unreachable, Exception cause) {

	/**
	 * SQLSTATEs of a server that cannot be reached. 08004 is none: there a server has
	 * answered.
	 */
	private static final Set<String> UNREACHABLE = Set.of("08000", "08001", "08003", "08006", "57P01", "57P02",
			"57P03");

	public static WatchFailure of(Exception cause) {
		return new WatchFailure(cause instanceof SQLException failure && isUnreachable(failure), cause);
	}

	/**
	 * Return whether a failure says that the server cannot be reached, as opposed to
	 * refusing.
	 */
	public static boolean isUnreachable(SQLException failure) {
		return (failure.getSQLState() != null && UNREACHABLE.contains(failure.getSQLState()) && !isTlsFailure(failure))
				|| PoolerRefusal.isOfAbsence(failure);
	}

	/**
	 * Return whether the two sides do not agree on TLS, which pgjdbc reports as a lost
	 * connection; one that is lost in a handshake has the network's exception for a
	 * cause.
	 */
	private static boolean isTlsFailure(SQLException failure) {
		boolean tls = false;
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof EOFException || cause instanceof SocketException
					|| cause instanceof SocketTimeoutException) {
				return false;
			}
			tls |= cause instanceof SSLException;
		}
		return tls;
	}

	/**
	 * Return whether the server itself has said so, and thus can be reached.
	 */
	public boolean answered() {
		return !this.unreachable && this.cause instanceof SQLException failure && failure.getSQLState() != null
				&& !failure.getSQLState().startsWith("08");
	}

	/**
	 * Return what happened, in one line for a log.
	 */
	public String reason() {
		String message = this.cause.getMessage();
		return (message != null && !message.isBlank()) ? message.lines().findFirst().orElseThrow()
				: this.cause.getClass().getSimpleName();
	}

}
