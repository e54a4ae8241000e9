package io.rdsboot.vector.schema;

import java.util.regex.Pattern;

/**
 * Form of an SQL expression in which ours and the server's own print of it are the same.
 * The server adds parentheses, casts of literals and columns, and quotes only where it
 * must; none of these changes what the few expressions mean that are compared here.
 */
final class PlainExpression {

	private static final Pattern CAST = Pattern
		.compile("::(\"[^\"]+\"|\\w+)( varying| with(out)? time zone| precision)?(\\(\\d+\\))?(\\[])?");

	private static final Pattern DECORATION = Pattern.compile("[()\\s\"]");

	private PlainExpression() {
	}

	static String of(String expression) {
		return DECORATION.matcher(CAST.matcher(expression).replaceAll("")).replaceAll("");
	}

}
