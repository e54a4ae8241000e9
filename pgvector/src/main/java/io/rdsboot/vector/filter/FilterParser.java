package io.rdsboot.vector.filter;

import java.math.BigDecimal;
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
		String key = key();
		Operator operator = (this.token.kind() == Kind.SYMBOL) ? OPERATORS.get(this.token.source()) : null;
		if (operator != null) {
			advance();
			int start = this.token.position();
			Object value = value(key);
			return checked(start, () -> new Comparison(key, operator, value));
		}
		if (accept(Keyword.IS)) {
			boolean negated = accept(Keyword.NOT);
			require(Keyword.NULL, negated ? "'null'" : "'null' or 'not null'");
			return negated ? MetadataFilter.exists(key) : MetadataFilter.isNull(key);
		}
		int start = this.token.position();
		boolean negated = accept(Keyword.NOT);
		MetadataFilter filter = keywordCondition(key, negated);
		return negated ? checked(start, () -> MetadataFilter.not(filter)) : filter;
	}

	private MetadataFilter keywordCondition(String key, boolean negated) {
		int start = this.token.position();
		if (accept(Keyword.IN)) {
			List<Object> values = values(key);
			return checked(start, () -> MetadataFilter.in(key, values));
		}
		if (accept(Keyword.BETWEEN)) {
			Object low = value(key);
			require(Keyword.AND, "'and' between the bounds");
			Object high = value(key);
			return checked(start, () -> MetadataFilter.between(key, low, high));
		}
		if (accept(Keyword.LIKE)) {
			FilterToken pattern = this.token;
			if (pattern.kind() != Kind.STRING) {
				throw expected("a pattern in single quotes, as in 'a%'");
			}
			advance();
			return checked(pattern.position(), () -> MetadataFilter.like(key, pattern.value()));
		}
		if (accept(Keyword.CONTAINS)) {
			return MetadataFilter.contains(key, value(key));
		}
		if (accept(Keyword.EXISTS)) {
			return MetadataFilter.exists(key);
		}
		throw expected(negated ? "'in', 'between', 'like', 'contains' or 'exists'"
				: "a comparison with the key, such as =, in, like or exists");
	}

	private String key() {
		FilterToken key = this.token;
		if (key.kind() == Kind.KEYWORD) {
			throw expected("a key, 'not' or '('", "a key of this name stands in double quotes");
		}
		if (key.kind() == Kind.STRING) {
			throw expected("a key, 'not' or '('", "a key stands in double quotes, or in none");
		}
		if (key.kind() != Kind.KEY) {
			throw expected("a key, 'not' or '('");
		}
		advance();
		return checked(key.position(), () -> FilterRules.key(key.value()));
	}

	private List<Object> values(String key) {
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

	private Object value(String key) {
		FilterToken value = this.token;
		if (value.is(Keyword.NULL)) {
			throw expected("a value", "rows without one are found with 'is null'");
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
		return checked(value.position(), () -> FilterRules.value(key, raw));
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
		catch (IllegalArgumentException ex) {
			throw new FilterSyntaxException(this.text, position, String.valueOf(ex.getMessage()), ex);
		}
	}

	private boolean accept(Keyword keyword) {
		return this.token.is(keyword) && advance();
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
