package io.rdsboot.test;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.test.process.Deadline;

/**
 * The application contexts that use a cluster. Its servers are stopped after the contexts
 * are closed: what a context does while it closes may need the database, and what it
 * loses before is logged as an outage. Thread-safe.
 */
final class ClusterUsers {

	private final Set<Object> users = ConcurrentHashMap.newKeySet();

	/**
	 * Adds a user. Does nothing when it is one already.
	 * @param user the user
	 */
	void add(Object user) {
		this.users.add(user);
	}

	void remove(Object user) {
		this.users.remove(user);
	}

	boolean isEmpty() {
		return this.users.isEmpty();
	}

	/**
	 * Waits until all contexts are closed.
	 * @param limit the longest to wait
	 * @return whether they are
	 */
	boolean awaitEnd(Duration limit) {
		return Deadline.after(limit).await(this.users::isEmpty);
	}

	@Override
	public String toString() {
		return (this.users.size() == 1) ? "one application context"
				: "%d application contexts".formatted(this.users.size());
	}

}
