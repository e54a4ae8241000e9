package io.rdsboot.routing.selection;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePool;
import io.rdsboot.pool.InstancePools;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link Routes} that follow from the present topology. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RouteTable {

	private final TopologyProvider topologyProvider;

	private final InstancePlacements placements;

	private final InstancePools pools;

	private final long readerRetryNanos;

	private final LongSupplier nanoTime;

	private final Map<DatabaseInstance, RoutedReader> knownReaders = new ConcurrentHashMap<>();

	private final Lock lock = new ReentrantLock();

	private final Condition refreshed = this.lock.newCondition();

	private volatile Routes routes = Routes.of(null, List.of(), InstancePlacement.NONE);

	private final ZoneLog zoneLog = new ZoneLog();

	private volatile boolean closing;

	private Runnable afterRefresh = () -> {
	};

	/**
	 * Whether there are routes already, which a reader that is new can join.
	 */
	private boolean begun;

	public RouteTable(TopologyProvider topologyProvider, InstancePlacements placements, InstancePools pools,
			Duration readerRetryInterval, LongSupplier nanoTime) {
		this.topologyProvider = topologyProvider;
		this.placements = placements;
		this.pools = pools;
		this.readerRetryNanos = readerRetryInterval.toNanos();
		this.nanoTime = nanoTime;
	}

	/**
	 * Set what is to be done after each refresh, before the first.
	 */
	void afterRefresh(Runnable action) {
		this.afterRefresh = action;
	}

	/**
	 * Follow the topology, and where its instances are, from now on.
	 */
	public void follow() {
		this.topologyProvider.addListener((previous, current) -> refresh());
		this.placements.addListener(this::refresh);
		refresh();
	}

	/**
	 * Return the present routes, without waiting for anything.
	 */
	public Routes current() {
		return this.routes;
	}

	/**
	 * Wait for other routes, up to a limit.
	 * @param known the routes that the caller knows
	 * @param limit the longest to wait, in nanoseconds
	 */
	@SuppressWarnings("ReferenceEquality")
	void awaitOtherThan(Routes known, long limit) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long left = limit;
			while (this.routes == known && left > 0 && !this.closing) {
				left = this.refreshed.awaitNanos(left);
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return whether connections of a pool lead to the writer, as far as is known now.
	 */
	boolean isWriter(InstancePool pool) {
		Routes.Writer writer = this.routes.writer();
		return writer != null && writer.pool() == pool;
	}

	/**
	 * The newest snapshot is asked for, because calls of several threads may arrive in
	 * another order than their snapshots were made.
	 */
	private void refresh() {
		this.lock.lock();
		try {
			Routes.Writer previous = this.routes.writer();
			this.routes = routesOf(this.topologyProvider.topology());
			this.begun = true;
			this.refreshed.signalAll();
			if (previous != null && previous != this.routes.writer()) {
				previous.pool().wakeWaiters();
			}
		}
		finally {
			this.lock.unlock();
		}
		this.afterRefresh.run();
	}

	/**
	 * Return the time of the topology provider's clock.
	 */
	long now() {
		return this.nanoTime.getAsLong();
	}

	/**
	 * Ask for newer routes each time that readers have replayed more, until they have all
	 * that was committed by now.
	 */
	public void followReplay() {
		this.topologyProvider.followReplay(now());
	}

	/**
	 * End the waits for a writer that is missing or does not answer, and let nobody begin
	 * one. Whoever waits for a connection to a writer that is well goes on.
	 */
	public void close() {
		this.lock.lock();
		try {
			this.closing = true;
			this.refreshed.signalAll();
			Routes.Writer writer = this.routes.writer();
			if (writer != null) {
				writer.pool().wakeWaiters();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return whether nobody waits for a writer any more.
	 */
	boolean isClosing() {
		return this.closing;
	}

	/**
	 * Ask for newer routes soon.
	 */
	public void checkNow() {
		this.topologyProvider.checkNow();
	}

	/**
	 * Take a reader out until it is taken in again, or leaves the cluster.
	 * @return whether the instance is a reader
	 */
	public boolean suspendReader(DatabaseInstance instance) {
		RoutedReader reader = find(instance);
		if (reader != null) {
			reader.suspend();
		}
		return reader != null;
	}

	/**
	 * Take a reader in again that was taken out.
	 * @return whether the instance is a reader
	 */
	public boolean resumeReader(DatabaseInstance instance) {
		RoutedReader reader = find(instance);
		if (reader != null) {
			reader.resume();
			// Reads that wait for the writer can be served again.
			this.afterRefresh.run();
		}
		return reader != null;
	}

	/**
	 * Return whether an instance is a reader that was taken out.
	 */
	public boolean isSuspended(DatabaseInstance instance) {
		RoutedReader reader = find(instance);
		return reader != null && reader.isSuspended();
	}

	/**
	 * Return whether an instance is a reader that reads are routed to, as far as its lag
	 * and their sessions allow.
	 */
	public boolean isAvailable(DatabaseInstance instance) {
		RoutedReader reader = find(instance);
		return reader != null && reader.isAvailable();
	}

	private @Nullable RoutedReader find(DatabaseInstance instance) {
		return this.routes.readers()
			.stream()
			.filter((reader) -> reader.instance().equals(instance))
			.findFirst()
			.orElse(null);
	}

	private Routes routesOf(ClusterTopology topology) {
		List<DatabaseInstance> instances = topology.instances().stream().map(InstanceState::instance).toList();
		InstancePlacement placement = this.placements.current();
		this.knownReaders.keySet().retainAll(instances);
		this.zoneLog.update(placement, instances);
		return Routes.of(writer(topology), topology.readers().stream().map(this::reader).toList(), placement);
	}

	private Routes.@Nullable Writer writer(ClusterTopology topology) {
		InstanceState state = topology.writer().orElse(null);
		if (state == null) {
			return null;
		}
		InstancePool pool = this.pools.pool(state.instance(), InstanceRole.WRITER);
		Routes.Writer present = this.routes.writer();
		boolean same = present != null && present.pool() == pool && present.reachable() == state.reachable();
		return same ? present : new Routes.Writer(pool, state.reachable());
	}

	private RoutedReader reader(InstanceState state) {
		RoutedReader reader = this.knownReaders.computeIfAbsent(state.instance(), this::routedReader);
		reader.update(state);
		return reader;
	}

	private RoutedReader routedReader(DatabaseInstance instance) {
		boolean provable = this.topologyProvider.watchesProgress() && instance.fixedRole() == null;
		RoutedReader reader = new RoutedReader(this.pools.pool(instance, InstanceRole.READER),
				new ReaderBreaker(this.readerRetryNanos, this.nanoTime), provable);
		return this.begun ? reader.join() : reader;
	}

}
