package io.rdsboot.credentials;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Objects;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * How often credentials were renewed, and how old those are that are in use. Immutable;
 * holds nothing secret.
 *
 * @param renewals how often they were made or read, the first time included
 * @param failures how often that failed
 * @param age time since those in use were made or read, or {@code null} if there are
 * none, or nobody has used them for an hour, so that they are not renewed
 * @param remaining time for which they are still served, negative after that;
 * {@code null} if there are none, nobody uses them, or they do not end
 */
public record RenewalStatus(long renewals, long failures, @Nullable Duration age, @Nullable Duration remaining) {

	/**
	 * Return the status of several that are renewed one by one, as the tokens of several
	 * addresses: the sums, the greatest age, and the shortest time that remains.
	 * @param all each of them
	 */
	public static RenewalStatus of(Collection<RenewalStatus> all) {
		return new RenewalStatus(all.stream().mapToLong(RenewalStatus::renewals).sum(),
				all.stream().mapToLong(RenewalStatus::failures).sum(),
				first(all, RenewalStatus::age, Comparator.reverseOrder()),
				first(all, RenewalStatus::remaining, Comparator.naturalOrder()));
	}

	private static @Nullable Duration first(Collection<RenewalStatus> all,
			Function<RenewalStatus, @Nullable Duration> property, Comparator<Duration> order) {
		return all.stream().map(property).filter(Objects::nonNull).map(Objects::requireNonNull).min(order).orElse(null);
	}

}
