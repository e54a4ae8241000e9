package io.rdsboot.routing.consistency;

import org.apiguardian.api.API;

/**
 * Connection that the work of a {@link ConsistencySession} holds.
 */
@API(status = API.Status.INTERNAL)
@FunctionalInterface
public interface SessionConnection {

	/**
	 * Return whether it can do no more work, although nobody has given it back: closed
	 * underneath, or forgotten.
	 */
	boolean isGone();

}
