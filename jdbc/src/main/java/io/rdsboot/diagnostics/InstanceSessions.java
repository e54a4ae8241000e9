package io.rdsboot.diagnostics;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.diagnostics.check.DiagnosticSession;

/**
 * Opens at most one session to an instance at a time. Thread-safe.
 */
final class InstanceSessions {

	/**
	 * A task with a session.
	 */
	interface SessionTask {

		void execute(DiagnosticSession session);

	}

	private final InstanceConnector connector;

	private final Map<DatabaseInstance, Semaphore> permits = new ConcurrentHashMap<>();

	InstanceSessions(InstanceConnector connector) {
		this.connector = connector;
	}

	/**
	 * Execute a task with a session to an instance.
	 * @param remaining how much time there is, asked before each wait; the connection
	 * waits no longer than that for an answer
	 * @return whether it was executed: not where another run holds the session
	 */
	boolean execute(DatabaseInstance instance, Remaining remaining, SessionTask task)
			throws SQLException, InterruptedException {
		Semaphore permit = this.permits.computeIfAbsent(instance, (each) -> new Semaphore(1, true));
		if (!permit.tryAcquire(remaining.time().toMillis(), TimeUnit.MILLISECONDS)) {
			return false;
		}
		try {
			Duration limit = remaining.time();
			if (limit.toMillis() < 1) {
				return false;
			}
			try (DiagnosticSession session = DiagnosticSession.begin(this.connector.connect(instance, limit),
					instance)) {
				task.execute(session);
			}
			return true;
		}
		finally {
			permit.release();
		}
	}

	/**
	 * How much of a time limit is left.
	 */
	interface Remaining {

		/**
		 * Return the time, zero once the limit is over.
		 */
		Duration time();

	}

}
