package io.rdsboot.vector.filter;

import java.util.List;

/**
 * How large a filter may be, so that no text of a user's exhausts a stack or the bind
 * parameters of a statement.
 */
final class FilterBounds {

	static final int MAX_DEPTH = 100;

	static final int MAX_CONDITIONS = 1000;

	private FilterBounds() {
	}

	/**
	 * Check a filter that is made of others.
	 * @param operands the others
	 */
	static void check(List<MetadataFilter> operands) {
		int depth = 1 + depth(operands);
		if (depth > MAX_DEPTH) {
			throw new IllegalArgumentException(
					"Metadata filter must be at most %d deep, but would be %d".formatted(MAX_DEPTH, depth));
		}
		int conditions = conditions(operands);
		if (conditions > MAX_CONDITIONS) {
			throw new IllegalArgumentException(
					"Metadata filter must have at most %d conditions, but would have %d: use 'in' for many values of one key"
						.formatted(MAX_CONDITIONS, conditions));
		}
	}

	private static int depth(List<MetadataFilter> filters) {
		return filters.stream().mapToInt((filter) -> 1 + depth(operands(filter))).max().orElse(0);
	}

	private static int conditions(List<MetadataFilter> filters) {
		return filters.stream()
			.map(FilterBounds::operands)
			.mapToInt((operands) -> operands.isEmpty() ? 1 : conditions(operands))
			.sum();
	}

	static List<MetadataFilter> operands(MetadataFilter filter) {
		if (filter instanceof And and) {
			return and.filters();
		}
		if (filter instanceof Or or) {
			return or.filters();
		}
		return (filter instanceof Not not) ? List.of(not.filter()) : List.of();
	}

}
