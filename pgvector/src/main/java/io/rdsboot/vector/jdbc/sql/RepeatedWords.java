package io.rdsboot.vector.jdbc.sql;

/**
 * Words that occur more than once in a text, as an expression that an index may have. The
 * server's index of words knows where a word occurs, not how often.
 */
public final class RepeatedWords {

	/**
	 * One word of a {@code tsvector} with a single position, as the server prints it:
	 * quotes within a word are doubled, and further positions follow a comma.
	 */
	private static final String ONCE = "(?:^| )''(?:[^'']|'''')*'':[0-9]+[A-C]?(?= |$)";

	private RepeatedWords() {
	}

	/**
	 * Return an expression for the repeated words, a {@code tsvector}.
	 * @param words expression for all words, a {@code tsvector}
	 * @return the expression, written as the server prints it
	 */
	public static String expression(String words) {
		return "(regexp_replace(%s::text, '%s'::text, ''::text, 'g'::text)::tsvector)".formatted(words, ONCE);
	}

}
