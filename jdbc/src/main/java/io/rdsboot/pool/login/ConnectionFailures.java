package io.rdsboot.pool.login;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Set;

import javax.net.ssl.SSLException;

import io.rdsboot.cluster.poll.PoolerRefusal;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Tells kinds of connection failures apart, by SQLSTATE.
 */
@API(status = API.Status.INTERNAL)
public final class ConnectionFailures {

	/**
	 * Nothing answers. See <a href=
	 * "https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error
	 * codes</a>. 08004 is not among them: there a server has answered.
	 */
	private static final Set<String> UNANSWERED = Set.of("08001", "08006");

	/**
	 * The server is going down or coming up.
	 */
	private static final Set<String> IN_TRANSITION = Set.of("57P01", "57P02", "57P03");

	private static final String LOGIN_REJECTED = "08004";

	private static final String READ_ONLY = "25006";

	/**
	 * A wrong password (28P01), or a login that is not allowed (28000), which a token
	 * that is not accepted is as well.
	 */
	private static final Set<String> REFUSED_LOGIN = Set.of("28P01", "28000");

	private static final String DATABASE_DROPPED = "57P04";

	/**
	 * The transaction was idle for too long (25P03) or took too long (25P04), or the
	 * session was idle for too long (57P05).
	 */
	private static final Set<String> ENDED_BY_TIMEOUT = Set.of("25P03", "25P04", "57P05");

	private static final Set<String> ROLLED_BACK_FOR_OTHERS = Set.of("40001", "40P01");

	private static final String RECOVERY_CONFLICT = "conflict with recovery";

	private ConnectionFailures() {
	}

	/**
	 * Return whether the server could not be reached, be it that it is going down or
	 * coming up or that a pooler has lost it, as opposed to refusing the login or being
	 * refused for its certificate.
	 */
	public static boolean isUnreachable(SQLException failure) {
		return hasState(failure, IN_TRANSITION) || (hasState(failure, UNANSWERED) && !isTlsFailure(failure))
				|| PoolerRefusal.isOfAbsence(failure);
	}

	/**
	 * Return whether nothing answered at the address, as opposed to a server that is
	 * going down, coming up or refusing, and to a name that does not resolve.
	 */
	public static boolean isUnanswered(SQLException failure) {
		return hasState(failure, UNANSWERED) && !isTlsFailure(failure) && !isUnknownHost(failure);
	}

	/**
	 * Return whether a statement failed because its connection was lost.
	 */
	public static boolean isLostConnection(SQLException failure) {
		String state = failure.getSQLState();
		return hasState(failure, IN_TRANSITION)
				|| (state != null && state.startsWith("08") && !state.equals(LOGIN_REJECTED))
				|| PoolerRefusal.isOfAbsence(failure);
	}

	/**
	 * Return whether a statement failed because the server or the transaction takes no
	 * writes.
	 */
	public static boolean isReadOnly(SQLException failure) {
		return READ_ONLY.equals(failure.getSQLState());
	}

	/**
	 * Return whether a replica cancelled a read, or ended its session, because the replay
	 * of the writer's log needed row versions, a lock or a buffer that the read held. The
	 * SQLSTATE is that of a serialization failure, a deadlock or a shutdown, which a
	 * replica has no others of but deadlocks of advisory locks. The server may speak any
	 * language, so the name of its function that reports the failure counts as well.
	 */
	public static boolean isRecoveryConflict(SQLException failure) {
		ServerErrorMessage message = serverMessage(failure);
		if (message == null) {
			return false;
		}
		if (message.getMessage() != null && message.getMessage().contains(RECOVERY_CONFLICT)) {
			return !isDatabaseDropped(failure);
		}
		String routine = message.getRoutine();
		return routine != null && hasState(failure, ROLLED_BACK_FOR_OTHERS) && (routine.equals("ProcessInterrupts")
				|| routine.contains("RecoveryConflict") || routine.contains("recovery_conflict"));
	}

	/**
	 * Return whether a replica ended a session because its database was dropped on the
	 * writer.
	 */
	public static boolean isDatabaseDropped(SQLException failure) {
		return DATABASE_DROPPED.equals(failure.getSQLState());
	}

	/**
	 * Return whether the server ended a session by one of its time-outs, and with it the
	 * transaction. It did so before it looked at the statement that tells it, so that
	 * nothing remains, not even of a commit.
	 */
	public static boolean isEndedByTimeout(SQLException failure) {
		return hasState(failure, ENDED_BY_TIMEOUT);
	}

	/**
	 * Return whether a server refused a command because it is a replica, as opposed to
	 * one that it refused because the transaction is read-only.
	 */
	public static boolean isRefusedDuringRecovery(SQLException failure) {
		ServerErrorMessage message = serverMessage(failure);
		if (message == null) {
			return false;
		}
		return "PreventCommandDuringRecovery".equals(message.getRoutine())
				|| (message.getMessage() != null && message.getMessage().endsWith("during recovery"));
	}

	private static @Nullable ServerErrorMessage serverMessage(SQLException failure) {
		return (failure instanceof PSQLException ex) ? ex.getServerErrorMessage() : null;
	}

	/**
	 * Return whether the server refused the credentials, so that others may do.
	 */
	static boolean isRefusedLogin(SQLException failure) {
		return hasState(failure, REFUSED_LOGIN);
	}

	private static boolean hasState(SQLException failure, Set<String> states) {
		return failure.getSQLState() != null && states.contains(failure.getSQLState());
	}

	/**
	 * Return whether the two sides do not agree on TLS, which pgjdbc reports as a lost
	 * connection. One that is lost in the middle of a handshake is none: it has the
	 * network's exception for a cause.
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
	 * Return whether the failure is that the host's name does not resolve.
	 */
	public static boolean isUnknownHost(SQLException failure) {
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
	public static SQLException causeOf(SQLException borrowFailure) {
		return (borrowFailure.getCause() instanceof SQLException cause) ? cause : borrowFailure;
	}

}
