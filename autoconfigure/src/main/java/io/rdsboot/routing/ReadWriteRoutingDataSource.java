package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.BorrowActivity;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;

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

	private final RouteTable routeTable;

	private final WriterBorrower writerBorrower;

	private final ReaderBorrower readerBorrower;

	private final BorrowActivity activity;

	private final DefaultIsolation defaultIsolation = new DefaultIsolation();

	private ReadWriteRoutingDataSource(Builder builder) {
		this.routeTable = new RouteTable(builder.topologyProvider, builder.pools, builder.readerRetryInterval,
				builder.nanoTime);
		RoutingListener listener = RoutingListener.all(builder.listeners);
		this.writerBorrower = new WriterBorrower(this.routeTable, builder.topologyProvider, builder.failoverTimeout,
				listener);
		this.readerBorrower = new ReaderBorrower(this.routeTable, builder.readerSelector, builder.readerFallback,
				this.writerBorrower, listener);
		this.activity = builder.activity;
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
		this.activity.borrowed();
		if (!readOnly) {
			return this.writerBorrower.borrow(RoutingReason.WRITE);
		}
		if (Reads.areFromWriter()) {
			return this.writerBorrower.borrow(RoutingReason.READ_FROM_WRITER);
		}
		return this.readerBorrower.borrow();
	}

	/**
	 * Builds a {@link ReadWriteRoutingDataSource}. Defaults: round robin among readers,
	 * fallback to the writer, a reader that failed is tried again after 5 seconds, a
	 * writer is waited for up to 30 seconds.
	 */
	public static final class Builder {

		private final TopologyProvider topologyProvider;

		private final InstancePools pools;

		private ReaderSelector readerSelector = new RoundRobinReaderSelector();

		private ReaderFallback readerFallback = ReaderFallback.WRITER;

		private Duration readerRetryInterval = Duration.ofSeconds(5);

		private Duration failoverTimeout = Duration.ofSeconds(30);

		private BorrowActivity activity = new BorrowActivity();

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
		 * Set what is told of each borrow.
		 */
		public Builder activity(BorrowActivity activity) {
			this.activity = activity;
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
			dataSource.routeTable.follow();
			return dataSource;
		}

	}

}
