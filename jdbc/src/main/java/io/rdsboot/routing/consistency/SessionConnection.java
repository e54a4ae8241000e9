package io.rdsboot.routing.consistency;

/**
 * Connection that the work of a {@link ConsistencySession} holds.
 */
@FunctionalInterface
public interface SessionConnection {

	/**
	 * Return whether it can do no more work, although nobody has given it back: closed
	 * underneath, or forgotten.
	 */
	boolean isGone();

}
