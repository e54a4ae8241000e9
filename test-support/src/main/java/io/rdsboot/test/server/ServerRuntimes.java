package io.rdsboot.test.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import io.rdsboot.test.installation.InstallationAdvice;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.installation.PostgresInstallation;
import io.rdsboot.test.installation.PostgresInstallations;
import io.rdsboot.test.process.LocalRdsException;
import org.jspecify.annotations.Nullable;

/**
 * Choice of the {@link ServerRuntime} for this machine: PostgreSQL where it is installed,
 * else Docker.
 */
public final class ServerRuntimes {

	private static final String EXTENSION = "vector";

	private static final PostgresInstallations INSTALLATIONS = new PostgresInstallations();

	private ServerRuntimes() {
	}

	public static ServerRuntime open(Login administrator, Map<String, String> parameters) {
		return open(INSTALLATIONS, ServerRuntimes::isDockerAvailable, administrator, parameters);
	}

	/**
	 * Opens a runtime on a PostgreSQL that was chosen.
	 * @param bin the directory of its programs
	 * @throws LocalRdsException when no server is in the directory
	 */
	public static ServerRuntime open(Path bin, Login administrator, Map<String, String> parameters) {
		return NativeRuntime.open(PostgresInstallation.at(bin), administrator, parameters);
	}

	/**
	 * Returns the directory of the programs of a major version, with pgvector.
	 */
	public static Optional<Path> installed(int version) {
		return INSTALLATIONS.find(EXTENSION, version).map(PostgresInstallation::bin);
	}

	static ServerRuntime open(PostgresInstallations installations, BooleanSupplier docker, Login administrator,
			Map<String, String> parameters) {
		PostgresInstallation installation = installations.find(EXTENSION);
		if (installation != null) {
			return NativeRuntime.open(installation, administrator, parameters);
		}
		if (docker.getAsBoolean()) {
			return new DockerRuntime(administrator, parameters);
		}
		throw new LocalRdsException("""
				The local RDS needs PostgreSQL with pgvector, and this machine has none, nor a Docker engine that \
				answers (for which org.testcontainers:testcontainers-postgresql must be on the class path). %s"""
			.formatted(InstallationAdvice.forThisSystem()));
	}

	private static boolean isDockerAvailable() {
		return hasTestcontainers() && DockerRuntime.isAvailable();
	}

	private static boolean hasTestcontainers() {
		return isPresent("org.testcontainers.DockerClientFactory", ServerRuntimes.class.getClassLoader());
	}

	private static boolean isPresent(String className, @Nullable ClassLoader classLoader) {
		try {
			Class.forName(className, false, classLoader);
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

}
