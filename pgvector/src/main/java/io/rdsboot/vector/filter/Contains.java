package io.rdsboot.vector.filter;

/**
 * An array has an element.
 *
 * @param key key of the member that is an array
 * @param element a {@code String}, {@code BigDecimal}, {@code Boolean}, {@code UUID} or
 * {@code Instant}
 */
public record Contains(MetadataKey key, Object element) implements Condition {

	public Contains {
		element = FilterValidation.value(key, element);
	}

	@Override
	public String toString() {
		return this.key + " contains " + FilterText.value(this.element);
	}

}
