package io.rdsboot.vector.filter;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A value is one of several.
 *
 * @param key key of the member
 * @param values at most 100,000 values, each a {@code String}, {@code BigDecimal},
 * {@code Boolean}, {@code UUID} or {@code Instant}, all of the same class
 */
public record In(MetadataKey key, List<Object> values) implements Condition {

	static final int MAX_VALUES = 100_000;

	public In {
		if (values.size() > MAX_VALUES) {
			throw new IllegalArgumentException("Values for key '%s' must be at most %d, but are %d"
				.formatted(key.shown(), MAX_VALUES, values.size()));
		}
		values = values.stream().map((value) -> FilterValidation.value(key, value)).toList();
		for (Object value : values) {
			FilterValidation.requireSameType(key, values.get(0), value);
		}
	}

	@Override
	public String toString() {
		return this.key + this.values.stream().map(FilterText::value).collect(Collectors.joining(", ", " in (", ")"));
	}

}
