package io.rdsboot.cluster.knowledge;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.rdsboot.cluster.ServerIdentity;
import org.jspecify.annotations.Nullable;

/**
 * The servers that one address has led to lately, by the order in which connections met
 * them. One that is met again after another is no move: it may be a name with several
 * addresses, or a load balancer. Not thread-safe.
 */
final class AddressServers {

	/**
	 * For how long a server that was left is remembered.
	 */
	static final Duration MEMORY = Duration.ofMinutes(10);

	/**
	 * An address may be moved back once by hand.
	 */
	private static final int RETURNS = 2;

	private final Map<ServerIdentity, Long> left = new HashMap<>();

	private @Nullable ServerIdentity present;

	private int returns;

	private long lastReturn;

	/**
	 * Take note that a new connection has met a server.
	 */
	void met(ServerIdentity server, long now) {
		if (server.equals(this.present)) {
			return;
		}
		this.left.values().removeIf((leftAt) -> now - leftAt > MEMORY.toNanos());
		if (this.left.remove(server) != null) {
			this.returns = (isRecent(now) ? this.returns : 0) + 1;
			this.lastReturn = now;
		}
		if (this.present != null) {
			this.left.put(this.present, now);
		}
		this.present = server;
	}

	/**
	 * Return whether the address leads to several servers by turns, none of which was
	 * restarted meanwhile.
	 */
	boolean areSeveral(long now) {
		return this.returns >= RETURNS && isRecent(now);
	}

	private boolean isRecent(long now) {
		return this.returns > 0 && now - this.lastReturn <= MEMORY.toNanos();
	}

}
