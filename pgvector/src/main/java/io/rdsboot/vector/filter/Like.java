package io.rdsboot.vector.filter;

/**
 * A text is of a pattern.
 *
 * @param key key of the member
 * @param pattern pattern of SQL's {@code LIKE}, with a backslash as its escape character
 */
public record Like(MetadataKey key, String pattern) implements Condition {

	public Like {
		FilterValidation.value(key, pattern);
		if (endsWithEscape(pattern)) {
			throw new IllegalArgumentException(
					"Pattern for key '%s' must not end with a single backslash, but is %s: double it to find one"
						.formatted(key.shown(), SafeText.of(FilterText.value(pattern))));
		}
	}

	private static boolean endsWithEscape(String pattern) {
		int end = pattern.length();
		while (end > 0 && pattern.charAt(end - 1) == '\\') {
			end--;
		}
		return (pattern.length() - end) % 2 == 1;
	}

	@Override
	public String toString() {
		return this.key + " like " + FilterText.value(this.pattern);
	}

}
