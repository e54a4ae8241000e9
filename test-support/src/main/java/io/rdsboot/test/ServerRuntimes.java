package io.rdsboot.test;

import java.util.Map;

/**
 * Choice of the {@link ServerRuntime} for this machine.
 */
final class ServerRuntimes {

	private static final String EXTENSION = "vector";

	private ServerRuntimes() {
	}

	static ServerRuntime open(Login administrator, Map<String, String> parameters) {
		PostgresInstallation installation = new PostgresInstallations().find(EXTENSION);
		if (installation != null) {
			return NativeRuntime.open(installation, administrator, parameters);
		}
		throw new LocalRdsException("There is no PostgreSQL with pgvector on this machine");
	}

}
