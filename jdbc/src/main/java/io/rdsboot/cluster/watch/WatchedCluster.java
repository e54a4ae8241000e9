package io.rdsboot.cluster.watch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.ServerLimits;
import io.rdsboot.cluster.TopologyListener;
import io.rdsboot.cluster.bluegreen.Deployment;
import io.rdsboot.cluster.knowledge.ClusterKnowledge;
import io.rdsboot.cluster.knowledge.TopologyLog;
import io.rdsboot.cluster.knowledge.WatchedInstance;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.WatchFailure;
import org.jspecify.annotations.Nullable;

/**
 * State of a cluster that is watched. Each report changes what is known of an instance;
 * the topology that follows is published to the listeners, one change after the other,
 * and wakes those who wait for a writer or a position in the log. Thread-safe.
 */
final class WatchedCluster {

	private final InstanceWatches watches;

	private final LongSupplier nanoTime;

	/**
	 * Guards what is known, the watches, and the order in which listeners are told.
	 */
	private final ReentrantLock lock = new ReentrantLock();

	private final Condition concluded = this.lock.newCondition();

	private final Map<DatabaseInstance, ServerLimits> limits = new ConcurrentHashMap<>();

	private final TopologyLog log = new TopologyLog();

	private final ClusterKnowledge knowledge;

	private final PublishedTopology topology;

	private volatile Map<DatabaseInstance, AddressRedirect> redirects = Map.of();

	private volatile boolean deployed;

	private volatile @Nullable Long logSince;

	private boolean discovered;

	private boolean concluding;

	private volatile boolean closed;

	/**
	 * Create it, with no watch before {@link #start}.
	 * @param initial the instances to begin with, in the roles that they are configured
	 * for
	 * @param watches the watches that report to this
	 * @param reconnectInterval how often an instance is asked over a new connection where
	 * nothing speaks for the present one
	 * @param nanoTime the clock, in nanoseconds
	 * @param writerChanged called after the listeners when there is another writer that
	 * can be reached, or none; must not block
	 */
	WatchedCluster(List<InstanceState> initial, InstanceWatches watches, Duration reconnectInterval,
			LongSupplier nanoTime, Runnable writerChanged) {
		this.watches = watches;
		this.nanoTime = nanoTime;
		this.knowledge = new ClusterKnowledge(initial, this.log, reconnectInterval);
		this.topology = new PublishedTopology(this.knowledge.topology(), writerChanged);
	}

	/**
	 * Begin to watch the instances that are known. Does nothing when that was done
	 * already, or after the end.
	 * @param interval how often their names are looked up
	 * @param started what begins with the watches
	 */
	void start(Duration interval, Runnable started) {
		locked(() -> {
			if (this.watches.start(this.knowledge.watched(), interval)) {
				started.run();
			}
		});
	}

	ClusterTopology topology() {
		return this.topology.current();
	}

	void addListener(TopologyListener listener) {
		this.topology.addListener(listener);
	}

	/**
	 * Return whether there is a writer that can be reached.
	 */
	boolean hasWriter() {
		return this.topology.hasWriter();
	}

	/**
	 * Return whether it has been found out which instances there are, and each has
	 * answered, or has been found not to.
	 */
	boolean isCompletelyKnown() {
		this.lock.lock();
		try {
			return this.discovered && this.knowledge.isComplete();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until each of the instances to begin with has answered, or has been found not
	 * to.
	 * @param all whether to wait for all instances that are found, too
	 * @return whether that is so
	 */
	boolean awaitFirstLook(Duration timeout, boolean all) throws InterruptedException {
		long begin = this.nanoTime.getAsLong();
		this.lock.lockInterruptibly();
		try {
			boolean looked = this.watches.awaitFirstLook(this.concluded, timeout);
			long remaining = timeout.toNanos() - (this.nanoTime.getAsLong() - begin);
			while (all && !isCompletelyKnown() && remaining > 0 && !this.closed) {
				remaining = this.concluded.awaitNanos(remaining);
			}
			return all ? isCompletelyKnown() : looked;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until there is a writer that can be reached.
	 * @return whether there is one
	 */
	boolean awaitWriter(Duration timeout) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long remaining = timeout.toNanos();
			while (!hasWriter() && remaining > 0 && !this.closed) {
				remaining = this.concluded.awaitNanos(remaining);
			}
			return hasWriter();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait until a position in the log is known that includes everything that was
	 * committed by a time. Where none is known yet, the writer is asked at once.
	 * @return the position, or empty if the writer does not answer in time, or the thread
	 * is interrupted
	 */
	Optional<LogPosition> awaitPosition(long time, Duration timeout) {
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
		DatabaseInstance writer = topology().writer().map(InstanceState::instance).orElse(null);
		if (writer == null) {
			return true;
		}
		this.watches.demand(writer);
		return writer.fixedRole() == null;
	}

	/**
	 * Ask all instances for a look soon.
	 */
	void checkNow() {
		this.watches.checkNow();
	}

	/**
	 * Ask for a look soon at what a problem of one instance concerns: what happens to the
	 * writer may concern all; what happens to a reader, it alone.
	 */
	void checkNow(DatabaseInstance instance) {
		if (topology().writer().filter((writer) -> !writer.instance().equals(instance)).isEmpty()) {
			checkNow();
			return;
		}
		locked(() -> this.watches.checkNow(instance));
	}

	/**
	 * Ask all instances for looks in quick succession.
	 */
	void follow() {
		this.watches.follow();
	}

	/**
	 * Take over which instances the cluster has.
	 */
	void members(List<DatabaseInstance> found) {
		locked(() -> {
			if (!this.closed) {
				this.discovered = true;
				this.knowledge.members(found);
				this.limits.keySet().retainAll(found);
				conclude();
			}
		});
	}

	/**
	 * Take note of what an instance has answered to its watch.
	 */
	void answered(DatabaseInstance instance, Observation answer) {
		update(instance, (watched) -> {
			this.watches.lookedAt(instance);
			this.log.answered(instance);
			this.knowledge.answered(watched, answer);
		});
	}

	/**
	 * Take note that the watch of an instance has failed.
	 */
	void failed(DatabaseInstance instance, WatchFailure failure) {
		update(instance, (watched) -> {
			this.watches.lookedAt(instance);
			if (this.knowledge.isMember(instance)) {
				this.log.failed(instance, failure);
			}
			watched.failed(failure);
		});
	}

	/**
	 * Take note that an instance has told its role, and not how far its log is.
	 */
	void withheld(DatabaseInstance instance, WatchFailure failure) {
		locked(() -> {
			if (this.knowledge.isMember(instance)) {
				this.log.withheld(instance, failure);
			}
		});
	}

	/**
	 * Return a time before which positions were those of another log, or {@code null}.
	 */
	@Nullable Long logSince() {
		return this.logSince;
	}

	/**
	 * Take note of the Blue/Green deployment that an instance belongs to.
	 */
	void deploymentTold(DatabaseInstance instance, Deployment deployment) {
		if (deployment.equals(Deployment.NONE) && !this.deployed) {
			return;
		}
		locked(() -> {
			if (!this.closed) {
				this.knowledge.deploymentTold(instance, deployment, this.nanoTime.getAsLong());
				conclude();
			}
		});
	}

	/**
	 * Return whether there is a Blue/Green deployment.
	 */
	boolean isDeployed() {
		return this.deployed;
	}

	/**
	 * Return whether a Blue/Green switchover is to be looked at closely.
	 */
	boolean isSwitchingOver() {
		if (!this.deployed) {
			return false;
		}
		this.lock.lock();
		try {
			return this.knowledge.isSwitchingOver(this.nanoTime.getAsLong());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return where connections to an instance are opened while its name leads elsewhere,
	 * or {@code null} for where it leads.
	 */
	@Nullable AddressRedirect redirect(DatabaseInstance instance) {
		return this.redirects.get(instance);
	}

	/**
	 * Return the members whose names do not lead to where their connections are opened,
	 * each with whether nothing answers there.
	 */
	Map<DatabaseInstance, Boolean> redirected() {
		if (this.redirects.isEmpty()) {
			return Map.of();
		}
		this.lock.lock();
		try {
			return this.knowledge.redirected();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Take note of where the name of a member that is redirected leads by itself.
	 */
	void led(DatabaseInstance instance, Observation direct) {
		locked(() -> {
			if (!this.closed) {
				this.knowledge.led(instance, direct);
				conclude();
			}
		});
	}

	/**
	 * Take note of how many connections an instance takes. Nothing follows from it here.
	 */
	void limitsTold(DatabaseInstance instance, ServerLimits limits) {
		this.limits.put(instance, limits);
	}

	/**
	 * Return what an instance that is known has told last of how many connections it
	 * takes.
	 */
	ServerLimits limits(DatabaseInstance instance) {
		return this.limits.getOrDefault(instance, ServerLimits.UNKNOWN);
	}

	/**
	 * Change what is known of an instance, and publish what follows.
	 */
	void update(DatabaseInstance instance, Consumer<WatchedInstance> change) {
		locked(() -> {
			WatchedInstance watched = this.knowledge.find(instance);
			if (watched != null && !this.closed) {
				change.accept(watched);
				conclude();
			}
		});
	}

	/**
	 * Change what is known of an instance in a way that nothing follows from before its
	 * next report.
	 */
	void note(DatabaseInstance instance, Consumer<WatchedInstance> change) {
		locked(() -> {
			WatchedInstance watched = this.knowledge.find(instance);
			if (watched != null) {
				change.accept(watched);
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
			ClusterTopology current = this.knowledge.conclude(this.nanoTime.getAsLong());
			this.redirects = this.knowledge.redirects();
			this.deployed = this.knowledge.isDeployed();
			this.logSince = this.knowledge.logSince();
			while (!current.equals(this.topology.current())) {
				this.topology.publish(current);
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

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * End watching, and with it all that waits for an answer. The topology stays as it
	 * was last known.
	 * @param closing what ends before the watches
	 */
	void close(Runnable closing) {
		locked(() -> {
			this.closed = true;
			closing.run();
			this.watches.close();
			this.concluded.signalAll();
		});
	}

}
