package io.rdsboot.autoconfigure.vector;

import java.util.function.BiFunction;

import io.rdsboot.autoconfigure.problem.ConfigurationProblems;
import io.rdsboot.vector.SearchLimits;
import org.jspecify.annotations.Nullable;

/**
 * Reads the limits of searches.
 */
final class VectorSearchMapper {

	private final String key;

	private final VectorSearchProperties declared;

	private final ConfigurationProblems problems;

	/**
	 * Create a mapper.
	 * @param key the property of the limits
	 * @param declared the limits
	 * @param problems takes what is wrong
	 */
	VectorSearchMapper(String key, VectorSearchProperties declared, ConfigurationProblems problems) {
		this.key = key;
		this.declared = declared;
		this.problems = problems;
	}

	/**
	 * Read the limits.
	 * @param defaults what is not declared
	 */
	SearchLimits read(SearchLimits defaults) {
		SearchLimits limits = set(defaults, "max-ranked-rows", this.declared.getMaxRankedRows(),
				SearchLimits::withMaxRankedRows);
		limits = set(limits, "max-exact-rows", this.declared.getMaxExactRows(), SearchLimits::withMaxExactRows);
		limits = set(limits, "large-exact-search", this.declared.getLargeExactSearch(),
				SearchLimits::withLargeExactSearch);
		return set(limits, "timeout", this.declared.getTimeout(), SearchLimits::withTimeout);
	}

	private <T> SearchLimits set(SearchLimits limits, String property, @Nullable T value,
			BiFunction<SearchLimits, T, SearchLimits> setter) {
		if (value == null) {
			return limits;
		}
		try {
			return setter.apply(limits, value);
		}
		catch (IllegalArgumentException ex) {
			this.problems.add("%s.%s".formatted(this.key, property), String.valueOf(value),
					String.valueOf(ex.getMessage()), "Correct the value, or leave it out.");
			return limits;
		}
	}

}
