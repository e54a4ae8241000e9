package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.InstanceRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * The {@code DataSource} of a cluster: a connection that is read-only at its first
 * statement is borrowed from a reader, any other from the writer. Thread-safe; its
 * connections are not.
 *
 * <p>
 * A connection costs nothing before its first statement. A read-only one is read-only
 * wherever it lands. When a reader refuses, the next one is tried; when none is left, the
 * {@link ReaderFallback} decides.
 */
public final class ReadWriteRoutingDataSource extends AbstractDataSource {

	private final TopologyProvider topologyProvider;

	private final InstancePools pools;

	private final ReaderSelector readerSelector;

	private final ReaderFallback readerFallback;

	private final long readerRetryNanos;

	private final LongSupplier nanoTime;

	private final RoutingListener[] listeners;

	private final Map<DatabaseInstance, RoutedReader> knownReaders = new ConcurrentHashMap<>();

	private final DefaultIsolation defaultIsolation = new DefaultIsolation();

	private volatile Routes routes = new Routes(null, List.of());

	private ReadWriteRoutingDataSource(Builder builder) {
		this.topologyProvider = builder.topologyProvider;
		this.pools = builder.pools;
		this.readerSelector = builder.readerSelector;
		this.readerFallback = builder.readerFallback;
		this.readerRetryNanos = builder.readerRetryInterval.toNanos();
		this.nanoTime = builder.nanoTime;
		this.listeners = builder.listeners.toArray(RoutingListener[]::new);
	}

	/**
	 * Start to build a data source.
	 * @param topologyProvider says which instances there are, and their roles
	 * @param pools the pools of these instances; the caller closes them
	 */
	public static Builder builder(TopologyProvider topologyProvider, InstancePools pools) {
		return new Builder(topologyProvider, pools);
	}

	/**
	 * Follow the topology. The newest snapshot is asked for, because calls of several
	 * threads may arrive in another order than their snapshots were made.
	 */
	private synchronized void refresh() {
		this.routes = routesOf(this.topologyProvider.topology());
	}

	private Routes routesOf(ClusterTopology topology) {
		Routes.Writer writer = topology.writer()
			.map((state) -> new Routes.Writer(this.pools.pool(state.instance(), InstanceRole.WRITER)))
			.orElse(null);
		List<RoutedReader> readers = topology.readers().stream().map((state) -> {
			RoutedReader reader = this.knownReaders.computeIfAbsent(state.instance(), this::routedReader);
			reader.reachable(state.reachable());
			return reader;
		}).toList();
		return new Routes(writer, readers);
	}

	private RoutedReader routedReader(DatabaseInstance instance) {
		return new RoutedReader(this.pools.pool(instance, InstanceRole.READER),
				new ReaderBreaker(this.readerRetryNanos, this.nanoTime));
	}

	/**
	 * Return a connection that borrows a physical one at its first statement.
	 */
	@Override
	public Connection getConnection() {
		return new RoutedConnection(this, this.defaultIsolation);
	}

	/**
	 * Not supported: users come from the configured credentials.
	 */
	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		throw new SQLFeatureNotSupportedException(
				"Connections are opened with the configured credentials (rds.credentials), not with a given user");
	}

	/**
	 * Borrow a physical connection.
	 * @param readOnly whether it will only read
	 */
	Connection borrow(boolean readOnly) throws SQLException {
		Routes current = this.routes;
		if (!readOnly) {
			return borrowFromWriter(current, RoutingReason.WRITE);
		}
		if (Reads.areFromWriter()) {
			return borrowFromWriter(current, RoutingReason.READ_FROM_WRITER);
		}
		if (current.readers().isEmpty()) {
			return borrowFromWriter(current, RoutingReason.NO_READER);
		}
		return borrowFromReader(current);
	}

	private Connection borrowFromWriter(Routes current, RoutingReason reason) throws SQLException {
		Routes.Writer writer = current.writer();
		if (writer == null) {
			throw new SQLTransientConnectionException("No writer is known in the cluster", "08001");
		}
		Connection connection = writer.pool().getConnection();
		routed(writer.decision(reason));
		return connection;
	}

	private Connection borrowFromReader(Routes current) throws SQLException {
		List<InstanceRefusedException> refusals = null;
		// Each reader may refuse once, and be lost once to another borrower's trial.
		for (int attempts = 2 * current.readers().size(); attempts > 0; attempts--) {
			RoutedReader reader = (RoutedReader) this.readerSelector.select(current.readers());
			if (reader == null) {
				break;
			}
			try {
				Connection connection = reader.tryBorrow();
				if (connection != null) {
					routed(reader.decision());
					return connection;
				}
			}
			catch (InstanceRefusedException ex) {
				refusals = (refusals != null) ? refusals : new ArrayList<>();
				refusals.add(ex);
			}
		}
		if (this.readerFallback == ReaderFallback.WRITER) {
			return borrowFromWriter(current, RoutingReason.READER_FALLBACK);
		}
		throw noReaderAvailable(current, refusals);
	}

	private static NoReaderAvailableException noReaderAvailable(Routes current,
			@Nullable List<InstanceRefusedException> refusals) {
		NoReaderAvailableException exception = new NoReaderAvailableException(
				current.readers().stream().map(RoutedReader::instance).toList());
		if (refusals != null) {
			refusals.forEach(exception::addSuppressed);
		}
		return exception;
	}

	private void routed(RoutingDecision decision) {
		for (RoutingListener listener : this.listeners) {
			listener.routed(decision);
		}
	}

	/**
	 * Builds a {@link ReadWriteRoutingDataSource}. Defaults: round robin among readers,
	 * fallback to the writer, a reader that failed is tried again after 5 seconds.
	 */
	public static final class Builder {

		private final TopologyProvider topologyProvider;

		private final InstancePools pools;

		private ReaderSelector readerSelector = new RoundRobinReaderSelector();

		private ReaderFallback readerFallback = ReaderFallback.WRITER;

		private Duration readerRetryInterval = Duration.ofSeconds(5);

		private LongSupplier nanoTime = System::nanoTime;

		private final List<RoutingListener> listeners = new ArrayList<>();

		private Builder(TopologyProvider topologyProvider, InstancePools pools) {
			this.topologyProvider = Objects.requireNonNull(topologyProvider, "topologyProvider");
			this.pools = Objects.requireNonNull(pools, "pools");
		}

		/**
		 * Set how a reader is chosen.
		 */
		public Builder readerSelector(ReaderSelector readerSelector) {
			this.readerSelector = readerSelector;
			return this;
		}

		/**
		 * Set what happens while no reader is available.
		 */
		public Builder readerFallback(ReaderFallback readerFallback) {
			this.readerFallback = readerFallback;
			return this;
		}

		/**
		 * Set how long a reader that failed is left out before one borrower tries it
		 * again.
		 */
		public Builder readerRetryInterval(Duration readerRetryInterval) {
			this.readerRetryInterval = readerRetryInterval;
			return this;
		}

		/**
		 * Set the clock that retry intervals are measured by, in nanoseconds.
		 */
		public Builder nanoTime(LongSupplier nanoTime) {
			this.nanoTime = nanoTime;
			return this;
		}

		/**
		 * Add a listener for routing decisions.
		 */
		public Builder listener(RoutingListener listener) {
			this.listeners.add(listener);
			return this;
		}

		/**
		 * Build the data source, which follows the topology from here on.
		 */
		public ReadWriteRoutingDataSource build() {
			ReadWriteRoutingDataSource dataSource = new ReadWriteRoutingDataSource(this);
			this.topologyProvider.addListener((topology) -> dataSource.refresh());
			dataSource.refresh();
			return dataSource;
		}

	}

}
