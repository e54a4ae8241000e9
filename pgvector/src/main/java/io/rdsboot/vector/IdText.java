package io.rdsboot.vector;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Ids as text with only characters that need no escape in a URL, and back.
 */
final class IdText {

	private IdText() {
	}

	/**
	 * Return an id that is one.
	 * @param owner what has the id, for messages
	 */
	static Object require(String owner, @Nullable Object id) {
		if (id instanceof UUID || id instanceof String || id instanceof Long || id instanceof Integer) {
			return id;
		}
		throw new IllegalArgumentException(
				"id of a %s must be a java.util.UUID, java.lang.String, java.lang.Long or java.lang.Integer, but is %s"
					.formatted(owner, (id != null) ? "a " + id.getClass().getName() : "null"));
	}

	static String format(Object id) {
		if (id instanceof String text) {
			return "t" + encode(text);
		}
		return ((id instanceof UUID) ? "u" : (id instanceof Long) ? "b" : "i") + id;
	}

	/**
	 * Return the id of a text, which may come from anywhere.
	 * @return the id, or {@code null} if the text has none
	 */
	static @Nullable Object parse(String text) {
		try {
			String id = text.substring(Math.min(1, text.length()));
			return switch (text.isEmpty() ? ' ' : text.charAt(0)) {
				case 'u' -> UUID.fromString(id);
				case 'b' -> Long.valueOf(id);
				case 'i' -> Integer.valueOf(id);
				case 't' -> decode(id);
				default -> null;
			};
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	static String encode(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Return a text that was encoded.
	 * @throws IllegalArgumentException if it was not
	 */
	static String decode(String encoded) {
		try {
			return StandardCharsets.UTF_8.newDecoder()
				.decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(encoded)))
				.toString();
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

}
