package io.rdsboot.cluster.poll;

import java.time.Duration;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.ServerIdentity;
import org.jspecify.annotations.Nullable;

/**
 * What an instance answered when it was asked how it is. Times are those of the monitor's
 * clock. Immutable.
 *
 * @param claimsWriter whether it says that it accepts writes
 * @param closed whether it is no replica, and yet takes no writes, because its own
 * configuration says so
 * @param position what it has written or replayed, or {@code null} where it does not say
 * @param timeline timeline that it writes on, or did until it was closed, or
 * {@link #NO_TIMELINE} for one that replays, or has no timelines (Aurora)
 * @param reportedLag age of its data as the server itself reckons it, or {@code null}
 * where it is reckoned from positions
 * @param session the connection that was asked over
 * @param askedAt time before it was asked
 * @param answeredAt time after it had answered
 * @param lagBounds whether nothing is included, either, that is newer than the reported
 * lag says, whatever the position: where the writer may be in another region
 */
public record Observation(boolean claimsWriter, boolean closed, @Nullable LogPosition position, long timeline,
		@Nullable Duration reportedLag, SessionIdentity session, long askedAt, long answeredAt, boolean lagBounds) {

	public static final long NO_TIMELINE = 0;

	public Observation(boolean claimsWriter, boolean closed, @Nullable LogPosition position, long timeline,
			@Nullable Duration reportedLag, SessionIdentity session, long askedAt, long answeredAt) {
		this(claimsWriter, closed, position, timeline, reportedLag, session, askedAt, answeredAt, false);
	}

	/**
	 * Return what it tells where another server has answered than the one that was asked:
	 * its role. What else it says cannot be compared with what was said before.
	 */
	Observation of(@Nullable ServerIdentity other) {
		return new Observation(this.claimsWriter, this.closed, null, NO_TIMELINE, null,
				new SessionIdentity(null, other), this.askedAt, this.answeredAt);
	}

	public boolean hasTimeline() {
		return this.timeline != NO_TIMELINE;
	}

}
