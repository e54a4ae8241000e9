package io.rdsboot.credentials.secretsmanager;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.credentials.DatabaseCredentials;
import org.jspecify.annotations.Nullable;

/**
 * The versions of a secret that are known. Immutable.
 *
 * @param refresh number of the refresh that brought the current version
 * @param current the version that was current then
 * @param pending the version that a rotation is making, or {@code null} if there is none,
 * or nobody has looked
 * @param previous the version that was current before, or {@code null} if it is unknown
 * @param readAt when Secrets Manager was asked last
 * @param learnedAt when these versions were seen for the first time, or all looked up
 * @param complete whether all three have been looked up
 * @param unread why one of them could not be looked up, or {@code null}
 */
record SecretVersions(long refresh, DatabaseSecret current, @Nullable DatabaseSecret pending,
		@Nullable DatabaseSecret previous, Instant readAt, Instant learnedAt, boolean complete,
		@Nullable SecretUnavailableException unread) {

	/**
	 * How long the previous version is worth a try without asking again. A server that
	 * lags behind catches up within this; afterwards a refusal speaks of a newer
	 * rotation.
	 */
	private static final Duration PREVIOUS_USEFUL_FOR = Duration.ofMinutes(1);

	static SecretVersions first(DatabaseSecret current, Instant now) {
		return new SecretVersions(1, current, null, null, now, now, false, null);
	}

	SecretVersions refreshed(DatabaseSecret newest, Instant now) {
		boolean same = newest.equals(this.current);
		return new SecretVersions(this.refresh + 1, newest, null, same ? this.previous : this.current, now,
				same ? this.learnedAt : now, false, null);
	}

	/**
	 * Return these versions after all were looked up.
	 * @param newestPending the pending version, or {@code null}
	 * @param newestPrevious the previous version, or {@code null}
	 * @param now the present time
	 * @param failure why one of them could not be looked up, or {@code null}
	 */
	SecretVersions lookedUp(@Nullable DatabaseSecret newestPending, @Nullable DatabaseSecret newestPrevious,
			Instant now, @Nullable SecretUnavailableException failure) {
		return new SecretVersions(this.refresh, this.current, newestPending, newestPrevious, now, now, failure == null,
				failure);
	}

	/**
	 * Return the stage of one of these versions, as Secrets Manager calls it.
	 */
	String stage(DatabaseSecret version) {
		if (version.equals(this.current)) {
			return "AWSCURRENT";
		}
		return version.equals(this.pending) ? "AWSPENDING" : "AWSPREVIOUS";
	}

	/**
	 * Return the version to try next, or {@code null} if none is known.
	 * @param refused what a login has tried
	 * @param now the present time
	 */
	@Nullable DatabaseSecret candidate(List<DatabaseCredentials> refused, Instant now) {
		boolean previousIsUseful = now.isBefore(this.learnedAt.plus(PREVIOUS_USEFUL_FOR));
		return Stream.of(this.current, this.pending, previousIsUseful ? this.previous : null)
			.filter((version) -> version != null && !refused.contains(version.credentials()))
			.findFirst()
			.orElse(null);
	}

}
