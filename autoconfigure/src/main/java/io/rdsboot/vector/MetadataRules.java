package io.rdsboot.vector;

import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * What JSON and {@code jsonb} can hold, checked before the server has to refuse it.
 */
final class MetadataRules {

	private MetadataRules() {
	}

	/**
	 * Return what is wrong with a member of metadata.
	 * @param path where the member stands, such as {@code author.name}
	 * @param value its value
	 * @return the problem, or empty if there is none
	 */
	static Optional<String> problem(String path, @Nullable Object value) {
		if (hasNul(path)) {
			return Optional.of("has a name with a NUL character, which PostgreSQL cannot store");
		}
		if (value instanceof CharSequence text && hasNul(text)) {
			return Optional.of("has a NUL character at '%s', which PostgreSQL cannot store".formatted(path));
		}
		if ((value instanceof Double number && !Double.isFinite(number))
				|| (value instanceof Float decimal && !Float.isFinite(decimal))) {
			return Optional.of("has the number %s at '%s', which JSON cannot express".formatted(value, path));
		}
		if (value instanceof Map<?, ?> map) {
			return map.entrySet()
				.stream()
				.flatMap((entry) -> problem(path + "." + entry.getKey(), entry.getValue()).stream())
				.findFirst();
		}
		if (value instanceof Iterable<?> items) {
			for (Object item : items) {
				Optional<String> problem = problem(path + "[]", item);
				if (problem.isPresent()) {
					return problem;
				}
			}
		}
		return Optional.empty();
	}

	static boolean hasNul(CharSequence text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) == '\0') {
				return true;
			}
		}
		return false;
	}

}
