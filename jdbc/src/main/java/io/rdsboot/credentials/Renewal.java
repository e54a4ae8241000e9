package io.rdsboot.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A value that a source has just made, and how long it is good for. Immutable.
 *
 * @param <T> type of the value
 * @param value the value
 * @param renewAt when to make the next one; {@link RenewedValue} comes up to a tenth of
 * the time earlier, so that the instances of a service do not all come at once
 * @param expiresAt when the value ceases to be of use, or {@code null} if it may be
 * served for as long as there is no newer one
 * @param minimumAge age before which the value is not replaced, although it was refused;
 * bounds how often refusals reach the source
 */
@API(status = API.Status.INTERNAL)
public record Renewal<T>(T value, Instant renewAt, @Nullable Instant expiresAt, Duration minimumAge) {

	public Renewal {
		Objects.requireNonNull(value, "value");
		Objects.requireNonNull(renewAt, "renewAt");
		Objects.requireNonNull(minimumAge, "minimumAge");
	}

	/**
	 * Return when the value ends and is renewed. The value may be a secret.
	 */
	@Override
	public String toString() {
		return "Renewal[renewAt=" + this.renewAt + ", expiresAt=" + this.expiresAt + "]";
	}

}
