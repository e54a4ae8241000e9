package io.rdsboot.cluster.knowledge;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.bluegreen.Deployment;
import io.rdsboot.cluster.bluegreen.DeploymentStatus;
import io.rdsboot.cluster.poll.Observation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the switchover of a Blue/Green deployment. Not thread-safe.
 *
 * <p>
 * What the deployment's functions tell begins a closer look, and no more: it may come
 * late, or stand still on a side that was left. The members' addresses are redirected to
 * green's servers once the servers themselves say so: blue takes no writes, green does,
 * and green has been seen not to since the switchover began, so that one that its owner
 * keeps open is not taken for the new writer.
 */
final class Switchover {

	private static final Logger logger = LoggerFactory.getLogger(ClusterKnowledge.class);

	/** What RDS adds to the identifiers of green. */
	private static final Pattern GREEN_SUFFIX = Pattern.compile("-green-[a-z0-9]{6}(?=\\.|$)");

	/** What it adds to those of blue when they are given to green. */
	private static final Pattern LEFT = Pattern.compile("-old\\d+(?=\\.|$)");

	/**
	 * For how long blue is watched closely that goes on to take writes. RDS gives up a
	 * switchover after five minutes unless it is told otherwise.
	 */
	private static final Duration CLOSE_WATCH = Duration.ofMinutes(10);

	private final Map<DatabaseInstance, WatchedInstance> green = new LinkedHashMap<>();

	private final Map<DatabaseInstance, InetSocketAddress> endpoints = new HashMap<>();

	private final Redirects redirects;

	private @Nullable DeploymentStatus blueStatus;

	private @Nullable DeploymentStatus greenStatus;

	private @Nullable WatchedInstance lastWriter;

	private boolean greenWasClosed;

	/** Green's addresses in the last switchover that was followed to its end. */
	private Set<InstanceAddress> followed = Set.of();

	private long begunAt;

	/**
	 * Create it.
	 * @param redirects made when green takes over
	 */
	Switchover(Redirects redirects) {
		this.redirects = redirects;
	}

	/**
	 * Take note of what a server tells of its deployment.
	 * @param teller the instance that was asked
	 * @param told the deployment
	 * @param members the cluster's instances
	 * @param now the time by the monitor's clock
	 */
	void told(DatabaseInstance teller, Deployment told, Collection<WatchedInstance> members, long now) {
		if (this.green.containsKey(teller)) {
			this.greenStatus = told.status();
			return;
		}
		if (this.redirects.all().containsKey(teller)) {
			// it is green that tells, under a name that it has not got yet
			return;
		}
		if (isOver(told, members)) {
			forget();
			return;
		}
		boolean wasUnderWay = isUnderWay();
		if (this.blueStatus == null) {
			logger.info("There is a Blue/Green deployment, whose green side is {}; its switchover will be followed",
					told.green().keySet());
		}
		this.blueStatus = told.status();
		if (!told.status().isUnderWay() && told.status() != DeploymentStatus.SWITCHOVER_COMPLETED) {
			this.greenStatus = null;
			this.greenWasClosed = false;
			if (wasUnderWay) {
				logger.info("The Blue/Green switchover was taken back: blue stays in use");
			}
		}
		else if (!wasUnderWay) {
			this.begunAt = now;
			logger.info("A Blue/Green switchover is under way ({})", told.status());
		}
		watch(isUnderWay() ? told.green() : Map.of(), members);
	}

	/**
	 * Return whether there is nothing to follow: the application uses green already, by
	 * its own names because it wants to, or by blue's because the switchover is done; or
	 * it wants to use what was left.
	 */
	private boolean isOver(Deployment told, Collection<WatchedInstance> members) {
		return told.green().isEmpty() || told.green().keySet().equals(this.followed)
				|| members.stream().anyMatch((member) -> LEFT.matcher(member.instance().address().host()).find())
				|| (told.status() == DeploymentStatus.SWITCHOVER_COMPLETED
						&& members.stream().anyMatch(Switchover::isOpen))
				|| members.stream().anyMatch((member) -> told.green().containsKey(withoutDatabase(member.instance())));
	}

	private static InstanceAddress withoutDatabase(DatabaseInstance instance) {
		return new InstanceAddress(instance.address().host(), instance.address().port());
	}

	private void forget() {
		this.blueStatus = null;
		this.greenStatus = null;
		this.greenWasClosed = false;
		watch(Map.of(), List.of());
	}

	/**
	 * Watches servers, which are reached as the members are.
	 */
	private void watch(Map<InstanceAddress, InetSocketAddress> servers, Collection<WatchedInstance> members) {
		Map<String, String> driverProperties = members.stream()
			.map((member) -> member.instance().driverProperties())
			.findFirst()
			.orElse(Map.of());
		Map<DatabaseInstance, InetSocketAddress> wanted = new HashMap<>();
		servers.forEach((address, endpoint) -> wanted
			.put(new DatabaseInstance(address.toString(), address, 1, driverProperties, null), endpoint));
		this.green.keySet().retainAll(wanted.keySet());
		this.endpoints.keySet().retainAll(wanted.keySet());
		this.endpoints.putAll(wanted);
		for (DatabaseInstance instance : wanted.keySet()) {
			this.green.computeIfAbsent(instance,
					(added) -> new WatchedInstance(new InstanceState(added, InstanceRole.UNKNOWN, true)));
		}
	}

	/**
	 * Return green's servers, which are watched while a switchover is under way.
	 */
	Set<DatabaseInstance> watched() {
		return this.green.keySet();
	}

	@Nullable WatchedInstance find(DatabaseInstance instance) {
		return this.green.get(instance);
	}

	/**
	 * Return whether there is a deployment, so that it is worth asking for it often.
	 */
	boolean isDeployed() {
		return this.blueStatus != null;
	}

	private DeploymentStatus status() {
		DeploymentStatus known = (this.blueStatus != null) ? this.blueStatus : DeploymentStatus.AVAILABLE;
		return (this.greenStatus != null) ? known.orLater(this.greenStatus) : known;
	}

	private boolean isUnderWay() {
		return this.blueStatus != null && this.blueStatus != DeploymentStatus.AVAILABLE;
	}

	/**
	 * Return whether the instances are worth a close look.
	 */
	boolean isWatchedClosely(long now) {
		return isUnderWay() && now - this.begunAt < CLOSE_WATCH.toNanos();
	}

	/**
	 * Redirect the members to green's servers if these have taken over.
	 * @param members the cluster's instances
	 * @param writer the one that is elected the writer, or {@code null} if none is
	 * @param now the time by the monitor's clock
	 * @return green's writer if that was done now, otherwise {@code null}
	 */
	@Nullable WatchedInstance update(Collection<WatchedInstance> members, @Nullable WatchedInstance writer, long now) {
		if (writer != null && writer.claimsWriter()) {
			this.lastWriter = writer;
		}
		if (!isUnderWay()) {
			return null;
		}
		this.greenWasClosed = this.greenWasClosed || this.green.values().stream().anyMatch(WatchedInstance::isClosed);
		WatchedInstance open = this.green.values().stream().filter(Switchover::isOpen).findFirst().orElse(null);
		if (open == null || !hasEnded(members, writer) || !hasBegun()) {
			return null;
		}
		redirect(members, writerAmong(members), open);
		this.followed = this.green.keySet().stream().map(DatabaseInstance::address).collect(Collectors.toSet());
		logger.atInfo()
			.addKeyValue("rds.status", status())
			.addKeyValue("rds.green", open.instance().name())
			.log("The Blue/Green switchover has come to green: {} takes writes, and connections to {} are opened there"
					+ " until their names lead there", open, this.redirects.all().keySet());
		forget();
		return open;
	}

	private static boolean isOpen(WatchedInstance server) {
		Observation answer = server.presentAnswer();
		return answer != null && answer.claimsWriter() && !server.isSilent();
	}

	private static boolean isReader(WatchedInstance server) {
		Observation answer = server.presentAnswer();
		return answer != null && !answer.claimsWriter() && !answer.closed();
	}

	/**
	 * Return whether blue takes no writes any more: by its own word, or by its silence
	 * once RDS has begun to close it.
	 */
	private boolean hasEnded(Collection<WatchedInstance> members, @Nullable WatchedInstance writer) {
		if (members.stream().anyMatch((member) -> isOpen(member) && member.isReachable())) {
			return false;
		}
		boolean silent = writer == null || writer.isSilent() || !writer.isReachable();
		return members.stream().anyMatch(WatchedInstance::isClosed)
				|| (silent && status().compareTo(DeploymentStatus.SWITCHOVER_IN_PROGRESS) >= 0);
	}

	/**
	 * Return whether green takes writes because of the switchover, and not because its
	 * owner has opened it before.
	 */
	private boolean hasBegun() {
		return this.greenWasClosed || status().compareTo(DeploymentStatus.SWITCHOVER_IN_POST_PROCESSING) >= 0;
	}

	/**
	 * Return the member that stands for blue's writer.
	 */
	private @Nullable WatchedInstance writerAmong(Collection<WatchedInstance> members) {
		return members.stream()
			.filter(WatchedInstance::isClosed)
			.findFirst()
			.orElseGet(() -> (this.lastWriter != null && members.contains(this.lastWriter)) ? this.lastWriter
					: members.stream().filter(WatchedInstance::isConfiguredWriter).findFirst().orElse(null));
	}

	/**
	 * Redirects the writer to green's, and each other member to the server whose name it
	 * will have, or else to one that no other leads to. A member for which there is none
	 * serves nothing until its name leads elsewhere.
	 */
	private void redirect(Collection<WatchedInstance> members, @Nullable WatchedInstance writer, WatchedInstance open) {
		this.redirects.begin(members);
		Map<DatabaseInstance, WatchedInstance> free = new LinkedHashMap<>(this.green);
		free.remove(open.instance());
		for (WatchedInstance member : members) {
			WatchedInstance target = (member == writer) ? open : namesake(member, free);
			if (target != null) {
				free.remove(target.instance());
				redirect(member, target);
			}
		}
		for (WatchedInstance member : members) {
			WatchedInstance target = free.values().stream().filter(Switchover::isReader).findFirst().orElse(null);
			if (target != null && !this.redirects.isRedirected(member)) {
				free.remove(target.instance());
				redirect(member, target);
			}
		}
	}

	private static @Nullable WatchedInstance namesake(WatchedInstance member,
			Map<DatabaseInstance, WatchedInstance> free) {
		String name = member.instance().address().host();
		return free.values()
			.stream()
			.filter((each) -> !each.instance().address().host().equals(name)
					&& withoutGreen(each.instance().address()).host().equals(name))
			.findFirst()
			.orElse(null);
	}

	private void redirect(WatchedInstance member, WatchedInstance target) {
		InetSocketAddress endpoint = this.endpoints.get(target.instance());
		if (endpoint != null) {
			this.redirects.add(member,
					new AddressRedirect(endpoint, target.instance().address(), member.instance().address()), target);
		}
	}

	private static InstanceAddress withoutGreen(InstanceAddress address) {
		return new InstanceAddress(GREEN_SUFFIX.matcher(address.host()).replaceFirst(""), address.port());
	}

	/**
	 * Return where connections to green's servers are opened: their names may vanish at
	 * any time.
	 */
	Map<DatabaseInstance, AddressRedirect> endpoints() {
		Map<DatabaseInstance, AddressRedirect> known = new HashMap<>();
		this.endpoints.forEach((instance, endpoint) -> known.put(instance,
				new AddressRedirect(endpoint, instance.address(), withoutGreen(instance.address()))));
		return known;
	}

}
