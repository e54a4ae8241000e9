package io.rdsboot.autoconfigure.migration;

import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows how Flyway takes over a schema that has tables already.
 */
class MissingBaselineFailureAnalyzer extends AbstractFailureAnalyzer<FlywayException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywayException cause) {
		if (cause.getErrorCode() != CoreErrorCode.NON_EMPTY_SCHEMA_WITHOUT_SCHEMA_HISTORY_TABLE) {
			return null;
		}
		return new FailureAnalysis(
				"Flyway has not migrated this schema before, and does not touch one that has tables already: "
						+ cause.getMessage(),
				"If the address names the right database, let Flyway begin with the schema as it is: "
						+ "spring.flyway.baseline-on-migrate=true, with spring.flyway.baseline-version=0 so that all of "
						+ "the migrations run, or the version that the tables stand for. Else give Flyway a schema of its "
						+ "own: spring.flyway.default-schema, and the same schema on the search path of the application.",
				cause);
	}

}
