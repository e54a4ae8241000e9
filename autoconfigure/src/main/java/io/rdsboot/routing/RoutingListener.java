package io.rdsboot.routing;

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

}
