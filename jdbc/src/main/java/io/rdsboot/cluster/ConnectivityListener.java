package io.rdsboot.cluster;

import java.sql.SQLException;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Hears how attempts to open physical connections ended, and of open ones that failed.
 * Called on the thread that it happened to; must not block.
 */
public interface ConnectivityListener {

	/**
	 * Called after a connection was opened.
	 * @param instance the instance that answered
	 * @param server the server that its address leads to now, or {@code null} where that
	 * is not known
	 */
	default void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
	}

	/**
	 * Called after an attempt failed because nothing answered or the server is going down
	 * or coming up; not when a server that is well refused a login.
	 * @param instance the instance that could not be reached
	 */
	default void unreachable(DatabaseInstance instance) {
	}

	/**
	 * Called after every attempt that failed, whatever the reason, and after
	 * {@link #unreachable} where that is called too.
	 * @param instance the instance that was tried
	 * @param failure why it failed
	 */
	default void failed(DatabaseInstance instance, SQLException failure) {
	}

	/**
	 * Called after a login of which the server has refused credentials: before
	 * {@link #connected} if it has taken others then, otherwise before {@link #failed}.
	 * @param instance the instance that was tried
	 * @param refusals how many credentials were refused, at least 1
	 * @param recovered whether others were accepted
	 */
	default void loginRefused(DatabaseInstance instance, int refusals, boolean recovered) {
	}

	/**
	 * Called after a statement failed in a way that says something of the instance: the
	 * connection was lost, or the instance took no write.
	 * @param instance the instance
	 * @param failure why the statement failed
	 */
	default void statementFailed(DatabaseInstance instance, SQLException failure) {
	}

	/**
	 * Return a listener that tells several. An exception of one is logged, once, and
	 * keeps no other from being told.
	 * @param listeners told in this order
	 */
	static ConnectivityListener all(List<ConnectivityListener> listeners) {
		return new ConnectivityListeners(listeners);
	}

}
