package io.rdsboot.routing.selection;

import java.util.List;

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
	 * Return a listener that tells several. If one of them throws an exception, it is
	 * logged once, and the others are told all the same.
	 * @param listeners told in this order
	 */
	static RoutingListener all(List<RoutingListener> listeners) {
		return new RoutingListeners(listeners);
	}

}
