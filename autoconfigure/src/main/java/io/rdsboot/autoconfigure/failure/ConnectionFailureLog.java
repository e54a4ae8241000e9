package io.rdsboot.autoconfigure.failure;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.pool.login.ConnectionFailures;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.env.PropertyResolver;
import org.springframework.util.function.SingletonSupplier;

/**
 * Logs why connections cannot be opened, which a pool does not: it tries again. Each
 * reason is logged once, until a connection can be opened. That an instance cannot be
 * reached is left to the topology's own log, unless the topology goes on to say that it
 * can. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class ConnectionFailureLog implements ConnectivityListener {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionFailureLog.class);

	/**
	 * Bounds what is remembered of an instance that fails in ever new ways.
	 */
	private static final int MAXIMUM_REASONS = 10;

	/**
	 * Time in which whoever watches an instance notices that it cannot be reached.
	 */
	private static final Duration NOTICED_WITHIN = Duration.ofSeconds(5);

	private final PropertyResolver properties;

	private final Supplier<@Nullable TopologyMonitor> monitor;

	private final LongSupplier nanoTime;

	private final Map<DatabaseInstance, Long> unreachableSince = new ConcurrentHashMap<>();

	private final Map<DatabaseInstance, Set<String>> reasons = new ConcurrentHashMap<>();

	/**
	 * Create a log.
	 * @param properties the application's configuration
	 * @param monitor supplies who watches the cluster, or {@code null} if nobody does
	 */
	public ConnectionFailureLog(PropertyResolver properties, Supplier<@Nullable TopologyMonitor> monitor) {
		this(properties, monitor, System::nanoTime);
	}

	ConnectionFailureLog(PropertyResolver properties, Supplier<@Nullable TopologyMonitor> monitor,
			LongSupplier nanoTime) {
		this.properties = properties;
		this.monitor = SingletonSupplier.ofNullable(monitor);
		this.nanoTime = nanoTime;
	}

	@Override
	public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
		this.unreachableSince.remove(instance);
		if (this.reasons.remove(instance) != null) {
			logger.info("Connections to {} can be opened again", instance);
		}
	}

	@Override
	public void failed(DatabaseInstance instance, SQLException failure) {
		if (ConnectionFailures.isUnreachable(failure) && isToldByMonitor(instance)) {
			logger.debug("Cannot connect to {}", instance, failure);
			return;
		}
		ConnectionFailure known = new ConnectionFailure(failure, instance.address(), "rds.writer", this.properties);
		String line = line(known, ConnectionDiagnostics.diagnose(known).reason());
		Set<String> logged = this.reasons.computeIfAbsent(instance, (added) -> ConcurrentHashMap.newKeySet());
		if (logged.size() < MAXIMUM_REASONS && logged.add(line)) {
			logger.warn("Cannot connect to {}: {}", instance, line);
		}
	}

	private boolean isToldByMonitor(DatabaseInstance instance) {
		TopologyMonitor watching = this.monitor.get();
		if (watching == null) {
			return false;
		}
		boolean noticed = !watching.topology().state(instance).map(InstanceState::reachable).orElse(false);
		if (noticed) {
			this.unreachableSince.remove(instance);
			return true;
		}
		long now = this.nanoTime.getAsLong();
		Long since = this.unreachableSince.putIfAbsent(instance, now);
		return since == null || now - since < NOTICED_WITHIN.toNanos();
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
