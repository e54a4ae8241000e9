package io.rdsboot.vector.table;

import java.nio.charset.StandardCharsets;

import io.rdsboot.vector.type.StorableText;

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
	 * @throws IllegalArgumentException if it is blank, too long or has a character that
	 * PostgreSQL cannot store
	 */
	static String check(String kind, String identifier) {
		StorableText.Problem problem = StorableText.problem(identifier);
		if (identifier.isBlank() || problem != null) {
			throw new IllegalArgumentException("name of a vector table's %s must not %s, but is '%s'".formatted(kind,
					(problem != null) ? "have " + problem.description() : "be blank", StorableText.shown(identifier)));
		}
		int bytes = identifier.getBytes(StandardCharsets.UTF_8).length;
		if (bytes > MAX_BYTES) {
			throw new IllegalArgumentException(
					"name of a vector table's %s must be at most %d bytes long, but '%s' has %d".formatted(kind,
							MAX_BYTES, identifier, bytes));
		}
		return identifier;
	}

}
