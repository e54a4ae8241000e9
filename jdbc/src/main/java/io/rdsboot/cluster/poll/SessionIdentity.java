package io.rdsboot.cluster.poll;

import io.rdsboot.cluster.ServerIdentity;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a watch, and which server, of which cluster, is at its other end.
 * Compared by identity: a server that was rebuilt is met over a new connection.
 */
public final class SessionIdentity {

	private final @Nullable String systemIdentifier;

	private final @Nullable ServerIdentity server;

	/**
	 * Create an identity.
	 * @param systemIdentifier PostgreSQL's number of the cluster, or {@code null} where
	 * it may not be asked
	 * @param server the running server, or {@code null} where several may stand behind
	 * the address
	 */
	public SessionIdentity(@Nullable String systemIdentifier, @Nullable ServerIdentity server) {
		this.systemIdentifier = systemIdentifier;
		this.server = server;
	}

	public @Nullable String systemIdentifier() {
		return this.systemIdentifier;
	}

	public @Nullable ServerIdentity server() {
		return this.server;
	}

	/**
	 * Return whether two connections lead to the same server, as two names of one do.
	 */
	public boolean isSameServer(SessionIdentity other) {
		return this.server != null && this.server.equals(other.server) && isSameCluster(other);
	}

	/**
	 * Return whether two connections are known to lead to two servers.
	 */
	public boolean isOtherServer(SessionIdentity other) {
		return this.server != null && other.server != null && !isSameServer(other);
	}

	/**
	 * Return whether nothing says that two connections lead to two clusters.
	 */
	public boolean isSameCluster(SessionIdentity other) {
		return this.systemIdentifier == null || other.systemIdentifier == null
				|| this.systemIdentifier.equals(other.systemIdentifier);
	}

}
