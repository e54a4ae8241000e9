package io.rdsboot.routing.consistency;

import java.util.ArrayList;
import java.util.List;

/**
 * The connections that the work of one session holds. Not thread-safe: guarded by its
 * session.
 */
final class SessionConnections {

	private final List<SessionConnection> open = new ArrayList<>(1);

	private final List<SessionConnection> autoCommitWriters = new ArrayList<>(1);

	void opened(SessionConnection connection) {
		this.open.add(connection);
	}

	void closed(SessionConnection connection) {
		this.open.remove(connection);
	}

	void beginAutoCommit(SessionConnection connection) {
		this.autoCommitWriters.add(connection);
	}

	void endAutoCommit(SessionConnection connection) {
		this.autoCommitWriters.remove(connection);
	}

	boolean isEmpty() {
		return this.open.isEmpty();
	}

	/**
	 * Return whether a statement may commit a write at any time.
	 */
	boolean mayWriteAtAnyTime() {
		return !this.autoCommitWriters.isEmpty();
	}

	/**
	 * Let go of connections that were closed underneath their borrowers, and of those
	 * that their borrowers have forgotten.
	 */
	Gone forgetGone() {
		Gone gone = Gone.NONE;
		for (int i = this.open.size() - 1; i >= 0; i--) {
			SessionConnection connection = this.open.get(i);
			if (connection.isGone()) {
				this.open.remove(i);
				boolean wrote = this.autoCommitWriters.remove(connection);
				gone = new Gone(true, wrote || gone.wrote());
			}
		}
		return gone;
	}

	/**
	 * What was let go.
	 *
	 * @param any whether it was anything
	 * @param wrote whether it may have written until now
	 */
	record Gone(boolean any, boolean wrote) {

		static final Gone NONE = new Gone(false, false);

	}

}
