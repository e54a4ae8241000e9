package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import javax.sql.DataSource;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.watch.BorrowActivity;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.consistency.ReadContext;
import io.rdsboot.routing.consistency.ReadDemand;
import io.rdsboot.routing.physical.ConnectionSource;
import io.rdsboot.routing.physical.HeldConnections;
import io.rdsboot.routing.physical.ServerFacts;
import io.rdsboot.routing.selection.BorrowLimit;
import io.rdsboot.routing.selection.BorrowedConnection;
import io.rdsboot.routing.selection.ReadRequirement;
import io.rdsboot.routing.selection.ReaderBorrower;
import io.rdsboot.routing.selection.RouteTable;
import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.selection.Routes;
import io.rdsboot.routing.selection.RoutingListener;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.routing.selection.WriterBorrower;
import io.rdsboot.routing.selection.WriterFallback;
import io.rdsboot.routing.settings.DefaultIsolations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.SimpleConnectionHandle;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Borrows connections for a {@link ReadWriteRoutingDataSource}: decides whether a reader
 * or the writer is to serve, and how consistent it has to be. Thread-safe.
 */
final class ConnectionRouter implements ConnectionSource {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionRouter.class);

	private final RouteTable routeTable;

	private final RoutingListener listener;

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

	private final HeldConnections held;

	private final DefaultIsolations isolations;

	private final ServerFacts facts = new ServerFacts();

	private final Predicate<DataSource> routedHere;

	private final AtomicBoolean serializableReadSeen = new AtomicBoolean();

	private final AtomicBoolean advisoryLockSeen = new AtomicBoolean();

	/**
	 * Whether transactions are serializable if they do not say what they are.
	 */
	private volatile boolean serializable;

	/**
	 * Create a router.
	 * @param settings the settings of the data source
	 * @param routedHere tells whether the connections of a data source come from here
	 */
	ConnectionRouter(ReadWriteRoutingDataSource.Builder settings, Predicate<DataSource> routedHere) {
		this.routeTable = new RouteTable(settings.topologyProvider, settings.placements, settings.pools,
				settings.readerRetryInterval, settings.nanoTime);
		this.listener = RoutingListener.all(settings.listeners);
		this.writerBorrower = new WriterBorrower(this.routeTable, settings.topologyProvider, settings.failoverTimeout,
				this.listener);
		this.writerFallback = new WriterFallback(this.routeTable, this.writerBorrower, settings.readerFallback,
				settings.maximumFallbacks, this::reclaim, this.listener);
		this.readerBorrower = new ReaderBorrower(this.routeTable, settings.readerSelector, settings.zoneSpillFactor,
				this.writerFallback, this.listener);
		this.activity = settings.activity;
		this.nanoTime = settings.nanoTime;
		this.demand = ReadDemand.of(settings.consistency, null);
		this.configuredMaxLag = settings.maxLag;
		this.unknownLagNanos = settings.unknownLagDelay.toNanos();
		this.pools = settings.pools;
		this.held = new HeldConnections(this);
		this.isolations = new DefaultIsolations(this.pools);
		this.routedHere = routedHere;
	}

	/**
	 * Begin to follow the topology.
	 */
	void start() {
		this.routeTable.follow();
		this.serializable = this.pools.all().stream().anyMatch(InstancePool::isSerializable);
	}

	RouteTable routes() {
		return this.routeTable;
	}

	/**
	 * End the waits for a writer, and let nobody begin one.
	 */
	void close() {
		this.routeTable.close();
	}

	@Override
	public BorrowedConnection borrow(boolean readOnly, boolean serializable, @Nullable ReadDemand connectionDemand)
			throws SQLException {
		begin();
		ReadContext context = ReadContext.current();
		ReadDemand demanded = stricter(connectionDemand, context.demand());
		ReadDemand demand = (demanded != null) ? demanded : this.demand;
		if (readOnly && serializable) {
			logSerializableRead();
			return BorrowedConnection.ofWriter(borrowFromWriter(RoutingReason.SERIALIZABLE));
		}
		if (readOnly && demand.level() != ConsistencyLevel.WRITER) {
			ReadRequirement requirement = ReadRequirement.of(context, maxLag(demand),
					demand.level() == ConsistencyLevel.SESSION, now(), this.unknownLagNanos);
			return borrowFromReader(requirement);
		}
		return BorrowedConnection
			.ofWriter(borrowFromWriter(readOnly ? RoutingReason.READ_FROM_WRITER : RoutingReason.WRITE));
	}

	private static @Nullable ReadDemand stricter(@Nullable ReadDemand one, @Nullable ReadDemand other) {
		if (one == null || other == null) {
			return (one != null) ? one : other;
		}
		return one.stricter(other);
	}

	private @Nullable Duration maxLag(ReadDemand demand) throws SQLException {
		Duration maxLag = demand.maxLag(this.configuredMaxLag);
		if (maxLag == null && demand.level() == ConsistencyLevel.BOUNDED) {
			throw new SQLNonTransientException(
					"Reads at level BOUNDED need a maximum lag: set rds.routing.max-lag, or @ReadConsistency(maxLag)");
		}
		return maxLag;
	}

	@Override
	public Connection borrowForInfrastructure() throws SQLException {
		begin();
		return borrowFromWriter(RoutingReason.INFRASTRUCTURE);
	}

	@Override
	public Connection borrowForReadOutsideTransaction() throws SQLException {
		begin();
		return borrowFromWriter(RoutingReason.READ_OUTSIDE_TRANSACTION);
	}

	private void begin() {
		reclaim();
		this.activity.borrowed();
	}

	private Connection borrowFromWriter(RoutingReason reason) throws SQLException {
		try {
			return this.writerBorrower.borrow(reason, BorrowLimit.ofTransaction());
		}
		catch (SQLException ex) {
			this.listener.failed(InstanceRole.WRITER, ex);
			throw ex;
		}
	}

	private BorrowedConnection borrowFromReader(ReadRequirement requirement) throws SQLException {
		try {
			return this.readerBorrower.borrow(requirement, BorrowLimit.ofTransaction());
		}
		catch (SQLException ex) {
			this.listener.failed(InstanceRole.READER, ex);
			throw ex;
		}
	}

	@Override
	public @Nullable Connection borrowToAsk() {
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

	@Override
	public void hasMoved(RoutedReader reader) {
		reader.forgetState();
		this.routeTable.checkNow();
	}

	@Override
	public void warnOfAdvisoryLock(DatabaseInstance reader) {
		if (this.advisoryLockSeen.compareAndSet(false, true)) {
			logger
				.warn("A read-only transaction took an advisory lock on reader {}, where it excludes nobody who takes the "
						+ "same lock on another instance. Take it with the transaction's first statement, which then "
						+ "goes to the writer, in Reads.fromWriter(...), or in a transaction that may write. This is "
						+ "logged once", reader);
		}
	}

	private void logSerializableRead() {
		if (this.serializableReadSeen.compareAndSet(false, true)) {
			logger.info("Read-only transactions that are SERIALIZABLE are served by the writer, because PostgreSQL's "
					+ "readers cannot be serializable; with REPEATABLE_READ a reader serves them");
		}
	}

	@Override
	public boolean isWriterReachable() {
		Routes.Writer writer = this.routeTable.current().writer();
		return writer != null && writer.reachable();
	}

	/**
	 * Return the pool of the present writer if it is a wrapper for a type.
	 */
	@Nullable InstancePool writerPool(Class<?> type) {
		Routes.Writer writer = this.routeTable.current().writer();
		return (writer != null && writer.pool().isWrapperFor(type)) ? writer.pool() : null;
	}

	@Override
	public boolean isSerializable() {
		return this.serializable;
	}

	@Override
	public boolean isInReadOnlyTransaction() {
		return TransactionSynchronizationManager.isCurrentTransactionReadOnly()
				&& TransactionSynchronizationManager.isActualTransactionActive() && takesPart();
	}

	private boolean takesPart() {
		for (Map.Entry<Object, Object> resource : TransactionSynchronizationManager.getResourceMap().entrySet()) {
			if (resource.getKey() instanceof DataSource dataSource && this.routedHere.test(dataSource)
					&& resource.getValue() instanceof ConnectionHolder holder
					&& !(holder.getConnectionHandle() instanceof SimpleConnectionHandle)) {
				return true;
			}
		}
		return false;
	}

	@Override
	public @Nullable Integer defaultIsolation(boolean readOnly) {
		Routes routes = this.routeTable.current();
		if (readOnly && !routes.readers().isEmpty()) {
			return this.isolations.known(routes.readers().get(0).pool());
		}
		return (routes.writer() != null) ? this.isolations.known(routes.writer().pool()) : null;
	}

	@Override
	public DefaultIsolations isolations() {
		return this.isolations;
	}

	@Override
	public ServerFacts facts() {
		return this.facts;
	}

	@Override
	public HeldConnections held() {
		return this.held;
	}

	@Override
	public long now() {
		return this.nanoTime.getAsLong();
	}

	@Override
	public long unknownLagNanos() {
		return this.unknownLagNanos;
	}

	@Override
	public void givenBack(Connection physical) {
		this.pools.returned(physical);
		this.writerFallback.givenBack(physical);
	}

	@Override
	public void evict(Connection physical) {
		this.pools.evict(physical);
	}

	@Override
	public void followReplay() {
		this.routeTable.followReplay();
	}

	private void reclaim() {
		this.held.reclaim();
	}

}
