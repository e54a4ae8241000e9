package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import javax.sql.DataSource;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.watch.BorrowActivity;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.connection.RoutedConnection;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.physical.ConnectionSource;
import io.rdsboot.routing.physical.ConnectionSourceDecorator;
import io.rdsboot.routing.physical.HeldConnections;
import io.rdsboot.routing.selection.ReaderFallback;
import io.rdsboot.routing.selection.ReaderSelector;
import io.rdsboot.routing.selection.RoundRobinReaderSelector;
import io.rdsboot.routing.selection.RoutingListener;
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
 *
 * <p>
 * It is a wrapper of the present writer's pool, for tools that look at pools; it can be
 * proxied by a subclass.
 */
public class ReadWriteRoutingDataSource extends AbstractDataSource implements AutoCloseable {

	private final ConnectionRouter router;

	private final ConnectionSourceDecorator decorator;

	private final ConnectionSource connections;

	private final InstancePools pools;

	private volatile boolean autoCommit = true;

	/**
	 * Create a data source. Not to be called but by {@link Builder}; it is not private so
	 * that a class can be made that proxies this one.
	 * @param builder holds the settings
	 */
	protected ReadWriteRoutingDataSource(Builder builder) {
		this.pools = builder.pools;
		this.router = new ConnectionRouter(builder, this::isRoutedBy);
		this.decorator = builder.decorator;
		this.connections = this.decorator.apply(this.router);
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
	 * Begin to follow the topology, and take from the pools what connections begin with.
	 */
	private void start() {
		this.router.start();
		List<InstancePool> present = this.pools.all();
		for (InstancePool pool : present) {
			if (pool.isAutoCommit() != present.get(0).isAutoCommit()) {
				throw new IllegalArgumentException(
						"Connections to %s begin in another auto-commit mode than those to %s; configure the same for all pools"
							.formatted(pool.instance(), present.get(0).instance()));
			}
		}
		this.autoCommit = present.isEmpty() || present.get(0).isAutoCommit();
	}

	/**
	 * Return a connection that borrows a physical one at its first statement.
	 */
	@Override
	public Connection getConnection() {
		return this.decorator
			.observe(new RoutedConnection(this.connections, this.autoCommit, ReadContext.current().opensForQueries()));
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
	 * End the waits for a writer that is missing or does not answer, and let nobody begin
	 * one: they fail with {@link io.rdsboot.routing.failure.NoWriterAvailableException}.
	 * For when the application begins to shut down. All else goes on, and the pools are
	 * the caller's to close.
	 */
	@Override
	public void close() {
		this.router.close();
	}

	/**
	 * Take a reader out: no connection is borrowed from it until
	 * {@link #resumeReader(DatabaseInstance)}, until it leaves the cluster, or until the
	 * application is started again. What was borrowed goes on. If no other reader is
	 * left, the {@link ReaderFallback} decides.
	 * @param reader one of the cluster's instances
	 * @return whether it is a reader; the writer cannot be taken out
	 */
	public boolean suspendReader(DatabaseInstance reader) {
		return this.router.routes().suspendReader(reader);
	}

	/**
	 * Take a reader in again.
	 * @param reader one of the cluster's instances
	 * @return whether it is a reader
	 */
	public boolean resumeReader(DatabaseInstance reader) {
		return this.router.routes().resumeReader(reader);
	}

	/**
	 * Return whether an instance is a reader that was taken out.
	 * @param instance one of the cluster's instances
	 */
	public boolean isReaderSuspended(DatabaseInstance instance) {
		return this.router.routes().isSuspended(instance);
	}

	/**
	 * Return whether an instance is a reader that reads are routed to, as far as its lag
	 * and their sessions allow: it was not taken out, it is not left out for having
	 * failed, and its pool is warm if it has just joined.
	 * @param instance one of the cluster's instances
	 */
	public boolean isReaderAvailable(DatabaseInstance instance) {
		return this.router.routes().isAvailable(instance);
	}

	/**
	 * Return this, or the present writer's pool, such as HikariCP's {@code DataSource}
	 * and its MXBeans. What is borrowed there is not routed.
	 */
	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		InstancePool pool = type.isInstance(this) ? null : this.router.writerPool(type);
		return (pool != null) ? pool.unwrap(type) : super.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return super.isWrapperFor(type) || this.router.writerPool(type) != null;
	}

	/**
	 * Return whether connections of a data source, which may wrap this one, are routed
	 * here.
	 */
	private boolean isRoutedBy(DataSource dataSource) {
		try {
			return dataSource == this || (dataSource.isWrapperFor(ReadWriteRoutingDataSource.class)
					&& dataSource.unwrap(ReadWriteRoutingDataSource.class) == this);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	/**
	 * Return the time of the topology provider's clock, in nanoseconds.
	 */
	long now() {
		return this.router.now();
	}

	ConnectionSource connections() {
		return this.connections;
	}

	HeldConnections heldConnections() {
		return this.connections.held();
	}

	/**
	 * Builds a {@link ReadWriteRoutingDataSource}. Defaults: round robin among readers,
	 * no zones and groups, others serve where the own zone's readers are twice as busy,
	 * fallback to the writer, with half of its pool at most, a reader that failed is
	 * tried again after 5 seconds, level {@link ConsistencyLevel#SESSION}, any lag, and 5
	 * seconds of delay where the lag cannot be known, and a writer is waited for up to 30
	 * seconds.
	 */
	public static final class Builder {

		final TopologyProvider topologyProvider;

		final InstancePools pools;

		ReaderSelector readerSelector = new RoundRobinReaderSelector();

		InstancePlacements placements = new InstancePlacements(InstancePlacement.NONE);

		double zoneSpillFactor = 2;

		ReaderFallback readerFallback = ReaderFallback.WRITER;

		Duration readerRetryInterval = Duration.ofSeconds(5);

		Duration failoverTimeout = Duration.ofSeconds(30);

		BorrowActivity activity = new BorrowActivity();

		LongSupplier nanoTime = System::nanoTime;

		ConsistencyLevel consistency = ConsistencyLevel.SESSION;

		@Nullable Duration maxLag;

		Duration unknownLagDelay = Duration.ofSeconds(5);

		@Nullable Integer maximumFallbacks;

		final List<RoutingListener> listeners = new ArrayList<>();

		ConnectionSourceDecorator decorator = (connections) -> connections;

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
		 * Set where the application and the instances are, by which readers of the own
		 * availability zone are preferred, and groups of readers chosen.
		 */
		public Builder placements(InstancePlacements placements) {
			this.placements = Objects.requireNonNull(placements, "placements");
			return this;
		}

		/**
		 * Set how many times as busy as others the readers of the own availability zone
		 * have to be for others to serve.
		 * @throws IllegalArgumentException if it is less than 1
		 */
		public Builder zoneSpillFactor(double zoneSpillFactor) {
			if (!(zoneSpillFactor >= 1)) {
				throw new IllegalArgumentException("Spill factor " + zoneSpillFactor + " is not at least 1");
			}
			this.zoneSpillFactor = zoneSpillFactor;
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
		 * Set how long to wait for a writer while there is none, or it cannot be reached.
		 * @param failoverTimeout the longest to wait, zero not to wait
		 * @throws IllegalArgumentException if it is negative
		 */
		public Builder failoverTimeout(Duration failoverTimeout) {
			if (failoverTimeout.isNegative()) {
				throw new IllegalArgumentException(
						"Failover timeout " + failoverTimeout + " is negative; set zero not to wait for a writer");
			}
			this.failoverTimeout = failoverTimeout;
			return this;
		}

		/**
		 * Set how consistent reads are for which neither {@link Reads} nor
		 * {@link ReadConsistency} says otherwise.
		 */
		public Builder consistency(ConsistencyLevel consistency) {
			this.consistency = consistency;
			return this;
		}

		/**
		 * Set the greatest lag of a reader that may serve at the levels
		 * {@link ConsistencyLevel#BOUNDED}, which needs one, and
		 * {@link ConsistencyLevel#SESSION}. The age of what is known of a reader counts
		 * in, so a bound below the interval of polling sends reads to the writer; and a
		 * reader of which nothing is known does not qualify.
		 * @param maxLag the greatest lag, positive, or {@code null} for any
		 */
		public Builder maxLag(@Nullable Duration maxLag) {
			this.maxLag = maxLag;
			return this;
		}

		/**
		 * Set how long after a session's last write a reader serves the session again
		 * that cannot prove to have replayed it, because nobody watches its log: its
		 * address stands for several servers, or the topology is static. This alone of
		 * the rules is a guess; where all readers are watched it has no effect.
		 */
		public Builder unknownLagDelay(Duration unknownLagDelay) {
			this.unknownLagDelay = unknownLagDelay;
			return this;
		}

		/**
		 * Set how many reads the writer serves at a time because no reader is available
		 * or within the maximum lag. Others wait for one of these to end, up to the
		 * connection time-out of the writer's pool, and then fail with
		 * {@link io.rdsboot.routing.failure.NoReaderAvailableException}. Not counted are
		 * reads that come because of their session's own writes, and those of a cluster
		 * without readers.
		 * @param maximumFallbacks the number; zero lets none through
		 */
		public Builder maximumFallbacks(int maximumFallbacks) {
			if (maximumFallbacks < 0) {
				throw new IllegalArgumentException("Maximum of fallbacks " + maximumFallbacks
						+ " is negative; zero keeps all reads from the writer");
			}
			this.maximumFallbacks = maximumFallbacks;
			return this;
		}

		/**
		 * Set what is told of each borrow.
		 */
		public Builder activity(BorrowActivity activity) {
			this.activity = activity;
			return this;
		}

		/**
		 * Set the clock of the topology provider, in nanoseconds.
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
			if (this.consistency == ConsistencyLevel.BOUNDED && this.maxLag == null) {
				throw new IllegalArgumentException(
						"Consistency BOUNDED needs a maximum lag; set one, or choose EVENTUAL or SESSION");
			}
			ReadWriteRoutingDataSource dataSource = new ReadWriteRoutingDataSource(this);
			dataSource.start();
			return dataSource;
		}

	}

}
