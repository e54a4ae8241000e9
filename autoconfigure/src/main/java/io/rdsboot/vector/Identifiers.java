package io.rdsboot.vector;

import java.nio.charset.StandardCharsets;

/**
 * Rules for the names of schemas, tables and columns.
 */
final class Identifiers {

	private static final int MAX_BYTES = 63;

	private Identifiers() {
	}

	/**
	 * Return the name if PostgreSQL can have it.
	 * @param kind what it names
	 * @param identifier the name
	 * @throws IllegalArgumentException if it is blank, too long or contains a NUL
	 * character
	 */
	static String check(String kind, String identifier) {
		if (identifier.isBlank() || hasNul(identifier)) {
			throw new IllegalArgumentException(
					"name of a vector table's %s must not be blank or contain a NUL character, but is '%s'"
						.formatted(kind, identifier.replace('\0', '?')));
		}
		int bytes = identifier.getBytes(StandardCharsets.UTF_8).length;
		if (bytes > MAX_BYTES) {
			throw new IllegalArgumentException(
					"name of a vector table's %s must be at most %d bytes long, but '%s' has %d".formatted(kind,
							MAX_BYTES, identifier, bytes));
		}
		return identifier;
	}

	static boolean hasNul(String text) {
		return text.indexOf('\0') >= 0;
	}

}
