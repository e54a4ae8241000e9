package io.rdsboot.actuate;

import io.rdsboot.diagnostics.DatabaseDiagnostics;
import io.rdsboot.diagnostics.report.DiagnosticsReport;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Actuator endpoint that shows a diagnosis of all instances of the cluster. Read-only and
 * thread-safe; an answer comes within the time limit of {@link DatabaseDiagnostics}.
 */
@API(status = API.Status.INTERNAL)
@Endpoint(id = "rdsdiagnostics", defaultAccess = Access.READ_ONLY)
public final class RdsDiagnosticsEndpoint {

	private final DatabaseDiagnostics diagnostics;

	/**
	 * Create the endpoint.
	 */
	public RdsDiagnosticsEndpoint(DatabaseDiagnostics diagnostics) {
		this.diagnostics = diagnostics;
	}

	/**
	 * Return all sections.
	 */
	@ReadOperation
	public DiagnosticsReport diagnostics() {
		return this.diagnostics.report();
	}

	/**
	 * Return one section.
	 * @param section its name
	 * @return the report with that section alone, or {@code null} if there is none of
	 * that name
	 */
	@ReadOperation
	public @Nullable DiagnosticsReport section(@Selector String section) {
		return this.diagnostics.report(section).orElse(null);
	}

}
