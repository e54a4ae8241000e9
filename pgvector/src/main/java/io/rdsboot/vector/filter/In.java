package io.rdsboot.vector.filter;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A value is one of several.
 *
 * @param key name of the member
 * @param values at most 100,000 values, each a {@code String}, {@code BigDecimal},
 * {@code Boolean}, {@code UUID} or {@code Instant}, all of the same class
 */
public record In(String key, List<Object> values) implements MetadataFilter {

	static final int MAX_VALUES = 100_000;

	public In {
		String name = FilterRules.key(key);
		if (values.size() > MAX_VALUES) {
			throw new IllegalArgumentException("Values for key '%s' must be at most %d, but are %d"
				.formatted(SafeText.of(name), MAX_VALUES, values.size()));
		}
		values = values.stream().map((value) -> FilterRules.value(name, value)).toList();
		for (Object value : values) {
			FilterRules.requireSameType(name, values.get(0), value);
		}
	}

	@Override
	public String toString() {
		return FilterText.key(this.key)
				+ this.values.stream().map(FilterText::value).collect(Collectors.joining(", ", " in (", ")"));
	}

}
