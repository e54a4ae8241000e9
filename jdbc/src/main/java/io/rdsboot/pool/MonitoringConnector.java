package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.login.ApplicationName;
import io.rdsboot.pool.login.InstanceDriver;
import io.rdsboot.pool.login.Login;
import io.rdsboot.pool.login.LoginTimeouts;
import io.rdsboot.pool.login.PendingCredentials;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;

/**
 * Opens connections that watch instances: outside the pools, and reaching the servers as
 * the pools do, with their database, credentials, encryption and connection properties.
 * Thread-safe.
 *
 * <p>
 * The connection properties are those that hold for every role; time-outs, start-up
 * options and the ways in which a statement is sent are the connector's own, so that
 * nothing pins a session of a proxy.
 */
public final class MonitoringConnector implements InstanceConnector {

	/**
	 * What the connections are called in {@code pg_stat_activity}: this, after the name
	 * of the pools' connections and a slash where those have one.
	 */
	public static final String APPLICATION_NAME = "rds-topology-monitor";

	private static final Map<String, String> PROPERTIES = Map.of(PGProperty.TCP_KEEP_ALIVE.getName(), "true",
			// sends the name with the login, and spares a SET after it
			PGProperty.ASSUME_MIN_SERVER_VERSION.getName(), "12",
			// prepares nothing on the server
			PGProperty.PREFER_QUERY_MODE.getName(), "simple", PGProperty.TARGET_SERVER_TYPE.getName(), "any",
			PGProperty.AUTOSAVE.getName(), "never");

	private static final List<PGProperty> NOT_TAKEN = List.of(PGProperty.OPTIONS, PGProperty.CURRENT_SCHEMA,
			PGProperty.READ_ONLY, PGProperty.REPLICATION, PGProperty.LOGIN_TIMEOUT, PGProperty.QUERY_TIMEOUT);

	private final String database;

	private final DatabaseCredentialsProvider credentialsProvider;

	private final TlsSettings tls;

	private final PoolConfigurations configurations;

	/**
	 * The pools' connection properties, which the customizers are asked for once an
	 * instance.
	 */
	private final Map<DatabaseInstance, Map<String, String>> poolProperties = Collections
		.synchronizedMap(new WeakHashMap<>());

	/**
	 * Create a connector.
	 * @param database the database that every connection is opened to
	 * @param credentialsProvider asked at each connection
	 * @param tls how the connections are encrypted
	 * @param customizers those of the pools, for their connection properties
	 */
	public MonitoringConnector(String database, DatabaseCredentialsProvider credentialsProvider, TlsSettings tls,
			List<HikariPoolCustomizer> customizers) {
		this.database = database;
		this.credentialsProvider = credentialsProvider;
		this.tls = tls;
		this.configurations = new PoolConfigurations(customizers);
	}

	@Override
	public Connection connect(DatabaseInstance instance, Duration timeout) throws SQLException {
		return open(instance, null, timeout);
	}

	@Override
	public Connection connect(DatabaseInstance instance, AddressRedirect redirect, Duration timeout)
			throws SQLException {
		return open(instance, redirect, timeout);
	}

	private Connection open(DatabaseInstance instance, @Nullable AddressRedirect redirect, Duration timeout)
			throws SQLException {
		if (timeout.toMillis() < 1) {
			throw new IllegalArgumentException("Timeout " + timeout + " is not at least a millisecond");
		}
		try (InstanceDriver driver = InstanceDriver.customized(instance, this.database, poolProperties(instance),
				this.tls, (properties) -> override(properties, timeout))) {
			Connection connection = new Login(instance.address(), redirect, this.credentialsProvider,
					new PendingCredentials(instance.address(), this.credentialsProvider, System::nanoTime), driver,
					timeout, System::nanoTime)
				.open();
			connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.toMillis()));
			return connection;
		}
	}

	private Map<String, String> poolProperties(DatabaseInstance instance) {
		return this.poolProperties.computeIfAbsent(instance, (each) -> PoolConfigurations
			.driverProperties(this.configurations.configuration(each, InstanceRole.UNKNOWN)));
	}

	private static void override(Map<String, String> properties, Duration timeout) {
		NOT_TAKEN.forEach((property) -> properties.remove(property.getName()));
		properties.putAll(PROPERTIES);
		String name = PGProperty.APPLICATION_NAME.getName();
		properties.put(name, ApplicationName.withSuffix(properties.get(name), APPLICATION_NAME));
		String seconds = LoginTimeouts.wholeSeconds(timeout);
		properties.put(PGProperty.CONNECT_TIMEOUT.getName(), seconds);
		properties.put(PGProperty.SOCKET_TIMEOUT.getName(), seconds);
		properties.put(PGProperty.SSL_RESPONSE_TIMEOUT.getName(), String.valueOf(timeout.toMillis()));
	}

}
