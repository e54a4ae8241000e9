package io.rdsboot.cluster.watch;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.function.Function;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.poll.SessionIdentity;

/**
 * The watches of a monitor, one for each instance from when it is known until it is gone.
 * All but {@link #checkNow()} and {@link #follow()} is called with the monitor's lock
 * held.
 */
final class InstanceWatches {

	private final Function<DatabaseInstance, InstanceWatch> factory;

	private final HostNameWatch hostNames;

	private final Map<DatabaseInstance, InstanceWatch> watches = new HashMap<>();

	private final Set<DatabaseInstance> notLookedAt = new HashSet<>();

	private volatile List<InstanceWatch> current = List.of();

	private boolean started;

	private boolean closed;

	/**
	 * Create it, with no watch before {@link #start}.
	 * @param factory makes a watch that has not begun
	 * @param hostNames looks up the instances' names
	 */
	InstanceWatches(Function<DatabaseInstance, InstanceWatch> factory, HostNameWatch hostNames) {
		this.factory = factory;
		this.hostNames = hostNames;
	}

	/**
	 * Begin to watch.
	 * @param instances the instances to begin with
	 * @param interval how often their names are looked up
	 * @return whether this was not done before
	 */
	boolean start(Set<DatabaseInstance> instances, Duration interval) {
		if (this.started || this.closed) {
			return false;
		}
		this.started = true;
		this.notLookedAt.addAll(instances);
		adjust(instances);
		this.hostNames.start(interval);
		return true;
	}

	/**
	 * Begin and end watches, so that there is one for each instance.
	 */
	void adjust(Set<DatabaseInstance> instances) {
		if (!this.started || this.closed || this.watches.keySet().equals(instances)) {
			return;
		}
		this.watches.entrySet().removeIf((entry) -> {
			boolean gone = !instances.contains(entry.getKey());
			if (gone) {
				entry.getValue().close();
			}
			return gone;
		});
		this.notLookedAt.retainAll(instances);
		for (DatabaseInstance instance : instances) {
			this.watches.computeIfAbsent(instance, this::begin);
		}
		this.current = List.copyOf(this.watches.values());
		this.hostNames.instances(instances);
	}

	private InstanceWatch begin(DatabaseInstance instance) {
		InstanceWatch watch = this.factory.apply(instance);
		watch.start();
		return watch;
	}

	/**
	 * Ask all for a look soon. Needs no lock.
	 */
	void checkNow() {
		this.current.forEach(InstanceWatch::checkNow);
	}

	/**
	 * Ask all for looks in quick succession. Needs no lock.
	 */
	void follow() {
		this.current.forEach(InstanceWatch::follow);
	}

	/**
	 * Ask for a look at one instance soon.
	 */
	void checkNow(DatabaseInstance instance) {
		InstanceWatch watch = this.watches.get(instance);
		if (watch != null) {
			watch.checkNow();
		}
	}

	/**
	 * Have an instance asked over a new connection soon.
	 * @param outdated the connection to replace
	 */
	void askAnew(DatabaseInstance instance, SessionIdentity outdated) {
		InstanceWatch watch = this.watches.get(instance);
		if (watch != null) {
			watch.askAnew(outdated);
		}
	}

	/**
	 * Ask one instance at once, for somebody who waits for its answer.
	 */
	void demand(DatabaseInstance instance) {
		InstanceWatch watch = this.watches.get(instance);
		if (watch != null) {
			watch.demand();
		}
	}

	/**
	 * Take note that an instance has answered, or has been found not to.
	 */
	void lookedAt(DatabaseInstance instance) {
		this.notLookedAt.remove(instance);
	}

	/**
	 * Wait until each of the instances to begin with has answered, or has been found not
	 * to.
	 * @param lookedAt signalled after each look
	 * @param timeout the longest to wait
	 * @return whether that is so
	 */
	boolean awaitFirstLook(Condition lookedAt, Duration timeout) throws InterruptedException {
		long remaining = timeout.toNanos();
		while (!this.notLookedAt.isEmpty() && remaining > 0) {
			remaining = lookedAt.awaitNanos(remaining);
		}
		return this.started && this.notLookedAt.isEmpty();
	}

	/**
	 * End all watches, whatever they wait for, for ever.
	 */
	void close() {
		this.closed = true;
		this.hostNames.close();
		this.watches.values().forEach(InstanceWatch::close);
		this.watches.clear();
		this.current = List.of();
		this.notLookedAt.clear();
	}

}
