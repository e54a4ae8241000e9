package io.rdsboot.cluster.watch;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.ServerLimits;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.cluster.TopologyListener;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.WriterLog;
import io.rdsboot.cluster.bluegreen.DeploymentPoll;
import io.rdsboot.cluster.discovery.DiscoveryException;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.cluster.knowledge.WatchedInstance;
import io.rdsboot.cluster.watch.InstanceWatch.Attention;
import org.jspecify.annotations.Nullable;

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

	private final InstanceDiscovery discovery;

	private final RedirectReview redirectReview;

	private final InstanceConnector connector;

	private final AtomicBoolean deploymentPrivilegeMissing = new AtomicBoolean();

	private final WatchIntervals intervals;

	private final LongSupplier nanoTime;

	private final DiscoveryThread discoveryThread;

	private final @Nullable Idleness idleness;

	private final WatchedCluster cluster;

	private final ReplayInterest replayInterest;

	private final InstanceWatch.Listener watchListener;

	/**
	 * Which log was written at the last discovery; used by its thread alone.
	 */
	private @Nullable Long discoveredLog;

	private TopologyMonitor(Builder builder) {
		this.discovery = builder.discovery;
		this.connector = new RedirectingConnector(builder.connector, this::redirect);
		this.intervals = new WatchIntervals(builder.pollInterval, builder.searchInterval, builder.timeout,
				builder.deploymentInterval);
		InstanceWatches watches = new InstanceWatches(this::newWatch,
				new HostNameWatch(HostNameWatch.Resolver.JVM, this::addressChanged));
		this.discoveryThread = new DiscoveryThread(this::discover, builder.discoveryInterval);
		this.idleness = (builder.activity != null) ? new Idleness(builder.activity, builder.idleTimeout, this::lookSoon)
				: null;
		this.nanoTime = builder.nanoTime;
		this.cluster = new WatchedCluster(builder.discovery.initial(), watches,
				WatchIntervals.spread(builder.reconnectInterval), builder.nanoTime, this::lookSoon);
		this.redirectReview = new RedirectReview(this.cluster, builder.connector, this.intervals.timeout(),
				builder.nanoTime);
		this.replayInterest = new ReplayInterest(builder.nanoTime);
		this.watchListener = new ClusterWatchListener(this.cluster, this.replayInterest, this.intervals,
				this::attentionToUse);
	}

	private InstanceWatch newWatch(DatabaseInstance instance) {
		return new InstanceWatch(instance, this.connector, this.intervals,
				new DeploymentPoll(this.deploymentPrivilegeMissing), this.nanoTime, this.watchListener);
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
		this.cluster.start(this.intervals.poll(), () -> {
			this.discoveryThread.start();
			this.discoveryThread.repeat(this.redirectReview::run, WatchIntervals.LOST_REDIRECT,
					WatchIntervals.LOST_REDIRECT);
			if (this.idleness != null) {
				this.discoveryThread.repeat(() -> tick(this.idleness), this.idleness.tickInterval(),
						this.idleness.tickInterval());
			}
		});
	}

	/**
	 * Wait until each of the instances to begin with has answered, or has been found not
	 * to, and each of all instances where the discovery needs them.
	 * @param timeout the longest to wait
	 * @return whether that is so
	 */
	public boolean awaitFirstLook(Duration timeout) throws InterruptedException {
		return this.cluster.awaitFirstLook(timeout, this.discovery.needsAllInstances());
	}

	/**
	 * Wait until there is a writer that can be reached.
	 * @param timeout the longest to wait
	 * @return whether there is one
	 */
	public boolean awaitWriter(Duration timeout) throws InterruptedException {
		return this.cluster.awaitWriter(timeout);
	}

	/**
	 * Return whether it has been found out which instances there are, and each has
	 * answered, or has been found not to.
	 */
	public boolean knowsAllInstances() {
		return this.cluster.isCompletelyKnown();
	}

	@Override
	public ClusterTopology topology() {
		return this.cluster.topology();
	}

	@Override
	public void addListener(TopologyListener listener) {
		this.cluster.addListener(listener);
	}

	@Override
	public ServerLimits limits(DatabaseInstance instance) {
		return this.cluster.limits(instance);
	}

	@Override
	public @Nullable AddressRedirect redirect(DatabaseInstance instance) {
		return this.cluster.redirect(instance);
	}

	@Override
	public boolean isResting() {
		return attentionToUse() == Attention.ASLEEP;
	}

	@Override
	public void checkNow() {
		this.cluster.checkNow();
	}

	@Override
	public void followReplay(long time) {
		this.replayInterest.extend(time);
		this.cluster.follow();
	}

	@Override
	public Optional<LogPosition> positionAt(long time, Duration timeout) {
		return this.cluster.awaitPosition(time, timeout);
	}

	@Override
	public @Nullable Long logSince() {
		return this.cluster.logSince();
	}

	@Override
	public void connected(DatabaseInstance instance, @Nullable ServerIdentity server) {
		InstanceState state = topology().state(instance).orElse(null);
		if (state != null && (!state.reachable() || !Objects.equals(server, state.server()))) {
			this.cluster.update(instance, (watched) -> watched.connected(server, this.nanoTime.getAsLong()));
		}
	}

	@Override
	public void unreachable(DatabaseInstance instance) {
		this.cluster.note(instance, WatchedInstance::notConnected);
		this.cluster.checkNow(instance);
	}

	@Override
	public void statementFailed(DatabaseInstance instance, SQLException failure) {
		this.cluster.update(instance, (watched) -> watched.statementFailed(failure));
		this.cluster.checkNow(instance);
	}

	private void addressChanged(DatabaseInstance instance) {
		this.cluster.update(instance, WatchedInstance::doubt);
	}

	private void discover() throws DiscoveryException {
		if (this.cluster.isClosed() || attentionToUse() != Attention.NORMAL) {
			this.discovery.release();
			return;
		}
		Long log = this.cluster.logSince();
		if (!Objects.equals(log, this.discoveredLog)) {
			// what the discovery keeps leads to a server that was left
			this.discovery.release();
			this.discoveredLog = log;
		}
		List<DatabaseInstance> found = this.discovery.discover(topology(), this.connector, this.intervals.timeout());
		if (found.isEmpty()) {
			throw new DiscoveryException("The discovery found no instance at all", null);
		}
		this.cluster.members(found);
	}

	private void tick(Idleness idleness) {
		if (idleness.tick()) {
			checkNow();
		}
	}

	/**
	 * Have everything looked at soon, because something has changed.
	 */
	private void lookSoon() {
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
		this.cluster.close(() -> this.discoveryThread.close(this.discovery::release));
	}

	/**
	 * Builds a {@link TopologyMonitor}. Defaults: a look each second, each 25
	 * milliseconds while there is no writer, time-outs of 1.5 seconds, a new connection
	 * each minute, a discovery each 5 seconds, a look for a Blue/Green deployment each
	 * 30, no rest however long nothing is borrowed.
	 */
	public static final class Builder {

		private final InstanceDiscovery discovery;

		private final InstanceConnector connector;

		private Duration pollInterval = Duration.ofSeconds(1);

		private Duration searchInterval = Duration.ofMillis(25);

		private Duration timeout = Duration.ofMillis(1500);

		private Duration reconnectInterval = Duration.ofMinutes(1);

		private Duration discoveryInterval = Duration.ofSeconds(5);

		private Duration deploymentInterval = Duration.ofSeconds(30);

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
		 * Set how often the instances are asked whether they belong to a Blue/Green
		 * deployment. Those that do are asked each second.
		 */
		public Builder deploymentInterval(Duration deploymentInterval) {
			this.deploymentInterval = deploymentInterval;
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
