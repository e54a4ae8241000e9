package io.rdsboot.routing;

/**
 * Lets tests of other packages write without a database.
 */
public final class SessionWrites {

	private SessionWrites() {
	}

	/**
	 * Tell a session of a commit that has just ended.
	 */
	public static void commit(ConsistencySession session) {
		session.committed(System.nanoTime());
	}

}
