package io.rdsboot.routing;

import java.time.Instant;

import io.rdsboot.cluster.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * What a session has written and read, in a form that can go on elsewhere: in another
 * thread, another instance of the service, or another service on the same cluster.
 * Immutable.
 *
 * @param position a position of the cluster's log that includes it all, or {@code null}
 * if that could not be had; then only the writer is sure to serve it at first
 * @param issuedAt when the token was made, or {@code null} if there is nothing to miss
 * @see ConsistencyTokens
 */
public record ConsistencyToken(@Nullable LogPosition position, @Nullable Instant issuedAt) {

	/**
	 * Token of a session that has nothing to miss.
	 */
	public static final ConsistencyToken EMPTY = new ConsistencyToken(null, null);

	public ConsistencyToken {
		if (position != null && issuedAt == null) {
			throw new IllegalArgumentException("A token with position " + position + " needs the time of its issue");
		}
	}

	/**
	 * Return whether there is nothing that a reader could miss.
	 */
	public boolean isEmpty() {
		return this.issuedAt == null;
	}

}
