package io.rdsboot.cluster.knowledge;

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

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.bluegreen.Deployment;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.SessionIdentity;
import org.jspecify.annotations.Nullable;

/**
 * What has been heard of all instances, and the topology that follows from it. Not
 * thread-safe.
 */
public final class ClusterKnowledge {

	private final Map<DatabaseInstance, WatchedInstance> instances = new LinkedHashMap<>();

	private final Map<DatabaseInstance, WatchedInstance> joining = new LinkedHashMap<>();

	private final Allegations allegations = new Allegations();

	private final ConnectionReview review;

	private final Redirects redirects = new Redirects();

	private final Switchover switchover = new Switchover(this.redirects);

	/**
	 * Connections to be replaced at once, because the addresses of the members that were
	 * asked over them lead elsewhere since.
	 */
	private final Map<DatabaseInstance, SessionIdentity> moved = new HashMap<>();

	private final TopologyLog log;

	private final FailoverLog failoverLog;

	private @Nullable WatchedInstance writer;

	private final WriterSamples samples = new WriterSamples();

	private @Nullable String systemIdentifier;

	/**
	 * The instance that says which cluster this is.
	 */
	private @Nullable WatchedInstance clusterOf;

	private List<DatabaseInstance> members;

	private ClusterTopology topology;

	/**
	 * Begin with what is configured.
	 * @param initial the instances
	 * @param log told what changes
	 * @param reconnectInterval how long a watch's connection serves where nothing speaks
	 * against it
	 */
	public ClusterKnowledge(List<InstanceState> initial, TopologyLog log, Duration reconnectInterval) {
		this.log = log;
		this.review = new ConnectionReview(reconnectInterval);
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
	public @Nullable WatchedInstance find(DatabaseInstance instance) {
		WatchedInstance member = this.instances.get(instance);
		if (member != null) {
			return member;
		}
		WatchedInstance green = this.switchover.find(instance);
		return (green != null) ? green : this.joining.get(instance);
	}

	/**
	 * Return whether an instance is a member, or will be, and not only watched because it
	 * may take the place of one.
	 */
	public boolean isMember(DatabaseInstance instance) {
		return this.instances.containsKey(instance) || this.joining.containsKey(instance);
	}

	/**
	 * Return the instances to watch: the members, those that will be, and those that may
	 * take their places.
	 */
	public Set<DatabaseInstance> watched() {
		Set<DatabaseInstance> watched = new HashSet<>(this.instances.keySet());
		watched.addAll(this.joining.keySet());
		watched.addAll(this.switchover.watched());
		return watched;
	}

	/**
	 * Set which instances there are. They become the members when each has answered, or
	 * has been found not to: none comes without a role, and where all change their names
	 * there is no time without a writer.
	 */
	public void members(List<DatabaseInstance> members) {
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
	public boolean isComplete() {
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
	public ClusterTopology topology() {
		return this.topology;
	}

	/**
	 * Return a position of the writer's log that includes everything committed by a time,
	 * or empty if it has not been sampled since.
	 */
	public Optional<LogPosition> positionAt(long time) {
		return this.samples.positionAt(time);
	}

	/**
	 * Return a time before which positions were those of another log, or {@code null}.
	 */
	public @Nullable Long logSince() {
		return this.samples.logSince();
	}

	/**
	 * Find out what follows from what is known now, and log what is new.
	 * @param now the time by the monitor's clock
	 * @return the topology
	 */
	public ClusterTopology conclude(long now) {
		admit();
		List<WatchedInstance> own = new ArrayList<>(this.instances.values());
		String cluster = clusterIdentifier();
		own.removeIf((instance) -> !instance.belongsTo(cluster) || this.redirects.isLeft(instance));
		this.writer = WriterElection.elect(own, this.writer);
		WatchedInstance successor = this.switchover.update(own, this.writer, now);
		if (successor != null) {
			this.moved.putAll(this.redirects.left());
			switchedTo(successor, now);
			return conclude(now);
		}
		this.redirects.retain(this.instances.values());
		if (this.samples.take(this.writer, now)) {
			this.review.writerMoved(now);
		}
		ClusterTopology previous = this.topology;
		this.topology = ClusterTopology.of(this.instances.values()
			.stream()
			.map((instance) -> state(instance, own.contains(instance), now))
			.toList());
		log(previous, own, now);
		return this.topology;
	}

	/**
	 * Begins anew with what is known of the log: positions in that of the former servers
	 * say nothing on the present ones.
	 */
	private void switchedTo(WatchedInstance successor, long now) {
		this.systemIdentifier = successor.systemIdentifier();
		this.clusterOf = null;
		this.writer = null;
		this.samples.beginAnew(now);
	}

	/**
	 * Take note of what a server tells of the Blue/Green deployment that it belongs to.
	 * @param teller the instance that was asked
	 * @param told the deployment
	 * @param now the time by the monitor's clock
	 */
	public void deploymentTold(DatabaseInstance teller, Deployment told, long now) {
		this.switchover.told(teller, told, this.instances.values(), now);
	}

	/**
	 * Take note of where the name of a member that is redirected leads by itself.
	 */
	public void led(DatabaseInstance instance, Observation direct) {
		WatchedInstance member = this.instances.get(instance);
		if (member != null) {
			this.redirects.led(member, direct);
		}
	}

	/**
	 * Take note of what an instance that is known has answered to its watch. Where the
	 * watch was connecting to the server that its name leads to while it was redirected
	 * to another, that answer is passed over, and the watch connects anew.
	 */
	public void answered(WatchedInstance instance, Observation answer) {
		if (this.redirects.isOutdated(instance.instance(), answer)) {
			this.moved.put(instance.instance(), answer.session());
		}
		else {
			instance.answered(answer);
		}
	}

	/**
	 * Return where connections are opened instead of where the names of instances lead.
	 */
	public Map<DatabaseInstance, AddressRedirect> redirects() {
		Map<DatabaseInstance, AddressRedirect> all = new HashMap<>(this.redirects.all());
		all.putAll(this.switchover.endpoints());
		return Map.copyOf(all);
	}

	/**
	 * Return the members whose names do not lead to where their connections are opened,
	 * each with whether nothing answers there.
	 */
	public Map<DatabaseInstance, Boolean> redirected() {
		return this.instances.values()
			.stream()
			.filter(this.redirects::isRedirected)
			.collect(Collectors.toMap(WatchedInstance::instance, WatchedInstance::isSilent));
	}

	/**
	 * Return whether there is a Blue/Green deployment.
	 */
	public boolean isDeployed() {
		return this.switchover.isDeployed();
	}

	/**
	 * Return whether a switchover is to be looked at closely.
	 */
	public boolean isSwitchingOver(long now) {
		return this.switchover.isWatchedClosely(now);
	}

	private void log(ClusterTopology previous, List<WatchedInstance> own, long now) {
		this.log.changed(previous, this.topology,
				this.instances.values()
					.stream()
					.filter((instance) -> instance.answer() != null)
					.map(WatchedInstance::instance)
					.collect(Collectors.toSet()));
		this.failoverLog.update(this.writer, this.instances.values(), now);
		this.allegations.retain(Set.copyOf(own), Set.copyOf(this.instances.values()));
		for (WatchedInstance instance : this.instances.values()) {
			boolean isOwn = own.contains(instance) || this.redirects.isLeft(instance);
			this.log.foreign(instance.instance(), this.clusterOf,
					this.allegations.isForeign(instance, this.clusterOf, isOwn), isOwn);
			this.log.disputed(instance, this.writer, isOwn && this.allegations.isDisputing(instance, this.writer, own));
			this.log.strayed(instance.instance(), instance.hasStrayed(),
					isOwn && this.allegations.isStraying(instance, this.writer));
			this.log.alias(instance, this.writer, isOwn && this.writer != null && instance != this.writer
					&& instance.claimsWriter() && instance.isSameServerAs(this.writer));
		}
	}

	/**
	 * Return the instances to ask over new connections, each with the one to replace:
	 * because their answers contradict those of others, or their addresses may lead
	 * elsewhere by now.
	 */
	public Map<DatabaseInstance, SessionIdentity> toAskAnew(long now) {
		this.review.retain(Set.copyOf(this.instances.values()));
		this.moved.keySet().retainAll(this.instances.keySet());
		Set<DatabaseInstance> contradicted = this.allegations.toAskAnew();
		boolean writerKnown = this.writer != null && this.writer.isReachable();
		Map<DatabaseInstance, SessionIdentity> due = new HashMap<>();
		for (WatchedInstance instance : this.instances.values()) {
			SessionIdentity session = instance.session();
			SessionIdentity former = this.moved.remove(instance.instance());
			if (former != null) {
				due.put(instance.instance(), former);
			}
			else if (session != null && this.review.isDue(instance, instance.belongsTo(this.systemIdentifier),
					contradicted.contains(instance.instance()), writerKnown, now)) {
				due.put(instance.instance(), session);
			}
		}
		return due;
	}

	/**
	 * The writer says which cluster this is; also when it is another one than before, as
	 * after a switch to a copy of the cluster. Where nobody is the writer any more, the
	 * one that is configured as such may say it.
	 */
	private @Nullable String clusterIdentifier() {
		WatchedInstance authority = authority();
		if (authority != null && authority.systemIdentifier() != null) {
			this.systemIdentifier = authority.systemIdentifier();
			this.clusterOf = authority;
		}
		return this.systemIdentifier;
	}

	private @Nullable WatchedInstance authority() {
		if (this.writer != null && this.writer.claimsWriter()) {
			return this.writer;
		}
		boolean own = this.instances.values()
			.stream()
			.anyMatch((instance) -> instance.claimsWriter() && instance.belongsTo(this.systemIdentifier));
		return own ? null
				: this.instances.values()
					.stream()
					.filter((instance) -> instance.isConfiguredWriter() && instance.claimsWriter()
							&& !this.redirects.isLeft(instance))
					.findFirst()
					.orElse(null);
	}

	private InstanceState state(WatchedInstance instance, boolean own, long now) {
		if (!own) {
			return new InstanceState(instance.instance(), InstanceRole.UNKNOWN, false);
		}
		InstanceRole role = (instance == this.writer) ? InstanceRole.WRITER
				: instance.roleBesideWriter(this.writer != null);
		SessionIdentity session = (instance.presentAnswer() != null) ? instance.session() : null;
		if (session == null || instance.isDoubted() || instance.leadsToSeveral(now)) {
			return new InstanceState(instance.instance(), role, instance.isReachable());
		}
		return new InstanceState(instance.instance(), role, instance.isReachable(),
				this.samples.progress(instance, role, this.writer), session.server());
	}

}
