package io.rdsboot.vector;

import java.math.BigDecimal;
import java.util.Map;

import io.rdsboot.vector.type.StorableText;
import org.jspecify.annotations.Nullable;

/**
 * What JSON and {@code jsonb} can hold, checked before the server has to refuse it.
 */
final class MetadataRules {

	/** Less than what Jackson reads and writes. */
	private static final int MAX_DEPTH = 100;

	private MetadataRules() {
	}

	/**
	 * Return what is wrong with a member of metadata.
	 * @param path where the member stands, such as {@code author.name}
	 * @param value its value
	 * @return the problem, or {@code null} if there is none
	 */
	static @Nullable String problem(String path, @Nullable Object value) {
		return problem(path, value, 1);
	}

	private static @Nullable String problem(String path, @Nullable Object value, int depth) {
		if (depth > MAX_DEPTH) {
			return "is nested deeper than %d levels".formatted(MAX_DEPTH);
		}
		StorableText.Problem nameProblem = StorableText.problem(path);
		if (nameProblem != null) {
			return "has a name with %s, which PostgreSQL cannot store".formatted(nameProblem.description());
		}
		if (value instanceof CharSequence text) {
			StorableText.Problem problem = StorableText.problem(text);
			return (problem != null)
					? "has %s at '%s', which PostgreSQL cannot store".formatted(problem.description(), path) : null;
		}
		if (value instanceof Number number) {
			return numberProblem(path, number);
		}
		if (value instanceof Map<?, ?> map) {
			for (Map.Entry<?, ?> member : map.entrySet()) {
				String problem = problem(path + "." + member.getKey(), member.getValue(), depth + 1);
				if (problem != null) {
					return problem;
				}
			}
		}
		if (value instanceof Iterable<?> items) {
			for (Object item : items) {
				String problem = problem(path + "[]", item, depth + 1);
				if (problem != null) {
					return problem;
				}
			}
		}
		return null;
	}

	private static @Nullable String numberProblem(String path, Number number) {
		if ((number instanceof Double || number instanceof Float) && !Double.isFinite(number.doubleValue())) {
			return "has the number %s at '%s', which JSON cannot express".formatted(number, path);
		}
		if (number instanceof BigDecimal decimal && !KeyType.isStorable(decimal)) {
			return "has a number at '%s' of more digits than PostgreSQL can store".formatted(path);
		}
		return null;
	}

}
