package io.rdsboot.routing;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the text of a statement tells of its effects. Literals, quoted identifiers and
 * comments are skipped. Functions that the application has made cannot be told.
 */
public final class SqlText {

	private static final Set<String> FIRST_OF_READS = Set.of("select", "with", "values", "table");

	/**
	 * Words of statements that change data or, as {@code for update}, lock rows.
	 */
	private static final Set<String> WRITES = Set.of("insert", "update", "delete", "merge", "into");

	private static final Set<String> BEFORE_SHARE = Set.of("for", "key");

	/**
	 * Functions that write, or whose effect belongs to one server or one connection.
	 */
	private static final Set<String> FUNCTIONS = Set.of("nextval", "setval", "currval", "lastval", "set_config",
			"pg_notify", "txid_current", "pg_current_xact_id", "pg_export_snapshot", "pg_logical_emit_message",
			"pg_cancel_backend", "pg_terminate_backend");

	private static final Set<String> FUNCTION_PREFIXES = Set.of("pg_advisory_", "pg_try_advisory_", "pg_current_wal_",
			"lo_", "dblink");

	private final String text;

	private int position;

	private SqlText(String text) {
		this.text = text;
	}

	/**
	 * Return whether a statement is one query that neither changes nor locks anything, as
	 * far as its text tells.
	 * @param sql SQL of PostgreSQL
	 */
	public static boolean isRead(String sql) {
		SqlText text = new SqlText(sql);
		String first = text.nextWord();
		return first != null && FIRST_OF_READS.contains(first) && !text.mentionsEffect();
	}

	/**
	 * Return whether a query mentions a change, a lock, or a function with an effect.
	 * @param query SQL or JPQL
	 */
	public static boolean mentionsEffect(String query) {
		return new SqlText(query).mentionsEffect();
	}

	private boolean mentionsEffect() {
		String previous = "";
		for (String word = nextWord(); word != null; word = nextWord()) {
			if (WRITES.contains(word) || (word.equals("share") && BEFORE_SHARE.contains(previous))
					|| (isFunctionWithEffect(word) && isFollowedByParenthesis())) {
				return true;
			}
			previous = word;
		}
		// What could not be read to its end may be anything.
		return this.position < this.text.length();
	}

	private static boolean isFunctionWithEffect(String word) {
		return FUNCTIONS.contains(word) || FUNCTION_PREFIXES.stream().anyMatch(word::startsWith);
	}

	private boolean isFollowedByParenthesis() {
		int next = this.position;
		while (next < this.text.length() && Character.isWhitespace(this.text.charAt(next))) {
			next++;
		}
		return next < this.text.length() && this.text.charAt(next) == '(';
	}

	/**
	 * Return the next word in lower case, or {@code null} at the end of the text, or
	 * where it goes on with something that is not looked into: a second statement, or a
	 * literal in dollar quotes.
	 */
	private @Nullable String nextWord() {
		while (this.position < this.text.length()) {
			char next = this.text.charAt(this.position);
			if (Character.isJavaIdentifierStart(next) && next != '$') {
				String word = word();
				if (!word.equals("e") || !isAt("'")) {
					return word;
				}
				skipLiteral('\'', true);
			}
			else if (next == '\'' || next == '"') {
				skipLiteral(next, false);
			}
			else if (isAt("--")) {
				skipBehind("\n", 2);
			}
			else if (isAt("/*")) {
				skipBehind("*/", 2);
			}
			else if ((next == '$' && isDollarQuote())
					|| (next == ';' && !this.text.substring(this.position + 1).isBlank())) {
				return null;
			}
			else {
				this.position++;
			}
		}
		return null;
	}

	/**
	 * Return whether a literal such as {@code $$text$$} or {@code $tag$text$tag$} may
	 * begin here, rather than a parameter.
	 */
	private boolean isDollarQuote() {
		int next = this.position + 1;
		return next < this.text.length() && Character.isJavaIdentifierStart(this.text.charAt(next));
	}

	private String word() {
		int start = this.position;
		while (this.position < this.text.length() && Character.isJavaIdentifierPart(this.text.charAt(this.position))) {
			this.position++;
		}
		return this.text.substring(start, this.position).toLowerCase(Locale.ROOT);
	}

	private boolean isAt(String expected) {
		return this.text.startsWith(expected, this.position);
	}

	private void skipBehind(String end, int from) {
		int found = this.text.indexOf(end, this.position + from);
		this.position = (found >= 0) ? found + end.length() : this.text.length();
	}

	/**
	 * Skip a literal. A doubled quote ends one and begins another.
	 */
	private void skipLiteral(char quote, boolean escapes) {
		this.position++;
		while (this.position < this.text.length()) {
			char next = this.text.charAt(this.position++);
			if (next == quote) {
				return;
			}
			if (escapes && next == '\\') {
				this.position++;
			}
		}
	}

}
