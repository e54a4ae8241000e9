package io.rdsboot.autoconfigure.failure;

import io.rdsboot.pool.StartupConnectionException;
import io.rdsboot.pool.WriterConnectionException;
import org.jspecify.annotations.Nullable;

/**
 * Causes that the server names by a SQLSTATE of their own, and says in plain words.
 */
class ServerDiagnostic implements ConnectionDiagnostic {

	@Override
	public @Nullable Diagnosis diagnose(ConnectionFailure failure) {
		return switch (failure.sqlState()) {
			case "3D000" -> unknownDatabase(failure);
			case "53300" -> noConnectionLeft(failure);
			case "57P03" -> new Diagnosis("",
					"The server is starting up or shutting down. Start the application again when it is up, let it wait for longer by rds.startup-timeout, or set rds.pool.fail-fast=false to start without it.");
			default -> null;
		};
	}

	/**
	 * A limit of the role or of the database says so in its message alone.
	 */
	private static Diagnosis noConnectionLeft(ConnectionFailure failure) {
		String said = failure.serverMessage();
		String lower = "Lower rds.pool.maximum-pool-size, which holds for each instance of the service";
		if (said.contains("for role")) {
			return new Diagnosis("", lower + ", or raise the limit of the role: ALTER ROLE ... CONNECTION LIMIT ...;");
		}
		if (said.contains("for database")) {
			return new Diagnosis("",
					lower + ", or raise the limit of the database: ALTER DATABASE ... CONNECTION LIMIT ...;");
		}
		return new Diagnosis("",
				"The server has no connection left. Lower rds.pool.maximum-pool-size, or raise max_connections of the server.");
	}

	private static Diagnosis unknownDatabase(ConnectionFailure failure) {
		StartupConnectionException start = failure.cause(StartupConnectionException.class);
		if (start != null) {
			return unknownDatabase(failure, "rds.database = '" + start.getDatabase() + "'", start.getDatabase());
		}
		WriterConnectionException migration = failure.cause(WriterConnectionException.class);
		if (migration != null) {
			boolean ofUrl = !failure.addressProperty().startsWith("rds.");
			return unknownDatabase(failure, ofUrl ? failure.addressProperty() : "rds.database",
					migration.getDatabase());
		}
		return new Diagnosis("", "Correct rds.database, or create the database.");
	}

	private static Diagnosis unknownDatabase(ConnectionFailure failure, String setting, String database) {
		return new Diagnosis("", "Correct " + setting + ", or create the database on " + failure.address()
				+ ": CREATE DATABASE " + Identifiers.quoted(database) + ";");
	}

}
