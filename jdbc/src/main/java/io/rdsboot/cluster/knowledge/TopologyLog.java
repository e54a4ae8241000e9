package io.rdsboot.cluster.knowledge;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.poll.WatchFailure;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Tells the operator what changes in a cluster: each change once, however often it is
 * seen. Not thread-safe.
 */
public final class TopologyLog {

	private static final Logger logger = LoggerFactory.getLogger(ClusterKnowledge.class);

	/**
	 * Instances that have said themselves what they are.
	 */
	private final Set<DatabaseInstance> asked = new HashSet<>();

	private final Set<DatabaseInstance> foreign = new HashSet<>();

	/**
	 * Instances that have said that they belong to the cluster, be it no longer.
	 */
	private final Set<DatabaseInstance> members = new HashSet<>();

	private final Set<DatabaseInstance> disputed = new HashSet<>();

	private final Set<DatabaseInstance> strayed = new HashSet<>();

	private final Set<DatabaseInstance> confirmedStrays = new HashSet<>();

	private final Set<DatabaseInstance> aliases = new HashSet<>();

	private final Set<DatabaseInstance> withheld = new HashSet<>();

	private final Map<DatabaseInstance, WatchFailure> failures = new HashMap<>();

	/**
	 * Log what differs between two snapshots, other than progress and who the writer is.
	 * @param asked the instances that have said themselves what they are
	 */
	void changed(ClusterTopology previous, ClusterTopology current, Set<DatabaseInstance> asked) {
		this.asked.addAll(asked);
		for (InstanceState state : current.instances()) {
			String description = describe(state);
			previous.state(state.instance())
				.ifPresentOrElse((before) -> changed(before, state, description), () -> about(logger.atInfo(), state)
					.log("Instance {}, {}, has joined the cluster", state.instance(), description));
		}
		for (InstanceState before : previous.instances()) {
			if (current.state(before.instance()).isEmpty()) {
				left(before);
			}
		}
	}

	private void changed(InstanceState before, InstanceState now, String description) {
		if (before.reachable() && !now.reachable()) {
			WatchFailure failure = this.failures.get(now.instance());
			if (failure != null && failure.unreachable()) {
				about(logger.atWarn(), now).addKeyValue("rds.cause", failure.reason())
					.log("Instance {}, {}, cannot be reached: {}", now.instance(), description, failure.reason());
			}
		}
		else if (!before.reachable() && now.reachable()) {
			about(logger.atInfo(), now).log("Instance {}, {}, can be reached again", now.instance(), description);
		}
		else if (before.role() != now.role() && now.role() == InstanceRole.READER) {
			about(logger.atInfo(), now).log("Instance {} is a reader now", now.instance());
		}
	}

	private void left(InstanceState before) {
		DatabaseInstance instance = before.instance();
		about(logger.atInfo(), before).log("Instance {}, {}, has left the cluster", instance, describe(before));
		this.asked.remove(instance);
		this.foreign.remove(instance);
		this.members.remove(instance);
		this.disputed.remove(instance);
		this.strayed.remove(instance);
		this.confirmedStrays.remove(instance);
		this.aliases.remove(instance);
		this.withheld.remove(instance);
		this.failures.remove(instance);
	}

	private static LoggingEventBuilder about(LoggingEventBuilder event, InstanceState state) {
		return event.addKeyValue("rds.instance", state.instance().name())
			.addKeyValue("rds.role", state.role().name().toLowerCase(Locale.ROOT));
	}

	/**
	 * Describe a role as what it is: the server's own word, or only the configuration's.
	 */
	private String describe(InstanceState state) {
		boolean asked = this.asked.contains(state.instance());
		return switch (state.role()) {
			case WRITER -> asked ? "the writer" : "which is configured as the writer";
			case READER -> asked ? "a reader" : "which is configured as a reader";
			case UNKNOWN -> "whose role is not known";
		};
	}

	/**
	 * Log whether an instance belongs to another cluster than the one that says which
	 * cluster this is.
	 * @param own the one that says it, or {@code null} where that is not known
	 * @param foreign whether it has shown that twice, over two connections
	 * @param belongs whether it belongs to the cluster now
	 */
	void foreign(DatabaseInstance instance, @Nullable WatchedInstance own, boolean foreign, boolean belongs) {
		if (foreign && this.foreign.add(instance)) {
			if (this.members.contains(instance)) {
				logger.warn(
						"Instance {} belongs to the cluster that the address of {} has led to before, as their "
								+ "system identifiers say, and is not used until its address leads to the present one",
						instance, own);
			}
			else {
				logger.error("Instance {} belongs to another cluster than {}, as their system identifiers say, and is "
						+ "not used: correct its address, or take it out of the configuration", instance, own);
			}
		}
		else if (belongs) {
			if (this.foreign.remove(instance)) {
				logger.info("Instance {} belongs to the cluster again", instance);
			}
			// Before it is known which cluster this is, nobody is shown to belong to it.
			if (own != null && this.asked.contains(instance)) {
				this.members.add(instance);
			}
		}
	}

	/**
	 * Log whether an instance says that it is the writer although another one does, which
	 * both have repeated over new connections.
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
	 * Log whether an address leads to the writer, which has another one.
	 */
	void alias(WatchedInstance instance, @Nullable WatchedInstance writer, boolean alias) {
		if (alias && this.aliases.add(instance.instance())) {
			logger.info("The address of {} leads to the same server as that of {}, which is the writer: no reads are "
					+ "sent there", instance, writer);
		}
		else if (!alias) {
			this.aliases.remove(instance.instance());
		}
	}

	/**
	 * Log whether an instance has replayed what the writer never wrote.
	 * @param confirmed whether both have shown it again over new connections
	 */
	void strayed(DatabaseInstance instance, boolean strayed, boolean confirmed) {
		if (strayed && this.strayed.add(instance)) {
			logger.warn("Reader {} has replayed more than the writer has written: its lag is unknown, and it serves no "
					+ "reads that must be fresh", instance);
		}
		if (confirmed && this.confirmedStrays.add(instance)) {
			logger
				.error("Reader {} has replayed more than the writer has written, as both have shown twice: it follows "
						+ "a former writer. Rebuild it from the present one, or let its address lead to a reader of that",
						instance);
		}
		if (!strayed && this.strayed.remove(instance)) {
			this.confirmedStrays.remove(instance);
			logger.info("Reader {} has begun anew, and nothing shows that it follows a former writer", instance);
		}
	}

	/**
	 * Log that an instance cannot be asked, where it is for another reason than that it
	 * cannot be reached, which {@link #changed} logs.
	 */
	public void failed(DatabaseInstance instance, WatchFailure failure) {
		WatchFailure before = this.failures.put(instance, failure);
		if (!failure.unreachable() && (before == null || before.unreachable())) {
			logger.warn(
					"Instance {} cannot be watched, and keeps its role: {}. See that the monitor can log in as the "
							+ "application does, and that the server is PostgreSQL with its own functions",
					instance, failure.reason());
		}
	}

	/**
	 * Log that an instance tells its role alone.
	 */
	public void withheld(DatabaseInstance instance, WatchFailure failure) {
		if (this.withheld.add(instance)) {
			logger.warn(
					"Instance {} tells its role, and not how far its log is: {}. As a reader, it serves no reads that "
							+ "must be fresh",
					instance, failure.reason());
		}
	}

	/**
	 * Log that an instance can be asked again.
	 */
	public void answered(DatabaseInstance instance) {
		WatchFailure before = this.failures.remove(instance);
		if (before != null && !before.unreachable()) {
			logger.info("Instance {} is watched again", instance);
		}
	}

}
