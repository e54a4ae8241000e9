package io.rdsboot.vector.filter;

import io.rdsboot.vector.filter.FilterToken.Kind;

/**
 * Cuts a filter's text into tokens.
 */
final class FilterLexer {

	private static final String WHITESPACE = " \t\r\n";

	private static final String TYPOGRAPHIC_QUOTES = "\u2018\u2019\u201A\u201C\u201D\u201E";

	private final String text;

	private int position;

	FilterLexer(String text) {
		this.text = text;
	}

	/**
	 * Return the next token.
	 * @return the token, of kind {@code END} once there is none
	 * @throws FilterSyntaxException if no token begins or ends so
	 */
	FilterToken next() {
		while (WHITESPACE.indexOf(peek(0)) >= 0) {
			this.position++;
		}
		char character = peek(0);
		if (this.position == this.text.length()) {
			return token(Kind.END, this.position, "");
		}
		if (character == '\'') {
			return quoted(Kind.STRING, "a text");
		}
		if (character == '"') {
			return quoted(Kind.KEY, "a key");
		}
		if (isDigit(character) || character == '-') {
			return number();
		}
		return isWordStart(character) ? word() : symbol(character);
	}

	private FilterToken quoted(Kind kind, String what) {
		int start = this.position;
		char quote = peek(0);
		StringBuilder value = new StringBuilder();
		this.position++;
		while (peek(0) != quote || peek(1) == quote) {
			if (this.position >= this.text.length()) {
				throw problem(start, "%s begins here and does not end, expected a closing %s".formatted(what, quote));
			}
			value.append(peek(0));
			this.position += (peek(0) == quote) ? 2 : 1;
		}
		this.position++;
		return token(kind, start, value.toString());
	}

	private FilterToken number() {
		int start = this.position;
		if (peek(0) == '-') {
			this.position++;
		}
		digits("a digit after the minus sign");
		if (peek(0) == '.') {
			this.position++;
			digits("a digit after the decimal point");
		}
		if (peek(0) == 'e' || peek(0) == 'E') {
			this.position += (peek(1) == '-' || peek(1) == '+') ? 2 : 1;
			digits("a digit of the exponent");
		}
		if (isWordPart(peek(0)) || peek(0) == '.') {
			throw problem(this.position, "expected the end of the number, but found '%s'".formatted(peek(0)));
		}
		return token(Kind.NUMBER, start, this.text.substring(start, this.position));
	}

	private void digits(String expected) {
		if (!isDigit(peek(0))) {
			throw problem(this.position, "expected " + expected);
		}
		while (isDigit(peek(0))) {
			this.position++;
		}
	}

	private FilterToken word() {
		int start = this.position;
		while (isWordPart(peek(0)) || peek(0) == '-') {
			this.position++;
		}
		String word = this.text.substring(start, this.position);
		return token((Keyword.of(word) != null) ? Kind.KEYWORD : Kind.KEY, start, word);
	}

	private FilterToken symbol(char character) {
		int start = this.position;
		char following = peek(1);
		if (character == '=' && following == '=') {
			throw problem(start, "unexpected characters '==': 'equals' is written =");
		}
		boolean comparison = character == '<' || character == '>' || character == '!';
		if ((comparison && following == '=') || (character == '<' && following == '>')) {
			this.position += 2;
		}
		else if ("=<>(),.".indexOf(character) >= 0) {
			this.position++;
		}
		else {
			throw problem(start, unexpected(this.text.codePointAt(start)));
		}
		return token(Kind.SYMBOL, start, this.text.substring(start, this.position));
	}

	private static String unexpected(int character) {
		String shown = SafeText.isVisible(character) ? "'%s'".formatted(Character.toString(character))
				: "U+%04X".formatted(character);
		if (TYPOGRAPHIC_QUOTES.indexOf(character) >= 0) {
			return "unexpected character %s: quotes are straight, as in 'text'".formatted(shown);
		}
		return switch (character) {
			case '!' -> "unexpected character '!': 'differs from' is written !=, and a negation not";
			case '[' -> "unexpected character '[': a list stands in parentheses";
			case '&' -> "unexpected character '&': filters are joined with 'and'";
			case '|' -> "unexpected character '|': filters are joined with 'or'";
			default ->
				"unexpected character %s: a key with such a character stands in double quotes, a text in single quotes"
					.formatted(shown);
		};
	}

	/**
	 * Return a character that has not been read yet.
	 * @param offset how many others stand before it
	 * @return the character, or NUL after the end
	 */
	private char peek(int offset) {
		int index = this.position + offset;
		return (index < this.text.length()) ? this.text.charAt(index) : '\0';
	}

	private FilterToken token(Kind kind, int start, String value) {
		return new FilterToken(kind, this.text.substring(start, this.position), value, start);
	}

	private FilterSyntaxException problem(int position, String problem) {
		return new FilterSyntaxException(this.text, position, problem, null);
	}

	private static boolean isWordStart(char character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
	}

	private static boolean isWordPart(char character) {
		return isWordStart(character) || isDigit(character);
	}

	private static boolean isDigit(char character) {
		return character >= '0' && character <= '9';
	}

}
