package io.rdsboot.credentials;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A value in memory and its times, in milliseconds since the epoch. Immutable.
 *
 * @param <T> type of the value
 * @param value the value
 * @param madeAt when it was made
 * @param renewAt when it is to be renewed
 * @param expiresAt from when on it is not served any more, {@link Long#MAX_VALUE} for
 * never
 * @param minimumAge how old it is at least before another one can be made
 */
record HeldValue<T>(T value, long madeAt, long renewAt, long expiresAt, long minimumAge) {

	/**
	 * Hold a value that was made just now.
	 * @param untilRenewal time until it is to be renewed
	 */
	static <T> HeldValue<T> of(Renewal<T> renewal, long now, long untilRenewal) {
		Instant expiresAt = renewal.expiresAt();
		return new HeldValue<>(renewal.value(), now, now + untilRenewal,
				(expiresAt != null) ? expiresAt.toEpochMilli() : Long.MAX_VALUE, renewal.minimumAge().toMillis());
	}

	HeldValue<T> renewAt(long time) {
		return new HeldValue<>(this.value, this.madeAt, time, this.expiresAt, this.minimumAge);
	}

	boolean isDue(long now) {
		return now >= this.renewAt;
	}

	boolean isExpired(long now) {
		return now >= this.expiresAt;
	}

	/**
	 * Return the time until another value can be made.
	 */
	long untilReplaceable(long now) {
		return Math.max(this.minimumAge - Math.max(now - this.madeAt, 0), 0);
	}

	Duration age(long now) {
		return Duration.ofMillis(now - this.madeAt);
	}

	/**
	 * Return the time until this expires, negative after that, or {@code null} if it does
	 * not.
	 */
	@Nullable Duration remaining(long now) {
		return (this.expiresAt != Long.MAX_VALUE) ? Duration.ofMillis(this.expiresAt - now) : null;
	}

	/**
	 * Return what callers get while there is no newer value, as a part of a message.
	 */
	static String servedText(@Nullable HeldValue<?> present, long now) {
		if (present == null || present.isExpired(now)) {
			return "there is none now";
		}
		return (present.expiresAt == Long.MAX_VALUE) ? "the present one is served on"
				: "the present one is served until " + Instant.ofEpochMilli(present.expiresAt);
	}

}
