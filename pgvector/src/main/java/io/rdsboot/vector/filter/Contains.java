package io.rdsboot.vector.filter;

/**
 * An array has an element.
 *
 * @param key name of the member that is an array
 * @param element a {@code String}, {@code BigDecimal}, {@code Boolean}, {@code UUID} or
 * {@code Instant}
 */
public record Contains(String key, Object element) implements MetadataFilter {

	public Contains {
		key = FilterRules.key(key);
		element = FilterRules.value(key, element);
	}

	@Override
	public String toString() {
		return FilterText.key(this.key) + " contains " + FilterText.value(this.element);
	}

}
