package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import javax.sql.DataSource;

import io.rdsboot.cluster.BorrowActivity;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.SimpleConnectionHandle;
import org.springframework.transaction.support.TransactionSynchronizationManager;

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

	private static final Logger logger = LoggerFactory.getLogger(ReadWriteRoutingDataSource.class);

	private final RouteTable routeTable;

	private final WriterBorrower writerBorrower;

	private final WriterFallback writerFallback;

	private final ReaderBorrower readerBorrower;

	private final BorrowActivity activity;

	private final LongSupplier nanoTime;

	/**
	 * What is demanded outside any scope.
	 */
	private final ReadDemand demand;

	private final @Nullable Duration configuredMaxLag;

	private final long unknownLagNanos;

	private final InstancePools pools;

	private final HeldConnections heldConnections;

	private final DefaultIsolations isolations;

	private final ServerFacts facts = new ServerFacts();

	private final AtomicBoolean serializableReadSeen = new AtomicBoolean();

	private final AtomicBoolean advisoryLockSeen = new AtomicBoolean();

	private volatile boolean autoCommit = true;

	/**
	 * Whether transactions are serializable if they do not say what they are.
	 */
	private volatile boolean serializable;

	/**
	 * Create a data source. Not to be called but by {@link Builder}; it is not private so
	 * that a class can be made that proxies this one.
	 * @param builder holds the settings
	 */
	protected ReadWriteRoutingDataSource(Builder builder) {
		this.routeTable = new RouteTable(builder.topologyProvider, builder.pools, builder.readerRetryInterval,
				builder.nanoTime);
		RoutingListener listener = RoutingListener.all(builder.listeners);
		this.writerBorrower = new WriterBorrower(this.routeTable, builder.topologyProvider, builder.failoverTimeout,
				listener);
		this.writerFallback = new WriterFallback(this.routeTable, this.writerBorrower, builder.readerFallback,
				builder.maximumFallbacks, this::reclaim);
		this.readerBorrower = new ReaderBorrower(this.routeTable, builder.readerSelector, this.writerFallback,
				listener);
		this.activity = builder.activity;
		this.nanoTime = builder.nanoTime;
		this.demand = ReadDemand.of(builder.consistency, null);
		this.configuredMaxLag = builder.maxLag;
		this.unknownLagNanos = builder.unknownLagDelay.toNanos();
		this.pools = builder.pools;
		this.heldConnections = new HeldConnections(this::givenBack, this.pools::evict, this.routeTable::followReplay,
				this.nanoTime);
		this.isolations = new DefaultIsolations(this.pools);
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
		return new RoutedConnection(this, this.autoCommit, ReadContext.current().opensForQueries());
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
	 * one: they fail with {@link NoWriterAvailableException}. For when the application
	 * begins to shut down. All else goes on, and the pools are the caller's to close.
	 */
	@Override
	public void close() {
		this.routeTable.close();
	}

	/**
	 * Borrow a physical connection.
	 * @param readOnly whether it will only read
	 * @param serializable whether the transaction is to be serializable, which no reader
	 * can do
	 * @param connectionDemand what the connection demands, or {@code null} for what the
	 * calling thread does
	 */
	Connection borrow(boolean readOnly, boolean serializable, @Nullable ReadDemand connectionDemand)
			throws SQLException {
		this.heldConnections.reclaim();
		this.activity.borrowed();
		ReadContext context = ReadContext.current();
		ReadDemand demanded = stricter(connectionDemand, context.demand());
		ReadDemand demand = (demanded != null) ? demanded : this.demand;
		if (readOnly && serializable) {
			logSerializableRead();
			context.requirement().forgetServer();
			return this.writerBorrower.borrow(RoutingReason.SERIALIZABLE, BorrowLimit.ofTransaction());
		}
		if (readOnly && demand.level() != ConsistencyLevel.WRITER) {
			SessionRequirement requirement = context.requirement();
			requirement.prepare(maxLag(demand), context.session(), demand.level() == ConsistencyLevel.SESSION, now(),
					this.unknownLagNanos);
			return this.readerBorrower.borrow(requirement, BorrowLimit.ofTransaction());
		}
		context.requirement().forgetServer();
		return this.writerBorrower.borrow(readOnly ? RoutingReason.READ_FROM_WRITER : RoutingReason.WRITE,
				BorrowLimit.ofTransaction());
	}

	private static @Nullable ReadDemand stricter(@Nullable ReadDemand one, @Nullable ReadDemand other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return one.stricter(other);
	}

	/**
	 * Borrow a physical connection for {@linkplain Reads#asInfrastructure
	 * infrastructure}, which decides by what it reads: always from the writer.
	 */
	Connection borrowForInfrastructure() throws SQLException {
		this.heldConnections.reclaim();
		this.activity.borrowed();
		ReadContext.current().requirement().forgetServer();
		return this.writerBorrower.borrow(RoutingReason.INFRASTRUCTURE, BorrowLimit.ofTransaction());
	}

	/**
	 * Borrow a physical connection for a statement outside a transaction that looks like
	 * a query, although whether it only reads is not known.
	 */
	Connection borrowForReadOutsideTransaction() throws SQLException {
		this.heldConnections.reclaim();
		this.activity.borrowed();
		ReadContext.current().requirement().forgetServer();
		return this.writerBorrower.borrow(RoutingReason.READ_OUTSIDE_TRANSACTION, BorrowLimit.ofTransaction());
	}

	/**
	 * Tell the operator, once, that locks are taken where they exclude nobody.
	 */
	void warnOfAdvisoryLock(DatabaseInstance reader) {
		if (this.advisoryLockSeen.compareAndSet(false, true)) {
			logger
				.warn("A read-only transaction took an advisory lock on reader {}, where it excludes nobody who takes the "
						+ "same lock on another instance. Take it with the transaction's first statement, which then "
						+ "goes to the writer, in Reads.fromWriter(...), or in a transaction that may write. This is "
						+ "logged once", reader);
		}
	}

	/**
	 * Return the reader that the calling thread has borrowed from last, or {@code null}
	 * if it was the writer.
	 */
	@Nullable RoutedReader lastReader() {
		return ReadContext.current().requirement().server();
	}

	/**
	 * Return whether a connection that was just borrowed for reading may serve. A reader
	 * whose address leads to a server that was not looked at yet serves nobody who
	 * demands something until it has been.
	 */
	boolean mayServe(HeldConnection borrowed) throws SQLException {
		SessionRequirement requirement = ReadContext.current().requirement();
		RoutedReader reader = requirement.server();
		if (reader == null || borrowed.mayServe(requirement, reader)) {
			return true;
		}
		reader.forgetState();
		this.routeTable.checkNow();
		return false;
	}

	/**
	 * Return the nanoseconds after which a reader that tells nothing is trusted to have
	 * replayed a write.
	 */
	long unknownLagNanos() {
		return this.unknownLagNanos;
	}

	private void logSerializableRead() {
		if (this.serializableReadSeen.compareAndSet(false, true)) {
			logger.info("Read-only transactions that are SERIALIZABLE are served by the writer, because PostgreSQL's "
					+ "readers cannot be serializable; with REPEATABLE_READ a reader serves them");
		}
	}

	/**
	 * Return whether transactions are serializable where nobody says what they are.
	 */
	boolean isSerializable() {
		return this.serializable;
	}

	/**
	 * Begin to follow the topology, and take from the pools what connections begin with.
	 */
	private void start() {
		this.routeTable.follow();
		List<InstancePool> present = this.pools.all();
		for (InstancePool pool : present) {
			if (pool.isAutoCommit() != present.get(0).isAutoCommit()) {
				throw new IllegalArgumentException(
						"Connections to %s begin in another auto-commit mode than those to %s; configure the same for all pools"
							.formatted(pool.instance(), present.get(0).instance()));
			}
		}
		this.autoCommit = present.isEmpty() || present.get(0).isAutoCommit();
		this.serializable = present.stream().anyMatch(InstancePool::isSerializable);
	}

	/**
	 * Return this, or the present writer's pool, such as HikariCP's {@code DataSource}
	 * and its MXBeans. What is borrowed there is not routed.
	 */
	@Override
	public <T> T unwrap(Class<T> type) throws SQLException {
		InstancePool pool = type.isInstance(this) ? null : writerPool(type);
		return (pool != null) ? pool.unwrap(type) : super.unwrap(type);
	}

	@Override
	public boolean isWrapperFor(Class<?> type) throws SQLException {
		return super.isWrapperFor(type) || writerPool(type) != null;
	}

	private @Nullable InstancePool writerPool(Class<?> type) {
		Routes.Writer writer = this.routeTable.current().writer();
		return (writer != null && writer.pool().isWrapperFor(type)) ? writer.pool() : null;
	}

	/**
	 * Borrow a connection from any reader, for a question that has nothing to do with
	 * data.
	 * @return the connection, or {@code null} if there is none
	 */
	@Nullable Connection borrowToAsk() {
		for (RoutedReader reader : this.routeTable.current().readers()) {
			try {
				Connection connection = reader.isAvailable() ? reader.tryBorrow(BorrowLimit.ofTransaction()) : null;
				if (connection != null) {
					return connection;
				}
			}
			catch (SQLException ex) {
				// The next one may answer.
			}
		}
		return null;
	}

	/**
	 * Return whether there is a writer, as far as is known now.
	 */
	boolean isWriterReachable() {
		Routes.Writer writer = this.routeTable.current().writer();
		return writer != null && writer.reachable();
	}

	/**
	 * Return whether the calling thread is in a read-only transaction that this data
	 * source takes part in, although nobody has made the connection read-only: Hibernate
	 * borrows it late if {@code hibernate.connection.handling_mode} says so.
	 */
	boolean isInReadOnlyTransaction() {
		return TransactionSynchronizationManager.isCurrentTransactionReadOnly()
				&& TransactionSynchronizationManager.isActualTransactionActive() && takesPart();
	}

	private boolean takesPart() {
		for (Map.Entry<Object, Object> resource : TransactionSynchronizationManager.getResourceMap().entrySet()) {
			if (resource.getKey() instanceof DataSource dataSource && isRoutedBy(dataSource)
					&& resource.getValue() instanceof ConnectionHolder holder
					&& !(holder.getConnectionHandle() instanceof SimpleConnectionHandle)) {
				return true;
			}
		}
		return false;
	}

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
	 * Take note that a physical connection goes back to its pool.
	 */
	private void givenBack(Connection physical) {
		this.pools.returned(physical);
		this.writerFallback.givenBack(physical);
	}

	private void reclaim() {
		this.heldConnections.reclaim();
	}

	HeldConnections heldConnections() {
		return this.heldConnections;
	}

	ServerFacts facts() {
		return this.facts;
	}

	DefaultIsolations isolations() {
		return this.isolations;
	}

	/**
	 * Return the isolation level that connections come with, or {@code null} while nobody
	 * has asked.
	 * @param readOnly whether those to read from are meant
	 */
	@Nullable Integer defaultIsolation(boolean readOnly) {
		Routes routes = this.routeTable.current();
		if (readOnly && !routes.readers().isEmpty()) {
			return this.isolations.known(routes.readers().get(0).pool());
		}
		return (routes.writer() != null) ? this.isolations.known(routes.writer().pool()) : null;
	}

	private @Nullable Duration maxLag(ReadDemand demand) throws SQLException {
		Duration maxLag = demand.maxLag(this.configuredMaxLag);
		if (maxLag == null && demand.level() == ConsistencyLevel.BOUNDED) {
			throw new SQLNonTransientException(
					"Reads at level BOUNDED need a maximum lag: set rds.routing.max-lag, or @ReadConsistency(maxLag)");
		}
		return maxLag;
	}

	/**
	 * Return the time of the topology provider's clock.
	 */
	long now() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * Builds a {@link ReadWriteRoutingDataSource}. Defaults: round robin among readers,
	 * fallback to the writer, with half of its pool at most, a reader that failed is
	 * tried again after 5 seconds, level {@link ConsistencyLevel#SESSION}, any lag, and 5
	 * seconds of delay where the lag cannot be known, and a writer is waited for up to 30
	 * seconds.
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

		private ConsistencyLevel consistency = ConsistencyLevel.SESSION;

		private @Nullable Duration maxLag;

		private Duration unknownLagDelay = Duration.ofSeconds(5);

		private @Nullable Integer maximumFallbacks;

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
		 * {@link NoReaderAvailableException}. Not counted are reads that come because of
		 * their session's own writes, and those of a cluster without readers.
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
