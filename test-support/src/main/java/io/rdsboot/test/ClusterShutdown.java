package io.rdsboot.test;

import java.time.Duration;

import io.rdsboot.test.server.ServerRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shutdown hook of the JVM that stops the servers of a cluster, after the application
 * contexts that use it: their own hooks run at the same time. Thread-safe.
 */
final class ClusterShutdown {

	private static final Logger logger = LoggerFactory.getLogger(ClusterShutdown.class);

	/** Spring Boot's limit for a phase of a graceful shutdown. */
	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final ServerRuntime runtime;

	private final ClusterUsers users;

	private final Thread hook = new Thread(this::run, "rds-local-shutdown");

	private ClusterShutdown(ServerRuntime runtime, ClusterUsers users) {
		this.runtime = runtime;
		this.users = users;
	}

	/**
	 * Registers the hook.
	 * @param runtime the servers
	 * @param users the contexts that use them
	 * @return the hook
	 * @throws IllegalStateException when the JVM is ending already
	 */
	static ClusterShutdown register(ServerRuntime runtime, ClusterUsers users) {
		ClusterShutdown shutdown = new ClusterShutdown(runtime, users);
		try {
			Runtime.getRuntime().addShutdownHook(shutdown.hook);
			return shutdown;
		}
		catch (IllegalStateException ex) {
			runtime.close();
			throw ex;
		}
	}

	private void run() {
		if (!this.users.awaitEnd(LIMIT)) {
			logger.warn("Stopping the local RDS, which {} did not let go of within {} s of the JVM's end", this.users,
					LIMIT.toSeconds());
		}
		this.runtime.close();
	}

	/**
	 * Stops the servers now, or leaves that to the hook when the JVM is ending.
	 */
	void stopServers() {
		try {
			Runtime.getRuntime().removeShutdownHook(this.hook);
		}
		catch (IllegalStateException ex) {
			return;
		}
		this.runtime.close();
	}

}
