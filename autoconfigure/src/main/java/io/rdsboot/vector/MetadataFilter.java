package io.rdsboot.vector;

import java.util.List;
import java.util.Objects;

/**
 * Condition on the metadata of a row. Immutable.
 */
public sealed interface MetadataFilter {

	/**
	 * Return a filter for rows whose metadata has this member with this value. Numbers
	 * are equal by value, whatever their Java types.
	 * @param key name of the member
	 * @param value a {@link String}, {@link Number} or {@link Boolean}
	 * @return the filter
	 * @throws IllegalArgumentException if the value is of another type, a number that is
	 * not finite, or if key or value contain a NUL character
	 */
	static MetadataFilter eq(String key, Object value) {
		return new Equal(key, value);
	}

	/**
	 * Return a filter for rows that fulfil both this filter and another.
	 * @param other the other filter
	 * @return the filter
	 */
	default MetadataFilter and(MetadataFilter other) {
		return new And(List.of(this, other));
	}

	/**
	 * A member equals a value.
	 *
	 * @param key name of the member
	 * @param value the value
	 */
	record Equal(String key, Object value) implements MetadataFilter {

		public Equal {
			Objects.requireNonNull(key, "key of a metadata filter must not be null");
			Objects.requireNonNull(value, () -> "value of metadata filter '%s' must not be null".formatted(key));
			if (!(value instanceof String || value instanceof Number || value instanceof Boolean)) {
				throw new IllegalArgumentException(
						"value of metadata filter '%s' must be a String, Number or Boolean, but is a %s".formatted(key,
								value.getClass().getName()));
			}
			MetadataRules.problem(key, value).ifPresent((problem) -> {
				throw new IllegalArgumentException("metadata filter '%s' %s".formatted(key, problem));
			});
		}

	}

	/**
	 * All of several filters hold.
	 *
	 * @param filters the filters
	 */
	record And(List<MetadataFilter> filters) implements MetadataFilter {

		public And {
			filters = List.copyOf(filters);
		}

	}

}
