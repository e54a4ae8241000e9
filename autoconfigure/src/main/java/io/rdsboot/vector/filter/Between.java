package io.rdsboot.vector.filter;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * A value lies between two others.
 *
 * @param key name of the member
 * @param low least value, included: a {@code String}, {@code BigDecimal}, {@code UUID} or
 * {@code Instant}
 * @param high greatest value, included, of the same class
 */
public record Between(String key, Object low, Object high) implements MetadataFilter {

	public Between {
		key = FilterRules.key(key);
		low = FilterRules.orderedValue(key, low);
		high = FilterRules.orderedValue(key, high);
		FilterRules.requireSameType(key, low, high);
		if (isReversed(low, high)) {
			throw new IllegalArgumentException("Bounds for key '%s' must be in order, but %s is greater than %s"
				.formatted(SafeText.of(key), FilterText.value(low), FilterText.value(high)));
		}
	}

	/**
	 * The order of texts depends on the server's collation, so that they cannot be judged
	 * here, nor can texts that stand for something else.
	 */
	private static boolean isReversed(Object low, Object high) {
		if (low instanceof BigDecimal number) {
			return number.compareTo((BigDecimal) high) > 0;
		}
		return low instanceof Instant instant && instant.isAfter((Instant) high);
	}

	@Override
	public String toString() {
		return "%s between %s and %s".formatted(FilterText.key(this.key), FilterText.value(this.low),
				FilterText.value(this.high));
	}

}
