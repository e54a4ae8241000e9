package io.rdsboot.vector.type;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What PostgreSQL can hold as text. It stores no NUL, and the driver would send half a
 * surrogate pair as a question mark, which makes one text of two that differ.
 */
@API(status = API.Status.INTERNAL)
public final class StorableText {

	private StorableText() {
	}

	/**
	 * Return the first character that the server cannot hold.
	 * @param text the text
	 * @return the problem, or {@code null} if there is none
	 */
	public static @Nullable Problem problem(CharSequence text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (character == '\0') {
				return new Problem("a NUL character", i);
			}
			if (Character.isSurrogate(character)) {
				if (!Character.isHighSurrogate(character) || i + 1 == text.length()
						|| !Character.isLowSurrogate(text.charAt(i + 1))) {
					return new Problem("half a surrogate pair", i);
				}
				i++;
			}
		}
		return null;
	}

	/**
	 * Return a text as messages can show it.
	 * @param text the text
	 * @return the text, with a question mark for each character that cannot be stored
	 */
	public static String shown(String text) {
		StringBuilder shown = new StringBuilder(text.length());
		text.codePoints()
			.map((codePoint) -> (codePoint == 0 || Character.getType(codePoint) == Character.SURROGATE) ? '?'
					: codePoint)
			.forEach(shown::appendCodePoint);
		return shown.toString();
	}

	/**
	 * Character that cannot be stored.
	 *
	 * @param description what it is, such as {@code a NUL character}
	 * @param index where it stands, counted from 0
	 */
	public record Problem(String description, int index) {

	}

}
