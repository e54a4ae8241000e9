package io.rdsboot.pool;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.tls.TlsSettings;

/**
 * The pools of a cluster's instances, one each. Thread-safe.
 */
public final class InstancePools implements AutoCloseable {

	private final Map<DatabaseInstance, InstancePool> pools = new ConcurrentHashMap<>();

	private final String database;

	private final DatabaseCredentialsProvider credentialsProvider;

	private final TlsSettings tls;

	private final ConnectivityListener connectivityListener;

	private final List<HikariPoolCustomizer> customizers;

	/**
	 * Create an empty set of pools.
	 * @param database the database that every connection is opened to
	 * @param credentialsProvider asked at each physical connection
	 * @param tls how the connections are encrypted
	 * @param connectivityListener told how each attempt to connect ended
	 * @param customizers applied to the configuration of each pool, in this order
	 */
	public InstancePools(String database, DatabaseCredentialsProvider credentialsProvider, TlsSettings tls,
			ConnectivityListener connectivityListener, List<HikariPoolCustomizer> customizers) {
		this.database = database;
		this.credentialsProvider = credentialsProvider;
		this.tls = tls;
		this.connectivityListener = connectivityListener;
		this.customizers = List.copyOf(customizers);
	}

	/**
	 * Return the pool of an instance, and make it if there is none yet.
	 * @param instance the instance
	 * @param role its role now, which a new pool is configured for
	 */
	public InstancePool pool(DatabaseInstance instance, InstanceRole role) {
		return this.pools.computeIfAbsent(instance, (added) -> create(added, role));
	}

	private InstancePool create(DatabaseInstance instance, InstanceRole role) {
		HikariConfig config = new HikariConfig();
		this.customizers.forEach((customizer) -> customizer.customize(config, instance, role));
		Map<String, String> driverProperties = new HashMap<>();
		config.getDataSourceProperties()
			.forEach((name, value) -> driverProperties.put(name.toString(), value.toString()));
		FormerUsers formerUsers = new FormerUsers(System::nanoTime);
		InstanceConnectionFactory connectionFactory = new InstanceConnectionFactory(instance,
				new InstanceDriver(instance, this.database, driverProperties, this.tls), this.credentialsProvider,
				this.connectivityListener, formerUsers, System::nanoTime);
		return new InstancePool(instance, connectionFactory, formerUsers, config);
	}

	/**
	 * Connect once to an instance, so that a mistake in the configuration shows at the
	 * start. A reader that is down is left to the listener: it may come back, and until
	 * then there are others.
	 * @param state the instance and its role
	 * @throws StartupConnectionException if the writer cannot be connected to, or a
	 * reader's answer shows a mistake that no waiting mends
	 */
	public void verify(InstanceState state) {
		try {
			pool(state.instance(), state.role()).verify();
		}
		catch (SQLException ex) {
			boolean passing = ConnectionFailures.isUnreachable(ex) && !ConnectionFailures.isUnknownHost(ex);
			if (state.role() != InstanceRole.READER || !passing) {
				throw new StartupConnectionException(state.instance(), state.role(), this.database, ex);
			}
		}
	}

	/**
	 * Close every pool.
	 */
	@Override
	public void close() {
		this.pools.values().forEach(InstancePool::close);
	}

}
