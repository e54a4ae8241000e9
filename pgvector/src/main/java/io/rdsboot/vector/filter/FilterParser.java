package io.rdsboot.vector.filter;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.rdsboot.vector.filter.Comparison.Operator;
import io.rdsboot.vector.filter.FilterToken.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Makes a filter of its text, by recursive descent: a method for each rule of the
 * grammar.
 */
final class FilterParser {

	static final int MAX_LENGTH = 10_000;

	/**
	 * A few characters of a user's must not become a hundred thousand digits.
	 */
	private static final int MAX_DIGITS = 1_000;

	private static final Map<String, Operator> OPERATORS = Map.of("=", Operator.EQUAL, "!=", Operator.NOT_EQUAL, "<>",
			Operator.NOT_EQUAL, ">", Operator.GREATER, ">=", Operator.GREATER_OR_EQUAL, "<", Operator.LESS, "<=",
			Operator.LESS_OR_EQUAL);

	private final String text;

	private final FilterLexer lexer;

	private FilterToken token;

	private int nesting;

	private FilterParser(String text) {
		this.text = text;
		this.lexer = new FilterLexer(text);
		this.token = this.lexer.next();
	}

	static MetadataFilter parse(@Nullable String text) {
		if (text == null) {
			throw new IllegalArgumentException("Text of a metadata filter must not be null");
		}
		if (text.length() > MAX_LENGTH) {
			throw new FilterSyntaxException(text, MAX_LENGTH,
					"a filter must have at most %d characters, but has %d".formatted(MAX_LENGTH, text.length()), null);
		}
		FilterParser parser = new FilterParser(text);
		MetadataFilter filter = parser.disjunction();
		if (parser.token.kind() != Kind.END) {
			throw parser.expected("'and', 'or' or the end");
		}
		return filter;
	}

	private MetadataFilter disjunction() {
		int start = this.token.position();
		List<MetadataFilter> filters = new ArrayList<>();
		do {
			filters.add(conjunction());
		}
		while (accept(Keyword.OR));
		return checked(start, () -> MetadataFilter.or(filters));
	}

	private MetadataFilter conjunction() {
		int start = this.token.position();
		List<MetadataFilter> filters = new ArrayList<>();
		do {
			filters.add(negation());
		}
		while (accept(Keyword.AND));
		return checked(start, () -> MetadataFilter.and(filters));
	}

	private MetadataFilter negation() {
		int start = this.token.position();
		if (accept(Keyword.NOT)) {
			MetadataFilter filter = nested(start, this::negation);
			return checked(start, () -> MetadataFilter.not(filter));
		}
		if (accept("(")) {
			MetadataFilter filter = nested(start, this::disjunction);
			require(")", "'and', 'or' or ')'");
			return filter;
		}
		return condition();
	}

	private MetadataFilter condition() {
		MetadataKey key = key();
		Operator operator = (this.token.kind() == Kind.SYMBOL) ? OPERATORS.get(this.token.source()) : null;
		if (operator != null) {
			advance();
			int start = this.token.position();
			Object value = value(key);
			return checked(start, () -> new Comparison(key, operator, value));
		}
		int start = this.token.position();
		if (accept(Keyword.IS)) {
			return checked(start, () -> presence(key));
		}
		boolean negated = accept(Keyword.NOT);
		MetadataFilter filter = keywordCondition(key, negated);
		return negated ? checked(start, () -> MetadataFilter.not(filter)) : filter;
	}

	private MetadataFilter presence(MetadataKey key) {
		int start = this.token.position();
		boolean negated = accept(Keyword.NOT);
		MetadataFilter filter;
		if (acceptWord("absent")) {
			filter = key.isAbsent();
		}
		else if (acceptWord("json")) {
			require(Keyword.NULL, "'null' after 'json'");
			filter = key.isJsonNull();
		}
		else {
			require(Keyword.NULL, negated ? "'null', 'absent' or 'json null'"
					: "'null', 'absent' or 'json null', or the same after 'not'");
			return negated ? key.exists() : key.isNull();
		}
		return negated ? checked(start, () -> MetadataFilter.not(filter)) : filter;
	}

	private MetadataFilter keywordCondition(MetadataKey key, boolean negated) {
		int start = this.token.position();
		if (accept(Keyword.IN)) {
			List<Object> values = values(key);
			return checked(start, () -> key.in(values));
		}
		if (accept(Keyword.BETWEEN)) {
			Object low = value(key);
			require(Keyword.AND, "'and' between the bounds");
			Object high = value(key);
			return checked(start, () -> key.between(low, high));
		}
		if (accept(Keyword.LIKE)) {
			FilterToken pattern = this.token;
			if (pattern.kind() != Kind.STRING) {
				throw expected("a pattern in single quotes, as in 'a%'");
			}
			advance();
			return checked(pattern.position(), () -> key.like(pattern.value()));
		}
		if (accept(Keyword.CONTAINS)) {
			Object element = value(key);
			return checked(start, () -> key.contains(element));
		}
		if (accept(Keyword.EXISTS)) {
			return checked(start, key::exists);
		}
		String expected = negated ? "'in', 'between', 'like', 'contains' or 'exists'"
				: "a comparison with the key, such as =, in, like or exists";
		throw isWord(this.token, "ilike") ? expected(expected, "without case it is lower(key) like 'a%'")
				: expected(expected);
	}

	/**
	 * Read the names of a key, with dots between them, and around them what makes their
	 * case not matter.
	 */
	private MetadataKey key() {
		FilterToken first = this.token;
		String expected = "a key, 'not' or '('";
		if (first.kind() == Kind.KEYWORD) {
			throw expected(expected, "a key of this name stands in double quotes");
		}
		if (first.kind() == Kind.STRING) {
			throw expected(expected, "a key stands in double quotes, or in none");
		}
		if (first.kind() != Kind.KEY) {
			throw expected(expected);
		}
		advance();
		if (isWord(first, "lower") && accept("(")) {
			MetadataKey key = path(name("a key in lower()")).ignoringCase();
			require(")", "'.' and a name, or ')' after the key");
			return key;
		}
		return path(checked(first.position(), () -> FilterValidation.requireName(first.value())));
	}

	private MetadataKey path(String first) {
		int start = this.token.position();
		List<String> names = new ArrayList<>(List.of(first));
		while (accept(".")) {
			names.add(name("a name after the dot"));
		}
		return checked(start, () -> new MetadataKey(names, false));
	}

	private String name(String expected) {
		FilterToken name = this.token;
		if (name.kind() != Kind.KEY && name.kind() != Kind.KEYWORD) {
			throw expected(expected, "one of other characters than letters, digits, _ and - stands in double quotes");
		}
		advance();
		return checked(name.position(), () -> FilterValidation.requireName(name.value()));
	}

	private List<Object> values(MetadataKey key) {
		require("(", "'(' before the values");
		List<Object> values = new ArrayList<>();
		if (accept(")")) {
			return values;
		}
		do {
			values.add(value(key));
		}
		while (accept(","));
		require(")", "',' or ')'");
		return values;
	}

	private Object value(MetadataKey key) {
		FilterToken value = this.token;
		if (value.is(Keyword.NULL)) {
			throw expected("a value", "rows without one are found with 'is null'");
		}
		if (isWord(value, "timestamp")) {
			advance();
			return moment();
		}
		if (value.kind() == Kind.KEY) {
			throw expected("a value", "text stands in single quotes, as in 'text'");
		}
		Object raw = switch (value.kind()) {
			case STRING -> value.value();
			case NUMBER -> number(value);
			default -> {
				if (!value.is(Keyword.TRUE) && !value.is(Keyword.FALSE)) {
					throw expected("a value, such as 'text', 42 or true");
				}
				yield value.is(Keyword.TRUE);
			}
		};
		advance();
		return checked(value.position(), () -> FilterValidation.value(key, raw));
	}

	private Instant moment() {
		FilterToken time = this.token;
		String expected = "a time after 'timestamp', as in timestamp '2026-01-31T12:30:00Z'";
		if (time.kind() != Kind.STRING) {
			throw expected(expected);
		}
		try {
			Instant moment = MetadataTimes.moment(time.value());
			advance();
			return moment;
		}
		catch (DateTimeException ex) {
			throw expected(expected);
		}
	}

	private BigDecimal number(FilterToken number) {
		try {
			BigDecimal value = new BigDecimal(number.value());
			if (value.scale() > MAX_DIGITS || (long) value.precision() - value.scale() > MAX_DIGITS) {
				throw new FilterSyntaxException(this.text, number.position(),
						"expected a number of at most %d digits before and behind the decimal point"
							.formatted(MAX_DIGITS),
						null);
			}
			return value;
		}
		catch (NumberFormatException ex) {
			throw new FilterSyntaxException(this.text, number.position(), "expected a number with a smaller exponent",
					ex);
		}
	}

	/**
	 * Texts nest without end, the stack does not.
	 */
	private MetadataFilter nested(int start, Supplier<MetadataFilter> rule) {
		if (++this.nesting > FilterBounds.MAX_DEPTH) {
			throw new FilterSyntaxException(this.text, start,
					"a filter must be at most %d deep".formatted(FilterBounds.MAX_DEPTH), null);
		}
		MetadataFilter filter = rule.get();
		this.nesting--;
		return filter;
	}

	/**
	 * Let the model judge, and say where in the text stands what it refuses.
	 */
	private <T> T checked(int position, Supplier<T> part) {
		try {
			return part.get();
		}
		catch (FilterSyntaxException ex) {
			throw ex;
		}
		catch (IllegalArgumentException ex) {
			throw new FilterSyntaxException(this.text, position, String.valueOf(ex.getMessage()), ex);
		}
	}

	private boolean accept(Keyword keyword) {
		return this.token.is(keyword) && advance();
	}

	/**
	 * Accept a word that has its meaning only here, so that keys may have its name.
	 */
	private boolean acceptWord(String word) {
		return isWord(this.token, word) && advance();
	}

	private static boolean isWord(FilterToken token, String word) {
		return token.kind() == Kind.KEY && token.source().equalsIgnoreCase(word);
	}

	private boolean accept(String symbol) {
		return this.token.is(symbol) && advance();
	}

	private void require(Keyword keyword, String expected) {
		if (!accept(keyword)) {
			throw expected(expected);
		}
	}

	private void require(String symbol, String expected) {
		if (!accept(symbol)) {
			throw expected(expected);
		}
	}

	private boolean advance() {
		this.token = this.lexer.next();
		return true;
	}

	private FilterSyntaxException expected(String expected) {
		return new FilterSyntaxException(this.text, this.token.position(),
				"expected %s, but %s".formatted(expected, this.token.described()), null);
	}

	private FilterSyntaxException expected(String expected, String hint) {
		return expected("%s (%s)".formatted(expected, hint));
	}

}
