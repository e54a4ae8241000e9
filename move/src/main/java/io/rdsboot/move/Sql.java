package io.rdsboot.move;

import org.apiguardian.api.API;

/**
 * Names and texts as SQL has them, for statements that take no parameters.
 */
@API(status = API.Status.INTERNAL)
public final class Sql {

	private Sql() {
	}

	/**
	 * Return a name in quotes.
	 */
	public static String identifier(String name) {
		return '"' + name.replace("\"", "\"\"") + '"';
	}

	/**
	 * Return a text as a literal, whatever {@code standard_conforming_strings} is.
	 */
	public static String literal(String text) {
		String quoted = "'" + text.replace("'", "''").replace("\\", "\\\\") + "'";
		return text.contains("\\") ? " E" + quoted : quoted;
	}

}
