package io.rdsboot.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

import io.rdsboot.test.process.LocalRdsException;
import io.rdsboot.test.server.BlueGreenFunctions;

/**
 * What the servers of one environment say of a Blue/Green deployment. The rows are in a
 * file that the environment's servers read, so that they change on read-only servers too.
 */
final class BlueGreenTopology {

	private static final String VERSION = "1.0";

	private final LocalRdsCluster environment;

	private final Path stateFile;

	BlueGreenTopology(LocalRdsCluster environment) {
		this.environment = environment;
		this.stateFile = environment.runtime().sharedDirectory().resolve("blue-green.json");
	}

	/**
	 * Makes the function that tells of the deployment, and no rows yet.
	 * @param grants whether the application's role may call it
	 */
	void install(boolean grants) {
		write("[]");
		BlueGreenFunctions functions = new BlueGreenFunctions(this.environment.client(),
				this.environment.settings().aurora(), this.environment.database());
		functions.install(this.environment.writer().server(), this.stateFile);
		if (grants) {
			this.environment.settings()
				.logins()
				.forEach((role) -> functions.grant(this.environment.writer().server(), role));
		}
		this.environment.awaitReplication();
	}

	/**
	 * Shows rows.
	 * @param sources endpoints of the blue environment
	 * @param targets endpoints of the green environment
	 * @param status the status of all rows
	 */
	void show(List<Endpoint> sources, List<Endpoint> targets, String status) {
		List<String> rows = new ArrayList<>();
		sources.forEach((source) -> rows.add(row(rows.size() + 1, source, "BLUE_GREEN_DEPLOYMENT_SOURCE", status)));
		targets.forEach((target) -> rows.add(row(rows.size() + 1, target, "BLUE_GREEN_DEPLOYMENT_TARGET", status)));
		write("[%s]".formatted(String.join(",\n", rows)));
	}

	private static String row(int id, Endpoint endpoint, String role, String status) {
		return """
				{"id": "%d", "endpoint": "%s", "port": %d, "role": "%s", "status": "%s", "version": "%s"}"""
			.formatted(id, endpoint.host(), endpoint.port(), role, status, VERSION);
	}

	/**
	 * Shows no rows, as there are none without a deployment.
	 */
	void clear() {
		// The servers may be gone.
		if (Files.exists(this.stateFile)) {
			write("[]");
		}
	}

	private void write(String json) {
		Path draft = this.stateFile.resolveSibling("blue-green.json.new");
		try {
			Files.writeString(draft, json);
			// The servers may run as another user.
			Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-r--r--"));
			Files.move(draft, this.stateFile, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new LocalRdsException("Could not write %s: %s".formatted(this.stateFile, ex), ex);
		}
	}

	/**
	 * An endpoint that the rows name.
	 *
	 * @param host its host name
	 * @param port its port
	 */
	record Endpoint(String host, int port) {
	}

}
