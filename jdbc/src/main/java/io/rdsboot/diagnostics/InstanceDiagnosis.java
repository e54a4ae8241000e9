package io.rdsboot.diagnostics;

import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.diagnostics.check.Answer;
import io.rdsboot.diagnostics.check.Check;
import io.rdsboot.diagnostics.check.CheckScope;
import io.rdsboot.diagnostics.check.DiagnosticSession;
import io.rdsboot.diagnostics.check.Row;
import io.rdsboot.diagnostics.check.Server;
import io.rdsboot.diagnostics.report.DiagnosedInstance;
import org.jspecify.annotations.Nullable;

/**
 * Asks one instance all that is asked of it, and keeps what it has answered so far.
 * Thread-safe: the report may be made while an instance still keeps silent.
 */
final class InstanceDiagnosis implements Runnable {

	/**
	 * One check that finds the server slow leaves time for the others.
	 */
	private static final Duration LONGEST_CHECK = Duration.ofSeconds(1);

	private final DatabaseInstance instance;

	private final boolean asksForAny;

	private final List<Check> checks;

	private final InstanceSessions sessions;

	private final InstanceSessions.Remaining remaining;

	private final Map<Check, List<Row>> answers = new HashMap<>();

	private final Map<Check, SQLException> failures = new HashMap<>();

	private @Nullable Server server;

	private @Nullable String failure;

	/**
	 * Create a diagnosis.
	 * @param instance the instance
	 * @param asksForAny whether it is the one that answers for all
	 * @param checks what to ask
	 * @param sessions opens the session
	 * @param remaining how much time there is
	 */
	InstanceDiagnosis(DatabaseInstance instance, boolean asksForAny, List<Check> checks, InstanceSessions sessions,
			InstanceSessions.Remaining remaining) {
		this.instance = instance;
		this.asksForAny = asksForAny;
		this.checks = checks;
		this.sessions = sessions;
		this.remaining = remaining;
	}

	@Override
	public void run() {
		try {
			if (!this.sessions.execute(this.instance, this.remaining, this::ask)) {
				failed("Another diagnosis holds the only connection to this instance.");
			}
		}
		catch (SQLException ex) {
			failed(FailureTexts.connection(ex));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			failed("The diagnosis was closed.");
		}
		catch (RuntimeException ex) {
			failed("No connection can be opened: " + FailureTexts.firstLine(ex));
		}
	}

	private synchronized void failed(String reason) {
		this.failure = reason;
	}

	private void ask(DiagnosticSession session) {
		synchronized (this) {
			this.server = session.server();
		}
		for (Check check : this.checks) {
			Duration time = this.remaining.time();
			if (time.isZero()) {
				return;
			}
			if (asks(check, session.server().role())) {
				ask(session, check, (time.compareTo(LONGEST_CHECK) < 0) ? time : LONGEST_CHECK);
			}
		}
	}

	private boolean asks(Check check, InstanceRole role) {
		return switch (check.scope()) {
			case EACH -> true;
			case ANY -> this.asksForAny;
			case WRITER -> role == InstanceRole.WRITER;
		};
	}

	private void ask(DiagnosticSession session, Check check, Duration limit) {
		try {
			List<Row> rows = session.ask(check, limit);
			synchronized (this) {
				this.answers.put(check, rows);
			}
		}
		catch (SQLException ex) {
			synchronized (this) {
				this.failures.put(check, ex);
			}
		}
	}

	/**
	 * Return the instance as it told itself.
	 */
	synchronized DiagnosedInstance told() {
		Server server = this.server;
		if (server != null) {
			return new DiagnosedInstance(this.instance.name(), server.role(), server.versionName(), null);
		}
		return new DiagnosedInstance(this.instance.name(), InstanceRole.UNKNOWN, null, silence());
	}

	/**
	 * Return whether the instance has told that it is the writer.
	 */
	synchronized boolean isWriter() {
		return this.server != null && this.server.role() == InstanceRole.WRITER;
	}

	/**
	 * Return the answer to a check, or {@code null} if there is none.
	 */
	synchronized @Nullable Answer answer(Check check) {
		List<Row> rows = this.answers.get(check);
		return (rows != null && this.server != null) ? new Answer(this.server, rows) : null;
	}

	/**
	 * Return why there is no answer to a check, or {@code null} if there is one, or none
	 * was asked for.
	 */
	synchronized @Nullable String silence(Check check) {
		Server server = this.server;
		if (this.answers.containsKey(check) || !mayBeAsked(check, server)) {
			return null;
		}
		SQLException refusal = this.failures.get(check);
		if (refusal != null) {
			return FailureTexts.check(refusal);
		}
		return (server != null) ? "The time limit was over before it answered." : silence();
	}

	private boolean mayBeAsked(Check check, @Nullable Server server) {
		return (server != null) ? asks(check, server.role())
				: check.scope() == CheckScope.EACH || (check.scope() == CheckScope.ANY && this.asksForAny);
	}

	private String silence() {
		return (this.failure != null) ? this.failure : "The instance did not answer within the time limit.";
	}

}
