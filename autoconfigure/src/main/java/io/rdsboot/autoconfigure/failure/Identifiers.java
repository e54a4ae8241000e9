package io.rdsboot.autoconfigure.failure;

/**
 * Writes identifiers of SQL.
 */
final class Identifiers {

	private Identifiers() {
	}

	/**
	 * Return an identifier in quotes, as every identifier may be written.
	 */
	static String quoted(String identifier) {
		return '"' + identifier.replace("\"", "\"\"") + '"';
	}

}
