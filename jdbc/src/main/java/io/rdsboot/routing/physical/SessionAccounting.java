package io.rdsboot.routing.physical;

import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.SessionConnection;
import io.rdsboot.routing.consistency.SessionHistory;
import io.rdsboot.routing.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * Tells a session what happens on one physical connection that works for it: its first
 * use, writes that may be committed at any time, commits, and its end. Not thread-safe.
 *
 * <p>
 * The application and infrastructure have different sessions, and may take turns on one
 * connection: what is executed counts in the session of whoever executes it. The session
 * is that of the thread which uses the connection; the end may come on another thread.
 */
final class SessionAccounting {

	private final ConnectionCaller caller;

	private final HeldConnections all;

	private final boolean reading;

	/**
	 * Whether what is read counts for nothing in the session.
	 */
	private final boolean apart;

	private boolean infrastructure;

	private boolean infrastructureAlone;

	/**
	 * One of infrastructure's is asked by nobody else.
	 */
	private SessionHistory session;

	/**
	 * How many times something was executed but changes of settings.
	 */
	private int uses;

	/**
	 * Whether a statement may commit a write at any time.
	 */
	private boolean autoCommitWriter;

	/**
	 * Whether something was executed that is no plain query since the last transaction
	 * ended.
	 */
	private boolean changing;

	/**
	 * Create it for a connection that is borrowed on the calling thread.
	 * @param caller who uses the connection
	 * @param all has the clock
	 * @param reading whether the connection was borrowed for reading
	 * @param apart whether what is read counts for nothing in the session
	 */
	SessionAccounting(ConnectionCaller caller, HeldConnections all, boolean reading, boolean apart) {
		this.caller = caller;
		this.all = all;
		this.reading = reading;
		this.apart = apart;
		this.infrastructure = caller.isInfrastructure();
		this.infrastructureAlone = this.infrastructure;
		this.session = session();
	}

	private SessionHistory session() {
		return (this.infrastructure || this.apart) ? SessionHistory.ofBareThread() : ReadContext.current().history();
	}

	/**
	 * Return whether the connection was borrowed for reading.
	 */
	boolean isReading() {
		return this.reading;
	}

	/**
	 * Return whether the connection was borrowed for infrastructure, and nobody else has
	 * used it.
	 */
	boolean isOfInfrastructureAlone() {
		return this.infrastructureAlone;
	}

	/**
	 * Return how many times something was executed but changes of settings.
	 */
	int uses() {
		return this.uses;
	}

	private boolean isUsed() {
		return this.uses > 0;
	}

	/**
	 * Take note of a statement that is about to be executed.
	 * @param sql the statement, or {@code null} for one whose effects are not told by its
	 * text
	 */
	void executing(SessionConnection connection, boolean autoCommit, @Nullable SqlText sql) {
		use(connection, autoCommit);
		if (!this.changing && !this.reading) {
			this.changing = sql == null || !sql.isRead();
		}
	}

	/**
	 * Take note that something is executed. Until then the connection does not count in
	 * its session.
	 */
	void use(SessionConnection connection, boolean autoCommit) {
		if (this.caller.isInfrastructure() != this.infrastructure) {
			changeSession(connection);
		}
		if (this.uses++ == 0) {
			open(connection);
		}
		if (!this.reading && autoCommit && !this.autoCommitWriter) {
			this.autoCommitWriter = true;
			this.session.beginAutoCommit(connection);
		}
	}

	/**
	 * Let what is executed from now on count elsewhere than what was before.
	 */
	private void changeSession(SessionConnection connection) {
		end(connection);
		this.infrastructure = !this.infrastructure;
		this.infrastructureAlone = false;
		this.session = session();
		if (isUsed()) {
			open(connection);
		}
	}

	private void open(SessionConnection connection) {
		this.session.connectionOpened(connection);
		if (!this.reading) {
			this.session.servedByOther(this.all.now());
		}
	}

	/**
	 * Take note that from now on nothing is committed but by a commit.
	 */
	void endAutoCommit(SessionConnection connection) {
		if (this.autoCommitWriter) {
			this.autoCommitWriter = false;
			this.session.endAutoCommit(connection, this.all.now(), this.changing);
			this.changing = false;
		}
	}

	/**
	 * Take note that a transaction may have been committed.
	 */
	void committed() {
		if (!this.reading && isUsed()) {
			this.session.committed(this.all.now(), this.changing);
			this.changing = false;
		}
	}

	/**
	 * Take note that the connection does no more work for the session.
	 */
	void end(SessionConnection connection) {
		endAutoCommit(connection);
		if (isUsed()) {
			this.session.connectionClosed(connection, this.all.now());
		}
	}

}
