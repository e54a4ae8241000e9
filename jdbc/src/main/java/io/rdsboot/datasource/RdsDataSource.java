package io.rdsboot.datasource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.AutoDiscovery;
import io.rdsboot.cluster.discovery.ConfiguredInstances;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.cluster.watch.BorrowActivity;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.MonitoringConnector;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * {@code DataSource} of a cluster with all that belongs to it: connection pools, a
 * monitor of the topology, and routing. Thread-safe.
 *
 * <p>
 * It is for applications without Spring Boot, whose auto-configuration makes the same
 * parts from properties: <pre class="code">
 * RdsDataSource dataSource = RdsDataSource.builder()
 *     .writer("app.cluster-abc123.us-east-1.rds.amazonaws.com")
 *     .database("app")
 *     .credentials(IamCredentialsProvider.builder(awsCredentials, "app_user").build())
 *     .build();
 * </pre>
 */
public final class RdsDataSource extends DelegatingDataSource implements AutoCloseable {

	private final ReadWriteRoutingDataSource routing;

	private final InstancePools pools;

	private final TopologyMonitor monitor;

	private RdsDataSource(ReadWriteRoutingDataSource routing, InstancePools pools, TopologyMonitor monitor) {
		super(routing);
		this.routing = routing;
		this.pools = pools;
		this.monitor = monitor;
	}

	/**
	 * Begin to build a data source. A writer, a database and credentials are needed.
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return the pools, one for each instance, such as for meters.
	 */
	public InstancePools pools() {
		return this.pools;
	}

	/**
	 * Return the monitor, which knows each instance's role, reachability and lag.
	 */
	public TopologyMonitor monitor() {
		return this.monitor;
	}

	/**
	 * End every wait for a connection, and close every connection, also those in use.
	 * Credentials are the caller's to close, after this.
	 */
	@Override
	public void close() {
		this.routing.close();
		this.pools.close();
		this.monitor.close();
	}

	/**
	 * Builds a {@link RdsDataSource}. Defaults: no readers but those that are discovered,
	 * instances discovered where the writer is the cluster endpoint of Aurora, TLS by
	 * what the address is, HikariCP's pool settings but 5 seconds to wait for a
	 * connection (2 for one of a reader), a start that fails without a connection, an
	 * unused database is no longer polled after 10 minutes, and the defaults of
	 * {@link TopologyMonitor.Builder} and {@link ReadWriteRoutingDataSource.Builder}. Not
	 * thread-safe.
	 */
	public static final class Builder {

		private final List<DatabaseInstance> readers = new ArrayList<>();

		/**
		 * A borrower waits less for a reader, because there are others to go to.
		 */
		private final List<HikariPoolCustomizer> customizers = new ArrayList<>(
				List.of(HikariPoolCustomizer.connectionTimeout(Duration.ofSeconds(5), Duration.ofSeconds(2))));

		private @Nullable DatabaseInstance writer;

		private @Nullable String database;

		private @Nullable DatabaseCredentialsProvider credentials;

		private TlsSettings tls = TlsSettings.DEFAULT;

		private Function<List<InstanceState>, InstanceDiscovery> discovery = (configured) -> AutoDiscovery
			.of(configured, null);

		private Duration idleTimeout = Duration.ofMinutes(5);

		private @Nullable Duration startupTimeout;

		private boolean failFast = true;

		private Consumer<TopologyMonitor.Builder> monitoring = (builder) -> {
		};

		private Consumer<ReadWriteRoutingDataSource.Builder> routing = (builder) -> {
		};

		private Builder() {
		}

		/**
		 * Set the address of the writer.
		 * @param address {@code host} or {@code host:port}; the cluster endpoint of
		 * Aurora, or an instance, a proxy or a load balancer
		 * @throws IllegalArgumentException if it is not an address
		 */
		public Builder writer(String address) {
			return writer(DatabaseInstance.at(InstanceAddress.parse(address)));
		}

		/**
		 * Set the writer, with a name or connection properties of its own.
		 */
		public Builder writer(DatabaseInstance writer) {
			this.writer = Objects.requireNonNull(writer, "writer");
			return this;
		}

		/**
		 * Add the address of a reader.
		 * @param address {@code host} or {@code host:port}
		 * @throws IllegalArgumentException if it is not an address
		 */
		public Builder reader(String address) {
			return reader(DatabaseInstance.at(InstanceAddress.parse(address)));
		}

		/**
		 * Add a reader, with a name, a weight or connection properties of its own.
		 */
		public Builder reader(DatabaseInstance reader) {
			this.readers.add(Objects.requireNonNull(reader, "reader"));
			return this;
		}

		/**
		 * Set the database that every connection is opened to.
		 */
		public Builder database(String database) {
			this.database = Objects.requireNonNull(database, "database");
			return this;
		}

		/**
		 * Set what is asked for credentials at each new connection. The caller closes it.
		 */
		public Builder credentials(DatabaseCredentialsProvider credentials) {
			this.credentials = Objects.requireNonNull(credentials, "credentials");
			return this;
		}

		/**
		 * Set a user and a password that do not change.
		 */
		public Builder credentials(String username, String password) {
			DatabaseCredentials fixed = new DatabaseCredentials(username, password);
			return credentials((address) -> fixed);
		}

		/**
		 * Set how connections are encrypted, and whom they trust.
		 */
		public Builder tls(TlsSettings tls) {
			this.tls = Objects.requireNonNull(tls, "tls");
			return this;
		}

		/**
		 * Add a customizer of the pools, which is called for each instance, and again
		 * when its role changes.
		 */
		public Builder pool(HikariPoolCustomizer customizer) {
			this.customizers.add(Objects.requireNonNull(customizer, "customizer"));
			return this;
		}

		/**
		 * Set how instances are discovered.
		 * @param discovery makes the discovery of the configured instances
		 */
		public Builder discovery(Function<List<InstanceState>, InstanceDiscovery> discovery) {
			this.discovery = Objects.requireNonNull(discovery, "discovery");
			return this;
		}

		/**
		 * Set how long the database may be unused before polling slows down; after twice
		 * that it ceases until the next borrow, so that a serverless database can pause.
		 */
		public Builder idleTimeout(Duration idleTimeout) {
			this.idleTimeout = Objects.requireNonNull(idleTimeout, "idleTimeout");
			return this;
		}

		/**
		 * Set how long {@link #build()} waits for a database that is down. By default, 30
		 * seconds for a server that says that it is starting, and not at all for others.
		 */
		public Builder startupTimeout(Duration startupTimeout) {
			this.startupTimeout = Objects.requireNonNull(startupTimeout, "startupTimeout");
			return this;
		}

		/**
		 * Set whether {@link #build()} fails if an instance cannot be connected to. If
		 * not, whoever borrows before it can waits or fails, as later.
		 */
		public Builder failFast(boolean failFast) {
			this.failFast = failFast;
			return this;
		}

		/**
		 * Add settings of the monitor.
		 */
		public Builder monitoring(Consumer<TopologyMonitor.Builder> settings) {
			this.monitoring = this.monitoring.andThen(settings);
			return this;
		}

		/**
		 * Add settings of the routing.
		 */
		public Builder routing(Consumer<ReadWriteRoutingDataSource.Builder> settings) {
			this.routing = this.routing.andThen(settings);
			return this;
		}

		/**
		 * Connect to the cluster, and build the data source.
		 * @throws IllegalStateException if the writer, the database or the credentials
		 * are missing
		 * @throws io.rdsboot.pool.StartupConnectionException if the writer cannot be
		 * connected to, or a reader's answer shows a mistake that no waiting mends
		 * @throws io.rdsboot.cluster.WriterIsReplicaException if all instances are
		 * replicas
		 */
		public RdsDataSource build() {
			DatabaseInstance writer = required(this.writer, "a writer", "writer");
			String database = required(this.database, "a database", "database");
			DatabaseCredentialsProvider credentials = required(this.credentials, "credentials", "credentials");
			MonitoringConnector connector = new MonitoringConnector(database, credentials, this.tls, this.customizers);
			BorrowActivity activity = new BorrowActivity();
			TopologyMonitor.Builder monitoring = TopologyMonitor
				.builder(this.discovery.apply(ConfiguredInstances.states(writer, this.readers)), connector)
				.activity(activity, this.idleTimeout);
			this.monitoring.accept(monitoring);
			TopologyMonitor monitor = monitoring.build();
			InstancePools pools = new InstancePools(database, credentials, this.tls, monitor, this.customizers);
			try {
				new ClusterStartup(monitor, pools, (role) -> this.failFast,
						new StartupPatience(this.startupTimeout, System::nanoTime), monitor, () -> connector)
					.run();
				ReadWriteRoutingDataSource.Builder routing = ReadWriteRoutingDataSource.builder(monitor, pools)
					.activity(activity);
				this.routing.accept(routing);
				return new RdsDataSource(routing.build(), pools, monitor);
			}
			catch (RuntimeException ex) {
				pools.close();
				monitor.close();
				throw ex;
			}
		}

		private static <T> T required(@Nullable T value, String part, String method) {
			if (value == null) {
				throw new IllegalStateException(
						"An RdsDataSource needs %s: call %s(...) of its builder".formatted(part, method));
			}
			return value;
		}

	}

}
