package io.rdsboot.test.server;

/**
 * Names and texts as SQL has them.
 */
public final class SqlQuotes {

	private SqlQuotes() {
	}

	/**
	 * Quotes a name.
	 * @param name name of a role, a database or an extension
	 * @return the identifier
	 */
	public static String identifier(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	/**
	 * Quotes a text.
	 * @param value the text
	 * @return the literal
	 */
	public static String literal(String value) {
		return '\'' + value.replace("'", "''") + '\'';
	}

}
