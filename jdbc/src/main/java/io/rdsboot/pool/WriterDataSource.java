package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import com.zaxxer.hikari.HikariConfig;
import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.connection.ReadOnlyServerDetection;
import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.pool.login.InstanceDriver;
import io.rdsboot.pool.login.Login;
import io.rdsboot.pool.login.PendingCredentials;
import io.rdsboot.tls.TlsSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Data source of physical connections to the present writer, for a login that is not the
 * pools', such as that of the schema's owner. They reach the server as the pools'
 * connections do, with their encryption and connection properties, and credentials of the
 * moment. Thread-safe.
 *
 * <p>
 * While there is no writer, it does not answer or is a replica, a caller waits for the
 * next one. All other failures, such as a login that is refused, end the call at once.
 */
public final class WriterDataSource extends AbstractDataSource {

	private static final Logger logger = LoggerFactory.getLogger(WriterDataSource.class);

	/**
	 * Longest wait for another writer at a time, so that the present one is tried again.
	 */
	private static final long PAUSE_MILLIS = 100;

	private final String login;

	private final TopologyProvider topologyProvider;

	private final String database;

	private final Map<String, String> driverProperties;

	private final DatabaseCredentialsProvider credentialsProvider;

	private final TlsSettings tls;

	private final PoolConfigurations configurations;

	private final Duration failoverTimeout;

	private final LongSupplier nanoTime;

	/**
	 * Opened by the next change of the topology, of which there is one at a time.
	 */
	private volatile CountDownLatch nextChange = new CountDownLatch(1);

	private WriterDataSource(Builder builder, LongSupplier nanoTime) {
		this.login = builder.login;
		this.topologyProvider = builder.topologyProvider;
		this.database = builder.database;
		this.driverProperties = builder.driverProperties;
		this.credentialsProvider = builder.credentialsProvider;
		this.tls = builder.tls;
		this.configurations = new PoolConfigurations(builder.customizers);
		this.failoverTimeout = builder.failoverTimeout;
		this.nanoTime = nanoTime;
		this.topologyProvider.addListener((previous, current) -> {
			CountDownLatch change = this.nextChange;
			this.nextChange = new CountDownLatch(1);
			change.countDown();
		});
	}

	/**
	 * Begin to build a data source.
	 * @param login whose login it is, in messages
	 * @param topologyProvider knows the writer
	 * @param database the database that every connection is opened to
	 * @param credentialsProvider asked at each connection
	 * @return a builder: TLS by what the address is, no connection properties but
	 * pgjdbc's and the defaults of the pools, no wait for a writer
	 */
	public static Builder builder(String login, TopologyProvider topologyProvider, String database,
			DatabaseCredentialsProvider credentialsProvider) {
		return new Builder(login, topologyProvider, database, credentialsProvider);
	}

	/**
	 * Open a connection.
	 * @throws WriterConnectionException if the writer cannot be connected to
	 * @throws SQLTransientConnectionException if there has been no writer for as long as
	 * a caller waits
	 */
	@Override
	public Connection getConnection() throws SQLException {
		long begin = this.nanoTime.getAsLong();
		SQLException failure = null;
		while (true) {
			CountDownLatch change = this.nextChange;
			ClusterTopology topology = this.topologyProvider.topology();
			InstanceState writer = topology.writer().orElse(null);
			if (writer != null) {
				try {
					return connect(writer.instance());
				}
				catch (SQLException ex) {
					failure = new WriterConnectionException(this.login, writer.instance(), this.database, ex);
					if (!isPassing(ex)) {
						throw failure;
					}
				}
			}
			if (Duration.ofNanos(this.nanoTime.getAsLong() - begin).compareTo(this.failoverTimeout) >= 0) {
				throw (failure != null) ? failure : noWriter(topology);
			}
			this.topologyProvider.checkNow();
			if (await(change)) {
				logger.debug("{} tries the writer of another topology", this.login);
			}
		}
	}

	private Connection connect(DatabaseInstance instance) throws SQLException {
		HikariConfig config = this.configurations.configuration(instance, InstanceRole.WRITER);
		try (InstanceDriver driver = InstanceDriver.customized(instance, this.database,
				PoolConfigurations.driverProperties(config), this.tls,
				(properties) -> properties.putAll(this.driverProperties))) {
			Connection connection = new Login(instance.address(), this.topologyProvider.redirect(instance),
					this.credentialsProvider,
					new PendingCredentials(instance.address(), this.credentialsProvider, this.nanoTime), driver,
					Duration.ofMillis(config.getConnectionTimeout()), this.nanoTime)
				.open();
			requireWriter(connection, instance);
			return connection;
		}
	}

	/**
	 * Closes the connection to a server that was the writer a moment ago.
	 */
	private static void requireWriter(Connection connection, DatabaseInstance instance) throws SQLException {
		boolean writer = false;
		try {
			writer = ReadOnlyServerDetection.takesWrites(connection);
			if (!writer) {
				throw new ReplicaException(instance);
			}
		}
		finally {
			if (!writer) {
				connection.close();
			}
		}
	}

	private static boolean isPassing(SQLException failure) {
		return failure instanceof ReplicaException
				|| (ConnectionFailures.isUnreachable(failure) && !ConnectionFailures.isUnknownHost(failure));
	}

	private SQLException noWriter(ClusterTopology topology) {
		return new SQLTransientConnectionException(
				"%s cannot connect to database '%s': there has been no writer for %d ms. Known are %s".formatted(
						this.login, this.database, this.failoverTimeout.toMillis(), topology.instances()),
				"08001");
	}

	private static boolean await(CountDownLatch change) throws SQLException {
		try {
			return change.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new SQLTransientConnectionException("Interrupted while waiting for a writer", "08001", ex);
		}
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException("The credentials come from the DatabaseCredentialsProvider");
	}

	/**
	 * The server that the writer's address leads to is a replica.
	 */
	private static final class ReplicaException extends SQLException {

		private static final long serialVersionUID = 1L;

		ReplicaException(DatabaseInstance instance) {
			super(instance + " is a replica", "25006");
		}

	}

	/**
	 * Builds a {@link WriterDataSource}. Not thread-safe.
	 */
	public static final class Builder {

		private final String login;

		private final TopologyProvider topologyProvider;

		private final String database;

		private final DatabaseCredentialsProvider credentialsProvider;

		private Map<String, String> driverProperties = Map.of();

		private TlsSettings tls = TlsSettings.DEFAULT;

		private List<HikariPoolCustomizer> customizers = List.of();

		private Duration failoverTimeout = Duration.ZERO;

		private Builder(String login, TopologyProvider topologyProvider, String database,
				DatabaseCredentialsProvider credentialsProvider) {
			this.login = Objects.requireNonNull(login, "login");
			this.topologyProvider = Objects.requireNonNull(topologyProvider, "topologyProvider");
			this.database = Objects.requireNonNull(database, "database");
			this.credentialsProvider = Objects.requireNonNull(credentialsProvider, "credentialsProvider");
		}

		/**
		 * Set connection properties of pgjdbc that go before the pools'.
		 */
		public Builder driverProperties(Map<String, String> driverProperties) {
			this.driverProperties = Map.copyOf(driverProperties);
			return this;
		}

		/**
		 * Set how connections are encrypted.
		 */
		public Builder tls(TlsSettings tls) {
			this.tls = Objects.requireNonNull(tls, "tls");
			return this;
		}

		/**
		 * Set the customizers of the pools, for their connection properties and
		 * time-outs.
		 */
		public Builder customizers(List<HikariPoolCustomizer> customizers) {
			this.customizers = List.copyOf(customizers);
			return this;
		}

		/**
		 * Set how long a caller waits for a writer; not at all, if zero.
		 */
		public Builder failoverTimeout(Duration failoverTimeout) {
			this.failoverTimeout = Objects.requireNonNull(failoverTimeout, "failoverTimeout");
			return this;
		}

		/**
		 * Build the data source, which has nothing open.
		 */
		public WriterDataSource build() {
			return new WriterDataSource(this, System::nanoTime);
		}

	}

}
