package io.rdsboot.cluster.knowledge;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.poll.Observation;
import io.rdsboot.cluster.poll.SessionIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members whose names still lead to servers that were left, and where their connections
 * are opened until the names lead to their successors by themselves. Not thread-safe.
 */
final class Redirects {

	private static final Logger logger = LoggerFactory.getLogger(ClusterKnowledge.class);

	/**
	 * How often in a row a name must have led to a successor by itself, unless nothing
	 * answers where it is redirected to.
	 */
	private static final int CONFIRMATIONS = 2;

	private final Map<DatabaseInstance, AddressRedirect> redirects = new HashMap<>();

	private final Map<DatabaseInstance, Integer> confirmations = new HashMap<>();

	/** The connections to the servers that were left, by the members they served. */
	private final Map<DatabaseInstance, SessionIdentity> left = new HashMap<>();

	/**
	 * Leave the servers that the members lead to at present, and forget those that were
	 * left before.
	 */
	void begin(Collection<WatchedInstance> members) {
		this.redirects.clear();
		this.confirmations.clear();
		this.left.clear();
		for (WatchedInstance member : members) {
			SessionIdentity session = member.session();
			if (session != null) {
				this.left.put(member.instance(), session);
			}
		}
	}

	/**
	 * Return the connections to the servers that were left, by the members they served.
	 */
	Map<DatabaseInstance, SessionIdentity> left() {
		return this.left;
	}

	/**
	 * Redirect a member. What its successor has said holds for it from now on, so that
	 * nobody waits until its watch is connected there.
	 */
	void add(WatchedInstance member, AddressRedirect redirect, WatchedInstance successor) {
		this.redirects.put(member.instance(), redirect);
		Observation answer = successor.presentAnswer();
		if (answer != null && member.instance().fixedRole() == null) {
			member.answered(answer);
		}
	}

	boolean isRedirected(WatchedInstance member) {
		return this.redirects.containsKey(member.instance());
	}

	/**
	 * Return where connections are opened, of those that are redirected.
	 */
	Map<DatabaseInstance, AddressRedirect> all() {
		return this.redirects;
	}

	/**
	 * Return whether what an instance says is said by a server that was left. That is
	 * remembered for as long as a member's connection, or its name, may lead there. An
	 * address that stands for several servers leads to those that were left as long as
	 * others do.
	 */
	boolean isLeft(WatchedInstance instance) {
		if (instance.instance().fixedRole() != null) {
			return !this.redirects.isEmpty() && !isRedirected(instance);
		}
		SessionIdentity session = instance.session();
		return session != null && isLeft(session);
	}

	/**
	 * Return whether an answer is that of a server which was left, and the member that it
	 * was asked for is redirected: its watch is yet to be connected anew.
	 */
	boolean isOutdated(DatabaseInstance member, Observation answer) {
		return this.redirects.containsKey(member) && isLeft(answer.session());
	}

	private boolean isLeft(SessionIdentity session) {
		return this.left.values().stream().anyMatch((each) -> each == session || each.isSameServer(session));
	}

	/**
	 * Take note of where the name of a member leads by itself.
	 * @param member the member
	 * @param direct what the server there has answered
	 */
	void led(WatchedInstance member, Observation direct) {
		DatabaseInstance instance = member.instance();
		if (!isRedirected(member) || instance.fixedRole() != null) {
			return;
		}
		if (isLeft(direct.session()) || direct.closed() || !isOfPresentCluster(member, direct)) {
			this.confirmations.remove(instance);
		}
		else if (member.isSilent() || this.confirmations.merge(instance, 1, Integer::sum) >= CONFIRMATIONS) {
			this.redirects.remove(instance);
			this.confirmations.remove(instance);
			logger.info("The name of instance {} leads to green by itself now", instance);
		}
	}

	private static boolean isOfPresentCluster(WatchedInstance member, Observation direct) {
		SessionIdentity present = member.session();
		return present != null && present.isSameCluster(direct.session());
	}

	/**
	 * Forget the servers that were left, once nothing leads to them any more, and what
	 * concerns members that are gone.
	 */
	void retain(Collection<WatchedInstance> members) {
		this.redirects.keySet().retainAll(members.stream().map(WatchedInstance::instance).collect(Collectors.toSet()));
		if (this.redirects.keySet().stream().allMatch((instance) -> instance.fixedRole() != null)) {
			this.redirects.clear();
		}
		if (this.redirects.isEmpty() && members.stream().noneMatch(this::isLeft)) {
			this.left.clear();
		}
	}

}
