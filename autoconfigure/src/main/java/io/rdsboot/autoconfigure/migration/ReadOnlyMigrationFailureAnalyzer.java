package io.rdsboot.autoconfigure.migration;

import java.sql.SQLException;

import org.apiguardian.api.API;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows that Flyway reached a server that only reads.
 */
@API(status = API.Status.INTERNAL)
public class ReadOnlyMigrationFailureAnalyzer extends AbstractFailureAnalyzer<FlywayException> {

	private static final String READ_ONLY_TRANSACTION = "25006";

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, FlywayException cause) {
		SQLException sqlException = findCause(cause, SQLException.class);
		if (sqlException == null || !READ_ONLY_TRANSACTION.equals(sqlException.getSQLState())) {
			return null;
		}
		return new FailureAnalysis(
				"Flyway reached a database server that only reads, so it cannot migrate: " + sqlException.getMessage(),
				"Point the address of the writer at the writer, or wait until a failover has ended, and start again.",
				cause);
	}

}
