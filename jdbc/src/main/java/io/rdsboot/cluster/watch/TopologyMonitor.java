package io.rdsboot.cluster.watch;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.TopologyListener;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.WriterLog;
import io.rdsboot.cluster.discovery.DiscoveryException;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.cluster.knowledge.ClusterKnowledge;
import io.rdsboot.cluster.knowledge.TopologyLog;
import io.rdsboot.cluster.knowledge.WatchedInstance;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.WatchFailure;
import io.rdsboot.cluster.watch.InstanceWatch.Attention;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topology that is watched: each instance is asked for its role, its position in the log
 * and its lag, over connections of the monitor's own. Thread-safe.
 *
 * <p>
 * Each instance has a thread of its own, so that one that does not answer delays nobody's
 * view of the others. Roles are what the servers say; of two that both say they are the
 * writer, the one on the higher timeline is.
 */
public final class TopologyMonitor implements TopologyProvider, WriterLog, ConnectivityListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(TopologyMonitor.class);

	private final InstanceDiscovery discovery;

	private final InstanceConnector connector;

	private final WatchIntervals intervals;

	private final LongSupplier nanoTime;

	private final DiscoveryThread discoveryThread;

	private final @Nullable Idleness idleness;

	private final List<TopologyListener> listeners = new CopyOnWriteArrayList<>();

	/**
	 * Guards what is known, the watches, and the order in which listeners are told.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	private final Condition concluded = this.lock.newCondition();

	private final TopologyLog log = new TopologyLog();

	private final ClusterKnowledge knowledge;

	private final InstanceWatches watches;

	private final ReplayInterest replayInterest;

	private boolean discovered;

	private boolean concluding;

	private volatile boolean closed;

	private volatile ClusterTopology topology;

	private TopologyMonitor(Builder builder) {
		this.discovery = builder.discovery;
		this.connector = builder.connector;
		this.intervals = new WatchIntervals(builder.pollInterval, builder.searchInterval, builder.timeout);
		WatchListener watchListener = new WatchListener();
		this.watches = new InstanceWatches(
				(instance) -> new InstanceWatch(instance, builder.connector, this.intervals, builder.nanoTime,
						watchListener),
				new HostNameWatch(HostNameWatch.Resolver.JVM, (instance) -> update(instance, WatchedInstance::doubt)));
		this.discoveryThread = new DiscoveryThread(this::discover, builder.discoveryInterval);
		this.idleness = (builder.activity != null) ? new Idleness(builder.activity, builder.idleTimeout, this::resumed)
				: null;
		this.nanoTime = builder.nanoTime;
		this.knowledge = new ClusterKnowledge(builder.discovery.initial(), this.log, builder.reconnectInterval);
		this.topology = this.knowledge.topology();
		this.replayInterest = new ReplayInterest(builder.nanoTime);
	}

	/**
	 * Start to build a monitor.
	 * @param discovery finds the instances
	 * @param connector opens the connections to them
	 */
	public static Builder builder(InstanceDiscovery discovery, InstanceConnector connector) {
		return new Builder(discovery, connector);
	}

	/**
	 * Begin to watch. Returns at once; does nothing when that was done already.
	 */
	public void start() {
		locked(() -> {
			if (!this.watches.start(this.knowledge.watched(), this.intervals.poll())) {
				return;
			}
			this.discoveryThread.start();
			if (this.idleness != null) {
				this.discoveryThread.repeat(() -> tick(this.idleness), this.idleness.tickInterval(),
						this.idleness.tickInterval());
			}
		});
	}

	/**
	 * Wait until each of the instances to begin with has answered, or has been found not
	 * to.
	 * @param timeout the longest to wait
	 * @return whether that is so
	 */
	public boolean awaitFirstLook(Duration timeout) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			return this.watches.awaitFirstLook(this.concluded, timeout);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until there is a writer that can be reached.
	 * @param timeout the longest to wait
	 * @return whether there is one
	 */
	public boolean awaitWriter(Duration timeout) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long remaining = timeout.toNanos();
			while (writer(this.topology).isEmpty() && remaining > 0 && !this.closed) {
				remaining = this.concluded.awaitNanos(remaining);
			}
			return writer(this.topology).isPresent();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return whether it has been found out which instances there are, and each has
	 * answered, or has been found not to.
	 */
	public boolean knowsAllInstances() {
		this.lock.lock();
		try {
			return this.discovered && this.knowledge.isComplete();
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public ClusterTopology topology() {
		return this.topology;
	}

	@Override
	public void addListener(TopologyListener listener) {
		this.listeners.add(listener);
	}

	@Override
	public boolean isResting() {
		return attentionToUse() == Attention.ASLEEP;
	}

	@Override
	public void checkNow() {
		this.watches.checkNow();
	}

	@Override
	public void followReplay(long time) {
		this.replayInterest.extend(time);
		this.watches.follow();
	}

	@Override
	public Optional<LogPosition> positionAt(long time, Duration timeout) {
		this.lock.lock();
		try {
			long remaining = timeout.toNanos();
			Optional<LogPosition> position = this.knowledge.positionAt(time);
			while (position.isEmpty() && remaining > 0 && !this.closed && demandFromWriter()) {
				remaining = this.concluded.awaitNanos(remaining);
				position = this.knowledge.positionAt(time);
			}
			return position;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Optional.empty();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Asks the writer for its position.
	 * @return whether it may answer, or another instance may become the writer
	 */
	private boolean demandFromWriter() {
		DatabaseInstance writer = this.topology.writer().map(InstanceState::instance).orElse(null);
		if (writer == null) {
			return true;
		}
		this.watches.demand(writer);
		return writer.fixedRole() == null;
	}

	@Override
	public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
		InstanceState state = this.topology.state(instance).orElse(null);
		if (state != null && (!state.reachable() || !Objects.equals(server, state.server()))) {
			update(instance, (watched) -> watched.connected(server, this.nanoTime.getAsLong()));
		}
	}

	@Override
	public void unreachable(DatabaseInstance instance) {
		locked(() -> {
			WatchedInstance watched = this.knowledge.find(instance);
			if (watched != null) {
				watched.notConnected();
			}
		});
		checkNow(instance);
	}

	@Override
	public void statementFailed(DatabaseInstance instance, SQLException failure) {
		update(instance, (watched) -> watched.statementFailed(failure));
		checkNow(instance);
	}

	/**
	 * What happens to the writer may concern all; what happens to a reader, it alone.
	 */
	private void checkNow(DatabaseInstance instance) {
		if (this.topology.writer().filter((writer) -> !writer.instance().equals(instance)).isEmpty()) {
			checkNow();
			return;
		}
		locked(() -> this.watches.checkNow(instance));
	}

	private void update(DatabaseInstance instance, Consumer<WatchedInstance> change) {
		locked(() -> {
			WatchedInstance watched = this.knowledge.find(instance);
			if (watched != null && !this.closed) {
				change.accept(watched);
				conclude();
			}
		});
	}

	private void locked(Runnable action) {
		this.lock.lock();
		try {
			action.run();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Publishes what follows from what is known now. A listener that reports something
	 * itself is not called within its call, but again.
	 */
	private void conclude() {
		if (this.concluding) {
			return;
		}
		this.concluding = true;
		try {
			ClusterTopology previous = this.topology;
			ClusterTopology current = this.knowledge.conclude(this.nanoTime.getAsLong());
			while (!current.equals(previous)) {
				publish(previous, current);
				previous = current;
				current = this.knowledge.conclude(this.nanoTime.getAsLong());
			}
			this.knowledge.toAskAnew(this.nanoTime.getAsLong()).forEach(this.watches::askAnew);
			this.watches.adjust(this.knowledge.watched());
		}
		finally {
			this.concluding = false;
			this.concluded.signalAll();
		}
	}

	private void publish(ClusterTopology previous, ClusterTopology current) {
		this.topology = current;
		for (TopologyListener listener : this.listeners) {
			try {
				listener.topologyChanged(previous, current);
			}
			catch (RuntimeException ex) {
				logger.warn("A listener failed to take note of a change in the cluster", ex);
			}
		}
		if (!writer(previous).equals(writer(current))) {
			checkNow();
			this.discoveryThread.discoverSoon();
		}
	}

	/**
	 * Return the writer that can be reached.
	 */
	private static Optional<DatabaseInstance> writer(ClusterTopology topology) {
		return topology.writer().filter(InstanceState::reachable).map(InstanceState::instance);
	}

	private void discover() throws DiscoveryException {
		if (this.closed || attentionToUse() != Attention.NORMAL) {
			this.discovery.release();
			return;
		}
		List<DatabaseInstance> found = this.discovery.discover(this.topology, this.connector, this.intervals.timeout());
		if (found.isEmpty()) {
			throw new DiscoveryException("The discovery found no instance at all", null);
		}
		locked(() -> {
			if (!this.closed) {
				this.discovered = true;
				this.knowledge.members(found);
				conclude();
			}
		});
	}

	private void tick(Idleness idleness) {
		if (idleness.tick()) {
			checkNow();
		}
	}

	private void resumed() {
		checkNow();
		this.discoveryThread.discoverSoon();
	}

	private Attention attentionToUse() {
		return (this.idleness != null) ? this.idleness.attention() : Attention.NORMAL;
	}

	/**
	 * End watching, and with it all that waits for an answer. The topology stays as it
	 * was last known.
	 */
	@Override
	public void close() {
		locked(() -> {
			this.closed = true;
			this.discoveryThread.close(this.discovery::release);
			this.watches.close();
			this.concluded.signalAll();
		});
	}

	/**
	 * Hears the watches.
	 */
	private final class WatchListener implements InstanceWatch.Listener {

		@Override
		public void answered(DatabaseInstance instance, Observation answer) {
			update(instance, (watched) -> {
				TopologyMonitor.this.watches.lookedAt(instance);
				TopologyMonitor.this.log.answered(instance);
				watched.answered(answer);
			});
		}

		@Override
		public void fellSilent(DatabaseInstance instance) {
			update(instance, WatchedInstance::fellSilent);
		}

		@Override
		public void withheld(DatabaseInstance instance, WatchFailure failure) {
			locked(() -> TopologyMonitor.this.log.withheld(instance, failure));
		}

		@Override
		public void failed(DatabaseInstance instance, WatchFailure failure) {
			update(instance, (watched) -> {
				TopologyMonitor.this.watches.lookedAt(instance);
				TopologyMonitor.this.log.failed(instance, failure);
				watched.failed(failure);
			});
		}

		@Override
		public Attention attention() {
			Attention attention = attentionToUse();
			boolean search = attention == Attention.NORMAL && writer(TopologyMonitor.this.topology).isEmpty();
			return search ? Attention.SEARCH : attention;
		}

		@Override
		public boolean isFollowed(DatabaseInstance instance) {
			return TopologyMonitor.this.replayInterest.isIn(progress(instance));
		}

		@Override
		public Duration lag(DatabaseInstance instance) {
			return progress(instance).map(LogProgress::lag).orElse(Duration.ZERO);
		}

		private Optional<LogProgress> progress(DatabaseInstance instance) {
			return TopologyMonitor.this.topology.state(instance).map(InstanceState::progress);
		}

	}

	/**
	 * Builds a {@link TopologyMonitor}. Defaults: a look each second, each 25
	 * milliseconds while there is no writer, time-outs of 1.5 seconds, a new connection
	 * each minute, a discovery each 5 seconds, no rest however long nothing is borrowed.
	 */
	public static final class Builder {

		private final InstanceDiscovery discovery;

		private final InstanceConnector connector;

		private Duration pollInterval = Duration.ofSeconds(1);

		private Duration searchInterval = Duration.ofMillis(25);

		private Duration timeout = Duration.ofMillis(1500);

		private Duration reconnectInterval = Duration.ofMinutes(1);

		private Duration discoveryInterval = Duration.ofSeconds(5);

		private @Nullable BorrowActivity activity;

		private Duration idleTimeout = Duration.ofMinutes(1);

		private LongSupplier nanoTime = System::nanoTime;

		private Builder(InstanceDiscovery discovery, InstanceConnector connector) {
			this.discovery = discovery;
			this.connector = connector;
		}

		/**
		 * Set how often each instance is asked.
		 */
		public Builder pollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
			return this;
		}

		/**
		 * Set how often each instance that answers is asked while there is no writer.
		 */
		public Builder searchInterval(Duration searchInterval) {
			this.searchInterval = searchInterval;
			return this;
		}

		/**
		 * Set the longest that one instance's answer is waited for.
		 */
		public Builder timeout(Duration timeout) {
			this.timeout = timeout;
			return this;
		}

		/**
		 * Set how often each instance is connected to anew where nothing speaks for it,
		 * because its address may lead to another server by now.
		 */
		public Builder reconnectInterval(Duration reconnectInterval) {
			this.reconnectInterval = reconnectInterval;
			return this;
		}

		/**
		 * Set how often the instances are looked for.
		 */
		public Builder discoveryInterval(Duration discoveryInterval) {
			this.discoveryInterval = discoveryInterval;
			return this;
		}

		/**
		 * Set what tells whether the database is used, and how long it may be unused
		 * before watching slows down; after twice that it ceases.
		 */
		public Builder activity(BorrowActivity activity, Duration idleTimeout) {
			this.activity = activity;
			this.idleTimeout = idleTimeout;
			return this;
		}

		/**
		 * Set the clock that all times of this provider are measured by, in nanoseconds.
		 */
		public Builder nanoTime(LongSupplier nanoTime) {
			this.nanoTime = nanoTime;
			return this;
		}

		/**
		 * Build the monitor, which begins with {@link #start}.
		 */
		public TopologyMonitor build() {
			return new TopologyMonitor(this);
		}

	}

}
