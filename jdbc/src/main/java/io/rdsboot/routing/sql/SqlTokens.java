package io.rdsboot.routing.sql;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Lexer for PostgreSQL's SQL that skips white space and comments. Not thread-safe.
 */
public final class SqlTokens {

	public enum Type {

		/** Keyword or identifier. */
		WORD,

		/** Literal, without its quotes. */
		TEXT,

		/** JDBC's question mark. */
		PARAMETER,

		/** Any other character. */
		SYMBOL,

		/** Nothing, before the first token and after the last one. */
		NONE

	}

	private final String sql;

	private int begin;

	private int position;

	private Type type = Type.NONE;

	private String text = "";

	public SqlTokens(String sql) {
		this.sql = sql;
	}

	/**
	 * Go to the next token.
	 * @return whether there is one
	 */
	public boolean next() {
		skipSpace();
		this.begin = this.position;
		if (this.position >= this.sql.length()) {
			this.type = Type.NONE;
			this.text = "";
			return false;
		}
		char first = this.sql.charAt(this.position);
		if (first == '\'') {
			quoted(Type.TEXT, '\'', false);
		}
		else if (first == '"') {
			quoted(Type.WORD, '"', false);
		}
		else if ((first == 'e' || first == 'E') && at(1) == '\'') {
			this.position++;
			quoted(Type.TEXT, '\'', true);
		}
		else if (Character.isJavaIdentifierStart(first) && first != '$') {
			word();
		}
		else if (!(first == '$' && dollarQuoted())) {
			this.position++;
			this.type = (first == '?') ? Type.PARAMETER : Type.SYMBOL;
			this.text = String.valueOf(first);
		}
		return true;
	}

	private char at(int offset) {
		int index = this.position + offset;
		return (index < this.sql.length()) ? this.sql.charAt(index) : 0;
	}

	private void skipSpace() {
		while (this.position < this.sql.length()) {
			char next = at(0);
			if (Character.isWhitespace(next)) {
				this.position++;
			}
			else if (next == '-' && at(1) == '-') {
				int end = this.sql.indexOf('\n', this.position);
				this.position = (end < 0) ? this.sql.length() : end + 1;
			}
			else if (next == '/' && at(1) == '*') {
				skipComment();
			}
			else {
				return;
			}
		}
	}

	/**
	 * Comments nest in PostgreSQL.
	 */
	private void skipComment() {
		int depth = 0;
		do {
			if (at(0) == '/' && at(1) == '*') {
				depth++;
				this.position += 2;
			}
			else if (at(0) == '*' && at(1) == '/') {
				depth--;
				this.position += 2;
			}
			else {
				this.position++;
			}
		}
		while (depth > 0 && this.position < this.sql.length());
	}

	private void quoted(Type type, char quote, boolean escapes) {
		StringBuilder content = new StringBuilder();
		this.position++;
		while (this.position < this.sql.length()) {
			char next = at(0);
			if (escapes && next == '\\') {
				this.position++;
				next = at(0);
			}
			else if (next == quote) {
				if (at(1) != quote) {
					break;
				}
				this.position++;
			}
			content.append(next);
			this.position++;
		}
		this.position++;
		this.type = type;
		this.text = content.toString();
	}

	private void word() {
		int begin = this.position;
		while (Character.isJavaIdentifierPart(at(0)) && at(0) != 0) {
			this.position++;
		}
		this.type = Type.WORD;
		this.text = this.sql.substring(begin, this.position).toLowerCase(Locale.ROOT);
	}

	private boolean dollarQuoted() {
		int tagEnd = this.sql.indexOf('$', this.position + 1);
		if (tagEnd < 0 || !isTag(this.sql.substring(this.position + 1, tagEnd))) {
			return false;
		}
		String tag = this.sql.substring(this.position, tagEnd + 1);
		int end = this.sql.indexOf(tag, tagEnd + 1);
		end = (end < 0) ? this.sql.length() : end;
		this.type = Type.TEXT;
		this.text = this.sql.substring(tagEnd + 1, end);
		this.position = Math.min(this.sql.length(), end + tag.length());
		return true;
	}

	private static boolean isTag(String tag) {
		return tag.isEmpty() || (!Character.isDigit(tag.charAt(0))
				&& tag.chars().allMatch((each) -> each != '$' && Character.isJavaIdentifierPart(each)));
	}

	/**
	 * Return whether the current token is a word, or one of some words.
	 */
	public boolean isWord(String... words) {
		if (this.type == Type.WORD) {
			for (String word : words) {
				if (word.equals(this.text)) {
					return true;
				}
			}
		}
		return false;
	}

	public boolean isSymbol(char symbol) {
		return this.type == Type.SYMBOL && this.text.charAt(0) == symbol;
	}

	/**
	 * Return where the current token begins in the SQL.
	 */
	public int begin() {
		return this.begin;
	}

	/**
	 * Return where the current token ends in the SQL, exclusive.
	 */
	public int end() {
		return Math.min(this.position, this.sql.length());
	}

	public Type type() {
		return this.type;
	}

	/**
	 * Return the current token: words in lower case unless they were quoted. Empty at the
	 * end.
	 */
	public String text() {
		return this.text;
	}

	/**
	 * Return the current token if it is a literal.
	 */
	@Nullable String literal() {
		return (this.type == Type.TEXT) ? this.text : null;
	}

}
