package io.rdsboot.autoconfigure.diagnostics;

import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.credentials.CredentialsUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.env.PropertyResolver;

/**
 * Logs why connections cannot be opened, which a pool does not: it tries again. Each
 * reason is logged once, until a connection can be opened. Thread-safe.
 */
public final class ConnectionFailureLog implements ConnectivityListener {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionFailureLog.class);

	/**
	 * Bounds what is remembered of an instance that fails in ever new ways.
	 */
	private static final int MAXIMUM_REASONS = 10;

	private final PropertyResolver properties;

	private final Map<DatabaseInstance, Set<String>> reasons = new ConcurrentHashMap<>();

	/**
	 * Create a log.
	 * @param properties the application's configuration
	 */
	public ConnectionFailureLog(PropertyResolver properties) {
		this.properties = properties;
	}

	@Override
	public void connected(DatabaseInstance instance) {
		if (this.reasons.remove(instance) != null) {
			logger.info("Connections to {} can be opened again", instance);
		}
	}

	@Override
	public void failed(DatabaseInstance instance, SQLException failure) {
		ConnectionFailure known = new ConnectionFailure(failure, instance.address(), "rds.writer", this.properties);
		String line = line(known, ConnectionDiagnostics.diagnose(known).reason());
		Set<String> logged = this.reasons.computeIfAbsent(instance, (added) -> ConcurrentHashMap.newKeySet());
		if (logged.size() < MAXIMUM_REASONS && logged.add(line)) {
			logger.warn("Cannot connect to {}: {}", instance, line);
		}
	}

	/**
	 * The server's message can go on in further lines, with details and hints.
	 */
	private static String line(ConnectionFailure failure, String reason) {
		if (failure.cause(CredentialsUnavailableException.class) != null) {
			return reason;
		}
		String said = failure.summary().lines().findFirst().orElse("");
		if (reason.isEmpty()) {
			return said;
		}
		return said + (said.endsWith(".") ? " " : ". ") + reason;
	}

}
