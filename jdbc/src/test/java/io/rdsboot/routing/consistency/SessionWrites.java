package io.rdsboot.routing.consistency;

/**
 * Lets tests of other packages write without a database, and see what sessions include.
 */
public final class SessionWrites {

	private SessionWrites() {
	}

	/**
	 * Tell a session of a commit that has just ended.
	 */
	public static void commit(ConsistencySession session) {
		session.history().committed(System.nanoTime());
	}

	/**
	 * Lets a session have had a connection that may write, and only query on it.
	 */
	public static void onlyQueried(ConsistencySession session) {
		session.history().committed(System.nanoTime(), false);
	}

	/**
	 * Return whether readers lack nothing that a session has written or taken over.
	 */
	public static boolean isEmpty(ConsistencySession session) {
		return session.history().isEmpty();
	}

}
