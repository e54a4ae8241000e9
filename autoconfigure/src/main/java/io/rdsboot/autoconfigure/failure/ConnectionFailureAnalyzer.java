package io.rdsboot.autoconfigure.failure;

import java.util.List;

import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.pool.StartupConnectionException;
import io.rdsboot.pool.WriterConnectionException;
import io.rdsboot.pool.login.InstanceRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;

/**
 * Says why a database could not be connected to when the application started, and what to
 * check: be it that connecting was tried to see whether it can be, that something needed
 * a connection, or that a secret is to tell the address.
 */
class ConnectionFailureAnalyzer implements FailureAnalyzer {

	private static final List<Class<? extends Throwable>> FAILURES = List.of(StartupConnectionException.class,
			InstanceRefusedException.class, WriterConnectionException.class, CredentialsUnavailableException.class);

	private final Environment environment;

	ConnectionFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		for (Class<? extends Throwable> type : FAILURES) {
			Throwable cause = Causes.first(failure, type);
			if (cause != null) {
				return analysis(cause);
			}
		}
		return null;
	}

	private FailureAnalysis analysis(Throwable failure) {
		ConnectionFailure known = ConnectionFailure.of(failure, this.environment);
		Diagnosis diagnosis = ConnectionDiagnostics.diagnose(known);
		String summary = known.summary();
		String description = diagnosis.reason().isEmpty() ? summary : summary + "\n\n" + diagnosis.reason();
		return new FailureAnalysis(description, diagnosis.action(), failure);
	}

}
