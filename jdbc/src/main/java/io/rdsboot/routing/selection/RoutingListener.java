package io.rdsboot.routing.selection;

import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

import io.rdsboot.cluster.InstanceRole;
import org.jspecify.annotations.Nullable;

/**
 * Hears of every routing decision. Called on the borrowing thread after a connection was
 * borrowed; must be fast.
 */
@FunctionalInterface
public interface RoutingListener {

	/**
	 * Called once for each physical connection that was borrowed.
	 * @param decision where from, and why
	 */
	void routed(RoutingDecision decision);

	/**
	 * Called once for each physical connection that was borrowed, with the time that the
	 * borrow took. Calls {@link #routed(RoutingDecision)} by default.
	 * @param decision where from, and why
	 * @param nanos the time in nanoseconds, all waits included
	 */
	default void routed(RoutingDecision decision, long nanos) {
		routed(decision);
	}

	/**
	 * Called when no connection could be borrowed.
	 * @param role {@link InstanceRole#READER} for a read that a reader may serve,
	 * otherwise {@link InstanceRole#WRITER}
	 * @param failure why there was none, as the borrower gets it
	 */
	default void failed(InstanceRole role, SQLException failure) {
	}

	/**
	 * Called before a borrower waits for an instance, not merely for a connection of its
	 * pool: for a writer while there is none or it does not answer, or for a reader that
	 * may serve, while as many reads are at the writer as it takes in place of readers.
	 * @param role role of the instance that is waited for
	 * @return what is called on the same thread once the wait has ended, with the failure
	 * or {@code null}; or {@code null} where nobody wants to know
	 */
	default @Nullable Consumer<@Nullable SQLException> waiting(InstanceRole role) {
		return null;
	}

	/**
	 * Return a listener that tells several. If one of them throws an exception, it is
	 * logged once, and the others are told all the same.
	 * @param listeners told in this order
	 */
	static RoutingListener all(List<RoutingListener> listeners) {
		return new RoutingListeners(listeners);
	}

}
