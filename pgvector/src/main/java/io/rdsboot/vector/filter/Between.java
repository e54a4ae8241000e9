package io.rdsboot.vector.filter;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A value lies between two others.
 *
 * @param key key of the member
 * @param low least value, included: a {@code String}, {@code BigDecimal}, {@code UUID} or
 * {@code Instant}
 * @param high greatest value, included, of the same class
 */
public record Between(MetadataKey key, Object low, Object high) implements Condition {

	public Between {
		low = FilterValidation.orderedValue(key, low);
		high = FilterValidation.orderedValue(key, high);
		FilterValidation.requireSameType(key, low, high);
		if (isReversed(low, high)) {
			throw new IllegalArgumentException(
					"Bounds for key '%s' must be in order, but %s is greater than %s: exchange them".formatted(
							key.shown(), SafeText.of(FilterText.value(low)), SafeText.of(FilterText.value(high))));
		}
	}

	/**
	 * Only the server knows the order of texts, which its collation decides.
	 */
	private static boolean isReversed(Object low, Object high) {
		if (low instanceof BigDecimal number) {
			return number.compareTo((BigDecimal) high) > 0;
		}
		return low instanceof Instant instant && instant.isAfter((Instant) high);
	}

	@Override
	public String toString() {
		return "%s between %s and %s".formatted(this.key, FilterText.value(this.low), FilterText.value(this.high));
	}

}
