package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.borrow.Leases;
import io.rdsboot.pool.connection.FormerUsers;
import io.rdsboot.pool.connection.InstanceConnectionFactory;
import io.rdsboot.pool.connection.OpenConnections;
import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.pool.login.InstanceDriver;
import io.rdsboot.pool.login.SessionSetting;
import io.rdsboot.pool.pooler.PoolerMode;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

/**
 * The pools of a cluster's instances, one each. Thread-safe.
 */
public final class InstancePools implements AutoCloseable {

	/**
	 * How long connections to an instance that is gone may stay in use.
	 */
	private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

	private final Map<DatabaseInstance, InstancePool> pools = new ConcurrentHashMap<>();

	private final Leases leases = new Leases(System::nanoTime);

	private final String database;

	private final DatabaseCredentialsProvider credentialsProvider;

	private final TlsSettings tls;

	private final ConnectivityListener connectivityListener;

	private final PoolConfigurations configurations;

	private final PoolerMode pooler;

	private final PoolFilling filling = new PoolFilling();

	private volatile @Nullable TopologyProvider followed;

	private volatile @Nullable PoolTopologyFollower follower;

	/**
	 * Create an empty set of pools, which find out themselves whether there is a pooler.
	 * @param database the database that every connection is opened to
	 * @param credentialsProvider asked at each physical connection
	 * @param tls how the connections are encrypted
	 * @param connectivityListener told how each attempt to connect ended
	 * @param customizers applied to the configuration of each pool, in this order
	 */
	public InstancePools(String database, DatabaseCredentialsProvider credentialsProvider, TlsSettings tls,
			ConnectivityListener connectivityListener, List<HikariPoolCustomizer> customizers) {
		this(database, credentialsProvider, tls, connectivityListener, customizers, PoolerMode.AUTO);
	}

	/**
	 * Create an empty set of pools.
	 * @param database the database that every connection is opened to
	 * @param credentialsProvider asked at each physical connection
	 * @param tls how the connections are encrypted
	 * @param connectivityListener told how each attempt to connect ended
	 * @param customizers applied to the configuration of each pool, in this order
	 * @param pooler what is known of a pooler between the pools and the servers
	 */
	public InstancePools(String database, DatabaseCredentialsProvider credentialsProvider, TlsSettings tls,
			ConnectivityListener connectivityListener, List<HikariPoolCustomizer> customizers, PoolerMode pooler) {
		this.database = database;
		this.credentialsProvider = credentialsProvider;
		this.tls = tls;
		this.connectivityListener = connectivityListener;
		this.configurations = new PoolConfigurations(customizers);
		this.pooler = pooler;
	}

	/**
	 * Return the pool of an instance, and make it if there is none yet.
	 * @param instance the instance
	 * @param role its role now, which a new pool is configured for
	 */
	public InstancePool pool(DatabaseInstance instance, InstanceRole role) {
		return this.pools.computeIfAbsent(instance, (added) -> create(added, role));
	}

	/**
	 * Return the pool of an instance, or empty if there is none yet.
	 */
	public Optional<InstancePool> find(DatabaseInstance instance) {
		return Optional.ofNullable(this.pools.get(instance));
	}

	private @Nullable AddressRedirect redirect(DatabaseInstance instance) {
		TopologyProvider provider = this.followed;
		return (provider != null) ? provider.redirect(instance) : null;
	}

	private InstancePool create(DatabaseInstance instance, InstanceRole role) {
		HikariConfig config = this.configurations.configuration(instance, role);
		OpenConnections connections = new OpenConnections();
		FormerUsers formerUsers = new FormerUsers(connections, System::nanoTime);
		InstanceDriver driver = new InstanceDriver(instance, this.database, PoolConfigurations.driverProperties(config),
				this.tls, this.pooler, SessionSetting.of(config));
		InstanceConnectionFactory connectionFactory = new InstanceConnectionFactory(instance, driver,
				this.credentialsProvider, this.connectivityListener, connections, formerUsers, () -> redirect(instance),
				System::nanoTime);
		return new InstancePool(instance, role, connectionFactory, connections, formerUsers, this.leases, this.filling,
				config);
	}

	/**
	 * Follow a cluster from now on. Each of its instances gets a pool, which takes the
	 * size for the role that the instance has. Connections of an instance that ceased to
	 * be the writer are not used again. Where an instance became unreachable and does not
	 * answer its pool either, connections are given up and threads that wait on them get
	 * an exception. The pool of an instance that is gone serves those that use it for
	 * half a minute at most.
	 * @param topologyProvider knows the cluster
	 */
	public void follow(TopologyProvider topologyProvider) {
		follow(topologyProvider, DRAIN_LIMIT, PoolTopologyFollower.ANSWER_LIMIT);
	}

	void follow(TopologyProvider topologyProvider, Duration drainLimit, Duration answerLimit) {
		PoolTopologyFollower added = new PoolTopologyFollower(topologyProvider, this, drainLimit, answerLimit,
				System::nanoTime);
		this.followed = topologyProvider;
		this.follower = added;
		added.start();
	}

	/**
	 * Let pools that are made from now on leave the connections that they keep idle until
	 * {@link #fill()}, or for ten seconds. Whoever borrows meanwhile has one opened.
	 */
	public void delayFilling() {
		this.filling.delay();
	}

	/**
	 * Let the pools open the connections that they keep idle.
	 */
	public void fill() {
		this.filling.begin();
	}

	/**
	 * Take note that a connection was given back to its pool. Where that is not told, it
	 * is noticed by and by.
	 */
	public void returned(Connection connection) {
		this.leases.returned(connection);
	}

	/**
	 * Return whether a connection that was borrowed is still lent: neither given back,
	 * nor broken, nor closed together with its pool.
	 */
	public static boolean isLent(Connection connection) {
		return Leases.isLent(connection);
	}

	/**
	 * Forget the pools of instances that are no longer there.
	 * @param present the instances that are there
	 * @return the forgotten pools
	 */
	List<InstancePool> removeAllExcept(Set<DatabaseInstance> present) {
		List<InstancePool> gone = this.pools.values()
			.stream()
			.filter((pool) -> !present.contains(pool.instance()))
			.toList();
		gone.forEach((pool) -> this.pools.remove(pool.instance(), pool));
		return gone;
	}

	/**
	 * Return the pools that there are now.
	 */
	public List<InstancePool> all() {
		return List.copyOf(this.pools.values());
	}

	/**
	 * Return the pool that a connection was borrowed from, or {@code null} if it has gone
	 * back or its pool was forgotten.
	 */
	public @Nullable InstancePool poolOf(Connection connection) {
		for (InstancePool pool : this.pools.values()) {
			if (pool.isSourceOf(connection)) {
				return pool;
			}
		}
		return null;
	}

	/**
	 * End a borrowed connection and take it out of its pool, because nobody should use it
	 * again.
	 */
	public void evict(Connection connection) {
		InstancePool pool = poolOf(connection);
		if (pool != null) {
			pool.eviction().evict(connection);
		}
	}

	/**
	 * Configure a pool anew for the role that its instance has now.
	 */
	void reconfigure(InstancePool pool) {
		pool.reconfigure(this.configurations.configuration(pool.instance(), pool.role()));
	}

	/**
	 * Let a reader's pool keep as many connections idle as if its instance were the
	 * writer.
	 */
	void prepareForWriter(InstancePool pool) {
		pool.prepareFor(this.configurations.configuration(pool.instance(), InstanceRole.WRITER));
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
	 * End every wait for a connection, and close every pool.
	 */
	@Override
	public void close() {
		this.pools.values().forEach(InstancePool::endWaits);
		PoolTopologyFollower present = this.follower;
		if (present != null) {
			present.close();
		}
		this.pools.values().forEach(InstancePool::close);
	}

}
