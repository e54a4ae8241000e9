package io.rdsboot.vector.filter;

import org.jspecify.annotations.Nullable;

/**
 * Smallest unit of a filter's text.
 *
 * @param kind what it is
 * @param source its characters in the text
 * @param value what they stand for, without quotes
 * @param position index of its first character in the text
 */
record FilterToken(Kind kind, String source, String value, int position) {

	/**
	 * What a token is.
	 */
	enum Kind {

		KEY, KEYWORD, STRING, NUMBER, SYMBOL, END

	}

	boolean is(Keyword keyword) {
		return keyword() == keyword;
	}

	boolean is(String symbol) {
		return this.kind == Kind.SYMBOL && this.source.equals(symbol);
	}

	@Nullable Keyword keyword() {
		return (this.kind == Kind.KEYWORD) ? Keyword.of(this.source) : null;
	}

	/**
	 * Return how a message names the token.
	 * @return the description
	 */
	String described() {
		return (this.kind == Kind.END) ? "the text ends" : "found " + SafeText.of(this.source);
	}

}
