package io.rdsboot.vector.filter;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Condition on the metadata of a row. Immutable, and equal to every filter of the same
 * content.
 *
 * <p>
 * A key given as text is the name of one metadata member; a dot is part of the name. A
 * {@link #key} leads to members of nested objects. A value is a {@link String},
 * {@link Boolean}, {@link UUID}, an enum constant (kept as its name), a date or time
 * ({@link Instant}; {@link OffsetDateTime}, {@link java.time.ZonedDateTime} and
 * {@link java.util.Date}, kept as the {@code Instant} that they stand for;
 * {@link java.time.LocalDate}, {@link java.time.LocalDateTime} and
 * {@link java.time.LocalTime}, kept as their text, as metadata is) or a number:
 * {@link Byte}, {@link Short}, {@link Integer}, {@link Long}, {@link Float},
 * {@link Double}, {@link java.math.BigInteger} or {@link java.math.BigDecimal}. Every
 * number is kept as {@code BigDecimal} without trailing zeros, so that {@code 1},
 * {@code 1L} and {@code 1.0} make equal filters; a {@code Float} or {@code Double} counts
 * as the decimal that it prints.
 *
 * <p>
 * A filter either holds for a row or does not, there is no third case as with SQL's
 * {@code NULL}: a condition holds only for rows that have a value for its key
 * ({@link #ne} too), but for {@link #isNull}, {@link #isAbsent} and {@link #isJsonNull};
 * {@link #not} holds for exactly those rows for which its operand does not.
 *
 * <p>
 * A filter has at most 1,000 conditions, nested at most 100 deep. Whatever a filter
 * cannot be is refused with an {@link IllegalArgumentException}: a key that is null, a
 * value that is null or of another class, a number that is not finite or has more than
 * 131,072 digits before the point or 16,383 behind it, and text with a NUL character or
 * half a surrogate pair. PostgreSQL can store none of these; whatever it can store, a
 * filter can ask for.
 */
public sealed interface MetadataFilter permits Condition, And, Or, Not {

	/**
	 * Return a key to make a filter of, for what a name alone cannot say: a member of
	 * nested objects, as {@code key("address", "city").eq("Berlin")}, or a comparison
	 * without case, as {@code key("city").ignoringCase().eq("berlin")}.
	 * @param name name of the member; a dot is part of it
	 * @param members names on the way to a member of nested objects, in order
	 * @return the key
	 */
	static MetadataKey key(String name, String... members) {
		return MetadataKey.of(name, members);
	}

	/**
	 * Return a filter for rows with this value.
	 * @param key name of the member
	 * @param value the value
	 * @return the filter
	 */
	static MetadataFilter eq(String key, Object value) {
		return new Comparison(MetadataKey.of(key), Comparison.Operator.EQUAL, value);
	}

	/**
	 * Return a filter for rows with a value other than this.
	 * @param key name of the member
	 * @param value the value
	 * @return the filter
	 */
	static MetadataFilter ne(String key, Object value) {
		return new Comparison(MetadataKey.of(key), Comparison.Operator.NOT_EQUAL, value);
	}

	/**
	 * Return a filter for rows with a value greater than this.
	 * @param key name of the member
	 * @param value the value, not a {@code Boolean}
	 * @return the filter
	 */
	static MetadataFilter gt(String key, Object value) {
		return new Comparison(MetadataKey.of(key), Comparison.Operator.GREATER, value);
	}

	/**
	 * Return a filter for rows with this value or a greater one.
	 * @param key name of the member
	 * @param value the value, not a {@code Boolean}
	 * @return the filter
	 */
	static MetadataFilter gte(String key, Object value) {
		return new Comparison(MetadataKey.of(key), Comparison.Operator.GREATER_OR_EQUAL, value);
	}

	/**
	 * Return a filter for rows with a value less than this.
	 * @param key name of the member
	 * @param value the value, not a {@code Boolean}
	 * @return the filter
	 */
	static MetadataFilter lt(String key, Object value) {
		return new Comparison(MetadataKey.of(key), Comparison.Operator.LESS, value);
	}

	/**
	 * Return a filter for rows with this value or a lesser one.
	 * @param key name of the member
	 * @param value the value, not a {@code Boolean}
	 * @return the filter
	 */
	static MetadataFilter lte(String key, Object value) {
		return new Comparison(MetadataKey.of(key), Comparison.Operator.LESS_OR_EQUAL, value);
	}

	/**
	 * Return a filter for rows with a value between two bounds.
	 * @param key name of the member
	 * @param low least value, included
	 * @param high greatest value, included, of the same type as the least and, for
	 * numbers and instants, not less than it
	 * @return the filter
	 */
	static MetadataFilter between(String key, Object low, Object high) {
		return new Between(MetadataKey.of(key), low, high);
	}

	/**
	 * Return a filter for rows with any of these values.
	 * @param key name of the member
	 * @param values at most 100,000 values of one type; none hold for no row
	 * @return the filter
	 */
	static MetadataFilter in(String key, Object... values) {
		return new In(MetadataKey.of(key), Arrays.asList(values));
	}

	/**
	 * Return a filter for rows with any of these values.
	 * @param key name of the member
	 * @param values at most 100,000 values of one type; none hold for no row
	 * @return the filter
	 */
	static MetadataFilter in(String key, Collection<?> values) {
		return new In(MetadataKey.of(key), new ArrayList<>(values));
	}

	/**
	 * Return a filter for rows with an array that has this element.
	 * @param key name of the member that is an array
	 * @param element the element
	 * @return the filter
	 */
	static MetadataFilter contains(String key, Object element) {
		return new Contains(MetadataKey.of(key), element);
	}

	/**
	 * Return a filter for rows that have a value for the key.
	 * @param key name of the member
	 * @return the filter
	 */
	static MetadataFilter exists(String key) {
		return new Exists(MetadataKey.of(key));
	}

	/**
	 * Return a filter for rows that have no value for the key: the member is missing, or
	 * null. It holds where {@link #exists} does not.
	 * @param key name of the member
	 * @return the filter
	 */
	static MetadataFilter isNull(String key) {
		return new IsNull(MetadataKey.of(key));
	}

	/**
	 * Return a filter for rows in which the member is missing.
	 * @param key name of the member
	 * @return the filter
	 */
	static MetadataFilter isAbsent(String key) {
		return new IsAbsent(MetadataKey.of(key));
	}

	/**
	 * Return a filter for rows in which the member is there, and JSON's {@code null}. No
	 * record can be written so: other writers can, and nested objects may have members
	 * that are null. A declared key with a column never is.
	 * @param key name of the member
	 * @return the filter
	 */
	static MetadataFilter isJsonNull(String key) {
		return new IsJsonNull(MetadataKey.of(key));
	}

	/**
	 * Return a filter for rows with text of this pattern, in which {@code %} stands for
	 * any characters, {@code _} for one, and a backslash takes the meaning from the
	 * character after it.
	 * @param key name of the member
	 * @param pattern the pattern, matched with the case of letters
	 * @return the filter
	 */
	static MetadataFilter like(String key, String pattern) {
		return new Like(MetadataKey.of(key), pattern);
	}

	/**
	 * Return a filter for rows for which all of these filters hold.
	 * @param first a filter
	 * @param second a filter
	 * @param more further filters
	 * @return the filter
	 */
	static MetadataFilter and(MetadataFilter first, MetadataFilter second, MetadataFilter... more) {
		return new And(Stream.concat(Stream.of(first, second), Stream.of(more)).toList());
	}

	/**
	 * Return a filter for rows for which all of these filters hold.
	 * @param filters at least one filter
	 * @return the filter; a single one as it is
	 */
	static MetadataFilter and(Collection<? extends MetadataFilter> filters) {
		return (filters.size() == 1) ? filters.iterator().next() : new And(new ArrayList<>(filters));
	}

	/**
	 * Return a filter for rows for which any of these filters holds.
	 * @param first a filter
	 * @param second a filter
	 * @param more further filters
	 * @return the filter
	 */
	static MetadataFilter or(MetadataFilter first, MetadataFilter second, MetadataFilter... more) {
		return new Or(Stream.concat(Stream.of(first, second), Stream.of(more)).toList());
	}

	/**
	 * Return a filter for rows for which any of these filters holds.
	 * @param filters at least one filter
	 * @return the filter; a single one as it is
	 */
	static MetadataFilter or(Collection<? extends MetadataFilter> filters) {
		return (filters.size() == 1) ? filters.iterator().next() : new Or(new ArrayList<>(filters));
	}

	/**
	 * Return a filter for the rows for which another does not hold.
	 * @param filter the other filter
	 * @return the filter
	 */
	static MetadataFilter not(MetadataFilter filter) {
		return new Not(filter);
	}

	/**
	 * Return a filter for rows for which both this filter and another hold.
	 * @param other the other filter
	 * @return the filter
	 */
	default MetadataFilter and(MetadataFilter other) {
		return new And(Arrays.asList(this, other));
	}

	/**
	 * Return a filter for rows for which this filter or another holds.
	 * @param other the other filter
	 * @return the filter
	 */
	default MetadataFilter or(MetadataFilter other) {
		return new Or(Arrays.asList(this, other));
	}

	/**
	 * Return a filter for the rows for which this one does not hold.
	 * @return the filter
	 */
	default MetadataFilter negate() {
		return new Not(this);
	}

	/**
	 * Return the conditions that this filter is made of.
	 * @return the conditions, from left to right
	 */
	default List<Condition> conditions() {
		List<Condition> conditions = new ArrayList<>();
		FilterBounds.operands(this).forEach((operand) -> conditions.addAll(operand.conditions()));
		return conditions;
	}

	/**
	 * Return the filter that a text stands for. The text may come from anybody: it is
	 * read as a filter and nothing else, and never becomes part of a statement.
	 *
	 * <pre>
	 * tenant = 'acme' and year &gt;= 2020
	 * </pre>
	 *
	 * <p>
	 * Conditions, each on a key:
	 * <ul>
	 * <li>{@code = != <> < <= > >=} and a value;
	 * <li>{@code in ('a', 'b')}, {@code between 1 and 5}, {@code like 'a%'},
	 * {@code contains 'a'}, {@code exists}, and the same after {@code not};
	 * <li>{@code is null}, and {@code is not null} for {@code exists}; {@code is absent},
	 * {@code is json null}, and both after {@code is not}.
	 * </ul>
	 * They are joined with {@code not}, {@code and}, {@code or}, which bind in this
	 * order, and parentheses. The case of these words does not matter.
	 *
	 * <p>
	 * A key is a name, or several with dots between them, which lead to a member of
	 * nested objects: {@code address.city}. A name consists of ASCII letters, digits,
	 * {@code _} and {@code -}, and begins with a letter or {@code _}; any other, and one
	 * that is a word above, stands in double quotes: {@code "address.city"} is one name.
	 * A key in {@code lower()} is compared without case:
	 * {@code lower(address.city) = 'berlin'}.
	 *
	 * <p>
	 * A value is text in single quotes, a decimal number of at most 1,000 digits before
	 * and behind the point, {@code true}, {@code false}, or {@code timestamp} before the
	 * text of a moment: {@code timestamp '2026-01-31T12:30:00+01:00'}. A quote in a
	 * quoted text is written twice. Enum constants, UUIDs and dates are written as text,
	 * and moments may be where the key is declared as {@code timestamptz}.
	 * @param text the text, of at most 10,000 characters
	 * @return the filter
	 * @throws FilterSyntaxException if the text is no filter
	 */
	static MetadataFilter parse(String text) {
		return FilterParser.parse(text);
	}

	/**
	 * Return the text form of this filter. {@link #parse} makes of it an equal filter, in
	 * which UUIDs have become text, unless it is longer, or has a number of more digits,
	 * than {@code parse} allows.
	 */
	@Override
	String toString();

}
