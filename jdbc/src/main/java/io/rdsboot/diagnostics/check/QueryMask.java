package io.rdsboot.diagnostics.check;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hides what the text of a query may tell of the data: string and number literals,
 * dollar-quoted bodies and comments. A text that ends within one, because the server has
 * cut it, is hidden to its end. Of a statement that sets a password, only its kind is
 * shown, also where literals are.
 */
public final class QueryMask {

	/**
	 * A longer text says no more than its beginning.
	 */
	private static final int LONGEST = 1_000;

	private static final Pattern PARTS = Pattern.compile("""
			--[^\\n]*|/\\*.*?(?:\\*/|\\z)\
			|"[^"]*+(?:""[^"]*+)*+(?:"|\\z)\
			|\\b[eE]'[^'\\\\]*+(?:(?:\\\\.|'')[^'\\\\]*+)*+(?:'|\\\\?\\z)\
			|(?:\\b(?:[bBnNxX]|[uU]&))?'[^']*+(?:''[^']*+)*+(?:'|\\z)\
			|(?<![\\w$])\\$(?<tag>[A-Za-z_]\\w*|)\\$.*?(?:\\$\\k<tag>\\$|\\z)\
			|\\$\\d+\
			|[A-Za-z_\\x{80}-\\x{10FFFF}][\\w$\\x{80}-\\x{10FFFF}]*+\
			|(?:\\d[\\w.]*|\\.\\d\\w*)(?:(?<=[eE])[+-]\\d+)?""", Pattern.DOTALL);

	private static final Pattern SECRET = Pattern.compile("\\b(password|secret|user\\s+mapping|subscription)\\b",
			Pattern.CASE_INSENSITIVE);

	private static final Pattern KIND = Pattern.compile("\\s*(\\w+(?:\\s+\\w+)?)");

	private static final Pattern SPACE = Pattern.compile("\\s+");

	private final boolean showLiterals;

	/**
	 * Create a mask.
	 * @param showLiterals whether literals and comments stay
	 */
	public QueryMask(boolean showLiterals) {
		this.showLiterals = showLiterals;
	}

	/**
	 * Return a query as it may be shown: masked, in one line, and cut where it is long.
	 */
	public String apply(String query) {
		String shown;
		if (SECRET.matcher(query).find() && !isQuery(query)) {
			Matcher kind = KIND.matcher(query);
			shown = kind.lookingAt() ? kind.group(1) + " ..." : "...";
		}
		else {
			shown = this.showLiterals ? query : mask(query);
		}
		shown = SPACE.matcher(shown).replaceAll(" ").strip();
		return (shown.length() <= LONGEST) ? shown : shown.substring(0, LONGEST) + "...";
	}

	/**
	 * Return rows with the queries of a column as they may be shown.
	 */
	public List<Row> apply(List<Row> rows, String column) {
		return rows.stream().map((row) -> row.with(column, apply(row.text(column)))).toList();
	}

	private static boolean isQuery(String query) {
		Matcher kind = KIND.matcher(query);
		return kind.lookingAt() && kind.group(1).matches("(?is)(select|insert|update|delete|with|merge)\\b.*");
	}

	private static String mask(String query) {
		return PARTS.matcher(query).replaceAll((part) -> Matcher.quoteReplacement(replacement(part.group())));
	}

	private static String replacement(String part) {
		char first = part.charAt(0);
		if (part.startsWith("--") || part.startsWith("/*")) {
			return " ";
		}
		if (first == '"' || part.matches("\\$\\d+") || (Character.isLetter(first) && part.indexOf('\'') < 0)
				|| first == '_') {
			return part;
		}
		return "?";
	}

}
