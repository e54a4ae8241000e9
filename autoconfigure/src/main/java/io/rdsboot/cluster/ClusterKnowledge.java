package io.rdsboot.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What has been heard of all instances, and the topology that follows from it. Not
 * thread-safe.
 */
final class ClusterKnowledge {

	private final Map<DatabaseInstance, WatchedInstance> instances = new LinkedHashMap<>();

	private final Map<DatabaseInstance, WatchedInstance> joining = new LinkedHashMap<>();

	private final WriterHistory history = new WriterHistory();

	private final Contradictions disputes = new Contradictions();

	private final Contradictions strays = new Contradictions();

	private final TopologyLog log;

	private final FailoverLog failoverLog;

	private @Nullable WatchedInstance writer;

	private @Nullable WatchedInstance historyOf;

	private @Nullable Observation newestSample;

	private @Nullable String systemIdentifier;

	/**
	 * The instance that says which cluster this is.
	 */
	private @Nullable WatchedInstance clusterOf;

	private List<DatabaseInstance> members;

	private ClusterTopology topology;

	ClusterKnowledge(List<InstanceState> initial, TopologyLog log) {
		this.log = log;
		for (InstanceState state : initial) {
			WatchedInstance instance = new WatchedInstance(state);
			this.instances.put(state.instance(), instance);
			if (state.role() == InstanceRole.WRITER) {
				this.writer = instance;
			}
		}
		this.failoverLog = new FailoverLog(this.writer);
		this.topology = ClusterTopology.of(initial);
		this.members = List.copyOf(this.instances.keySet());
	}

	/**
	 * Return what is known of an instance, or {@code null} if it is not watched.
	 */
	@Nullable WatchedInstance find(DatabaseInstance instance) {
		WatchedInstance member = this.instances.get(instance);
		return (member != null) ? member : this.joining.get(instance);
	}

	/**
	 * Return the instances to watch: the members, and those that will be.
	 */
	Set<DatabaseInstance> watched() {
		Set<DatabaseInstance> watched = new HashSet<>(this.instances.keySet());
		watched.addAll(this.joining.keySet());
		return watched;
	}

	/**
	 * Set which instances there are. They become the members when each has answered, or
	 * has been found not to: none comes without a role, and where all change their names
	 * there is no time without a writer.
	 */
	void members(List<DatabaseInstance> members) {
		Map<DatabaseInstance, WatchedInstance> before = Map.copyOf(this.joining);
		this.joining.clear();
		this.members = List.copyOf(members);
		for (DatabaseInstance member : members) {
			if (!this.instances.containsKey(member)) {
				WatchedInstance known = before.get(member);
				this.joining.put(member, (known != null) ? known
						: new WatchedInstance(new InstanceState(member, InstanceRole.UNKNOWN, true)));
			}
		}
	}

	/**
	 * Return whether each instance has answered, or has been found not to.
	 */
	boolean isComplete() {
		return this.joining.isEmpty() && this.instances.values().stream().allMatch(WatchedInstance::wasLookedAt);
	}

	private void admit() {
		if (!this.joining.values().stream().allMatch(WatchedInstance::wasLookedAt)) {
			return;
		}
		Map<DatabaseInstance, WatchedInstance> known = new HashMap<>(this.instances);
		known.putAll(this.joining);
		this.joining.clear();
		this.instances.clear();
		for (DatabaseInstance member : this.members) {
			this.instances.put(member, Objects.requireNonNull(known.get(member)));
		}
	}

	/**
	 * Return the topology as of the last {@link #conclude}.
	 */
	ClusterTopology topology() {
		return this.topology;
	}

	/**
	 * Return a position of the writer's log that includes everything committed by a time,
	 * or empty if it has not been sampled since.
	 */
	Optional<LogPosition> positionAt(long time) {
		return this.history.positionAt(time);
	}

	/**
	 * Find out what follows from what is known now, and log what is new.
	 * @param now the time by the monitor's clock
	 * @return the topology
	 */
	ClusterTopology conclude(long now) {
		admit();
		List<WatchedInstance> own = new ArrayList<>(this.instances.values());
		String cluster = clusterIdentifier();
		own.removeIf((instance) -> !instance.belongsTo(cluster));
		this.writer = WriterElection.elect(own, this.writer);
		sample();
		ClusterTopology previous = this.topology;
		this.topology = ClusterTopology
			.of(this.instances.values().stream().map((instance) -> state(instance, own.contains(instance))).toList());
		log(previous, own, now);
		return this.topology;
	}

	private void log(ClusterTopology previous, List<WatchedInstance> own, long now) {
		this.log.changed(previous, this.topology,
				this.instances.values()
					.stream()
					.filter((instance) -> instance.answer() != null)
					.map(WatchedInstance::instance)
					.collect(Collectors.toSet()));
		this.failoverLog.update(this.writer, this.instances.values(), now);
		this.disputes.retain(Set.copyOf(own));
		this.strays.retain(Set.copyOf(own));
		for (WatchedInstance instance : this.instances.values()) {
			boolean isOwn = own.contains(instance);
			this.log.foreign(instance.instance(), this.clusterOf, !isOwn);
			this.log.disputed(instance, this.writer, isOwn && isDisputed(instance, own));
			this.log.strayed(instance.instance(), instance.hasStrayed(), isOwn && isConfirmedStray(instance));
			this.log.alias(instance, this.writer, isOwn && this.writer != null && instance != this.writer
					&& instance.claimsWriter() && instance.isSameServerAs(this.writer));
		}
	}

	private boolean isDisputed(WatchedInstance instance, List<WatchedInstance> own) {
		WatchedInstance opponent = WriterElection.opponent(instance, this.writer, own);
		if (opponent == null) {
			this.disputes.ended(instance);
			return false;
		}
		return this.disputes.seen(instance, opponent);
	}

	/**
	 * Return whether it was seen twice that an instance strays. Seen once it is already
	 * not used where data have to be fresh.
	 */
	private boolean isConfirmedStray(WatchedInstance instance) {
		if (!instance.hasStrayed()) {
			this.strays.ended(instance);
			return false;
		}
		return instance.isSeenStraying() && this.writer != null && this.strays.seen(instance, this.writer);
	}

	/**
	 * Return the instances to ask over new connections, because their answers contradict
	 * those of others.
	 */
	Set<DatabaseInstance> toAskAnew() {
		Set<DatabaseInstance> instances = this.disputes.toAskAnew();
		instances.addAll(this.strays.toAskAnew());
		return instances;
	}

	/**
	 * The writer says which cluster this is; also when it is another one than before, as
	 * after a switch to a copy of the cluster.
	 */
	private @Nullable String clusterIdentifier() {
		if (this.writer != null && this.writer.systemIdentifier() != null) {
			this.systemIdentifier = this.writer.systemIdentifier();
			this.clusterOf = this.writer;
		}
		return this.systemIdentifier;
	}

	private void sample() {
		Observation answer = (this.writer != null) ? this.writer.answer() : null;
		if (answer == null || answer.position() == null || answer.equals(this.newestSample)) {
			return;
		}
		if (this.writer != this.historyOf || this.newestSample == null
				|| this.newestSample.timeline() != answer.timeline()) {
			this.history.clear();
			this.historyOf = this.writer;
		}
		this.history.add(answer.askedAt(), answer.position());
		this.newestSample = answer;
	}

	private InstanceState state(WatchedInstance instance, boolean own) {
		if (!own) {
			return new InstanceState(instance.instance(), InstanceRole.UNKNOWN, false);
		}
		InstanceRole role = (instance == this.writer) ? InstanceRole.WRITER : instance.roleBesideWriter();
		return new InstanceState(instance.instance(), role, instance.isReachable(), progress(instance, role));
	}

	private @Nullable LogProgress progress(WatchedInstance instance, InstanceRole role) {
		Observation answer = instance.presentAnswer();
		if (answer == null || answer.position() == null) {
			return null;
		}
		return switch (role) {
			case WRITER -> new LogProgress(answer.position(), answer.askedAt(), answer.askedAt(), Duration.ZERO);
			case READER -> readerProgress(instance, answer.position(), answer);
			case UNKNOWN -> null;
		};
	}

	private @Nullable LogProgress readerProgress(WatchedInstance reader, LogPosition replayed, Observation answer) {
		if (this.newestSample != null && this.newestSample.hasTimeline()
				&& this.history.isBehind(replayed, answer.answeredAt())) {
			reader.strayed();
		}
		return reader.hasStrayed() ? null
				: this.history.progress(replayed, answer, this.writer != null && this.writer.isReachable());
	}

}
