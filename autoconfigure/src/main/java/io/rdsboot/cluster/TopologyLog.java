package io.rdsboot.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator what changes in a cluster: each change once, however often it is
 * seen. Not thread-safe.
 */
final class TopologyLog {

	private static final Logger logger = LoggerFactory.getLogger(TopologyMonitor.class);

	private final Set<DatabaseInstance> foreign = new HashSet<>();

	private final Set<DatabaseInstance> disputed = new HashSet<>();

	private final Set<DatabaseInstance> strayed = new HashSet<>();

	private final Map<DatabaseInstance, WatchFailure> failures = new HashMap<>();

	/**
	 * Log what differs between two snapshots, other than progress.
	 */
	void changed(ClusterTopology previous, ClusterTopology current) {
		for (InstanceState state : current.instances()) {
			previous.state(state.instance()).ifPresentOrElse((before) -> changed(before, state), () -> joined(state));
		}
		for (InstanceState before : previous.instances()) {
			if (current.state(before.instance()).isEmpty()) {
				left(before);
			}
		}
		writerChanged(previous.writer(), current.writer());
	}

	private void changed(InstanceState before, InstanceState now) {
		if (before.reachable() && !now.reachable()) {
			WatchFailure failure = this.failures.get(now.instance());
			if (failure != null && failure.unreachable()) {
				logger.warn("Instance {}, {}, cannot be reached: {}", now.instance(), describe(now.role()),
						failure.reason());
			}
		}
		else if (!before.reachable() && now.reachable()) {
			logger.info("Instance {}, {}, can be reached again", now.instance(), describe(now.role()));
		}
		if (before.role() != now.role() && now.role() == InstanceRole.READER) {
			logger.info("Instance {} is a reader now", now.instance());
		}
	}

	private static void joined(InstanceState state) {
		logger.info("Instance {}, {}, has joined the cluster", state.instance(), describe(state.role()));
	}

	private void left(InstanceState before) {
		DatabaseInstance instance = before.instance();
		logger.info("Instance {}, {}, has left the cluster", instance, describe(before.role()));
		this.foreign.remove(instance);
		this.disputed.remove(instance);
		this.strayed.remove(instance);
		this.failures.remove(instance);
	}

	private static void writerChanged(Optional<InstanceState> before, Optional<InstanceState> now) {
		if (now.isEmpty() && before.isPresent()) {
			logger.warn("The cluster has no writer: instance {} no longer is, and no other says that it is",
					before.get().instance());
		}
		else if (now.isPresent() && !before.map(InstanceState::instance).equals(now.map(InstanceState::instance))) {
			logger.info("Instance {} is the writer now{}", now.get().instance(),
					before.map((former) -> ", and " + former.instance() + " no longer is").orElse(""));
		}
	}

	private static String describe(InstanceRole role) {
		return switch (role) {
			case WRITER -> "the writer";
			case READER -> "a reader";
			case UNKNOWN -> "whose role is not known";
		};
	}

	/**
	 * Log whether an instance belongs to another cluster.
	 */
	void foreign(DatabaseInstance instance, boolean foreign) {
		if (foreign && this.foreign.add(instance)) {
			logger.error("Instance {} belongs to another cluster than the writer, as its system identifier says, and "
					+ "is not used: correct its address, or take it out of the configuration", instance);
		}
		else if (!foreign && this.foreign.remove(instance)) {
			logger.info("Instance {} belongs to the cluster again", instance);
		}
	}

	/**
	 * Log whether an instance says that it is the writer although another one is, or
	 * nobody can tell who.
	 */
	void disputed(WatchedInstance instance, @Nullable WatchedInstance writer, boolean disputed) {
		if (disputed && this.disputed.add(instance.instance())) {
			if (writer != null) {
				logger
					.error("Two instances say that they are the writer: {} is taken for it, and {}, which is not used, does "
							+ "too. Stop {} and rebuild it as a reader; what was written to it alone is not in the cluster",
							writer, instance, instance);
			}
			else {
				logger.error("Several instances say that they are the writer, {} among them, and none is used for "
						+ "writes: stop all but the right one", instance);
			}
		}
		else if (!disputed && this.disputed.remove(instance.instance())) {
			logger.info("Instance {} no longer disputes who is the writer", instance);
		}
	}

	/**
	 * Log whether an instance has replayed what the writer never wrote.
	 */
	void strayed(DatabaseInstance instance, boolean strayed) {
		if (strayed && this.strayed.add(instance)) {
			logger.error("Reader {} has replayed more than the writer has written: it follows a former writer, and its "
					+ "lag is unknown. Rebuild it from the present writer", instance);
		}
		else if (!strayed && this.strayed.remove(instance)) {
			logger.info("Reader {} follows the present writer again", instance);
		}
	}

	/**
	 * Log that an instance cannot be asked, where it is for another reason than that it
	 * cannot be reached, which {@link #changed} logs.
	 */
	void failed(DatabaseInstance instance, WatchFailure failure) {
		WatchFailure before = this.failures.put(instance, failure);
		if (!failure.unreachable() && (before == null || before.unreachable())) {
			logger.warn(
					"Instance {} cannot be watched, and keeps its role: {}. See that the monitor can log in as the "
							+ "application does, and that the server is PostgreSQL with its own functions",
					instance, failure.reason());
		}
	}

	/**
	 * Log that an instance can be asked again.
	 */
	void answered(DatabaseInstance instance) {
		WatchFailure before = this.failures.remove(instance);
		if (before != null && !before.unreachable()) {
			logger.info("Instance {} is watched again", instance);
		}
	}

}
