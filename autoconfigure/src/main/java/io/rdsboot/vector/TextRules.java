package io.rdsboot.vector;

import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL can hold as text, checked before the server has to refuse it.
 */
final class TextRules {

	private TextRules() {
	}

	/**
	 * Return what a text has that it must not have.
	 * @return the problem, such as {@code a NUL character}, or {@code null} if there is
	 * none
	 */
	static @Nullable String problem(CharSequence text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == 0) {
				return "a NUL character";
			}
			if (Character.isSurrogate(character)) {
				if (!Character.isHighSurrogate(character) || i + 1 == text.length()
						|| !Character.isLowSurrogate(text.charAt(i + 1))) {
					return "half a surrogate pair";
				}
				i++;
			}
		}
		return null;
	}

}
