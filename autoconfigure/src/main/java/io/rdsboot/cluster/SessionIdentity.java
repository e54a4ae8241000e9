package io.rdsboot.cluster;

import org.jspecify.annotations.Nullable;

/**
 * One connection of a watch, and which cluster the server at its other end belongs to.
 * Compared by identity: a server that was rebuilt is met over a new connection.
 */
final class SessionIdentity {

	private final @Nullable String systemIdentifier;

	/**
	 * Create an identity.
	 * @param systemIdentifier PostgreSQL's number of the cluster, or {@code null} where
	 * it may not be asked
	 */
	SessionIdentity(@Nullable String systemIdentifier) {
		this.systemIdentifier = systemIdentifier;
	}

	@Nullable String systemIdentifier() {
		return this.systemIdentifier;
	}

}
