package io.rdsboot.routing.consistency;

import java.time.Instant;

import io.rdsboot.cluster.LogPosition;
import org.jspecify.annotations.Nullable;

/**
 * What a session has written and read, in a form that can go on elsewhere: in another
 * thread, another instance of the service, or another service on the same cluster.
 * Immutable.
 *
 * <p>
 * All that a token can do is rule readers out for the reads of the one who brings it,
 * until they have replayed what the writer has by then. So a token that somebody made up
 * does not let him see more, or less, than others see; it can only cost the writer some
 * reads. Those that a token that is not {@linkplain #verified() verified} costs are
 * bounded in number at a time.
 *
 * @param position a position of the cluster's log that includes it all, or {@code null}
 * if that could not be had; then only the writer is sure to serve it at first
 * @param issuedAt when the token was made, or {@code null} if there is nothing to miss
 * @param verified whether it was made by this service, or signed with its key
 * @see ConsistencyTokens
 */
public record ConsistencyToken(@Nullable LogPosition position, @Nullable Instant issuedAt, boolean verified) {

	/**
	 * Token of a session that has nothing to miss.
	 */
	public static final ConsistencyToken EMPTY = new ConsistencyToken(null, null, true);

	public ConsistencyToken {
		if (position != null && issuedAt == null) {
			throw new IllegalArgumentException("A token with position " + position + " needs the time of its issue");
		}
	}

	/**
	 * Create a token that this service has made.
	 */
	public ConsistencyToken(@Nullable LogPosition position, @Nullable Instant issuedAt) {
		this(position, issuedAt, true);
	}

	/**
	 * Return whether there is nothing that a reader could miss.
	 */
	public boolean isEmpty() {
		return this.issuedAt == null;
	}

}
