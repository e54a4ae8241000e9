package io.rdsboot.vector.filter;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Key of a metadata value that a condition is about: the name of a member, or those on
 * the way to a member of nested objects. Immutable.
 *
 * <p>
 * The way leads through objects only: an element of an array has no key, and
 * {@link #contains} asks for it. A table that declares a key with dots in its name, as
 * {@code address.city}, means that key wherever names are {@code address} and
 * {@code city}.
 *
 * @param names names from the outermost member to the innermost, at least one and at most
 * 100; a dot is part of a name
 * @param caseIgnored whether texts are compared without regard to the case of letters
 */
public record MetadataKey(List<String> names, boolean caseIgnored) {

	public MetadataKey {
		if (names.isEmpty() || names.size() > FilterBounds.MAX_DEPTH) {
			throw new IllegalArgumentException("Key of a metadata filter must have 1 to %d names, but has %d"
				.formatted(FilterBounds.MAX_DEPTH, names.size()));
		}
		names.forEach(FilterValidation::requireName);
		names = List.copyOf(names);
	}

	/**
	 * Return the key of a member.
	 * @param name name of the member; a dot is part of it
	 * @param members names on the way to a member of nested objects, in order
	 * @return the key
	 */
	public static MetadataKey of(String name, String... members) {
		List<String> names = new ArrayList<>(List.of(FilterValidation.requireName(name)));
		names.addAll(Arrays.asList(members));
		return new MetadataKey(names, false);
	}

	/**
	 * Return this key for comparisons without regard to the case of letters: {@link #eq},
	 * {@link #ne}, {@link #in}, {@link #like} and {@link #contains}, with text. The
	 * server's function {@code lower} makes lower case of both sides, by the collation of
	 * the key's column, or the database's for a member of the {@code jsonb} metadata.
	 * @return the key
	 */
	public MetadataKey ignoringCase() {
		return new MetadataKey(this.names, true);
	}

	/**
	 * Return a filter for rows with this value.
	 * @param value the value
	 * @return the filter
	 */
	public MetadataFilter eq(Object value) {
		return new Comparison(this, Comparison.Operator.EQUAL, value);
	}

	/**
	 * Return a filter for rows with a value other than this.
	 * @param value the value
	 * @return the filter
	 */
	public MetadataFilter ne(Object value) {
		return new Comparison(this, Comparison.Operator.NOT_EQUAL, value);
	}

	/**
	 * Return a filter for rows with a value greater than this.
	 * @param value the value, not a {@code Boolean}
	 * @return the filter
	 */
	public MetadataFilter gt(Object value) {
		return new Comparison(this, Comparison.Operator.GREATER, value);
	}

	/**
	 * Return a filter for rows with this value or a greater one.
	 * @param value the value, not a {@code Boolean}
	 * @return the filter
	 */
	public MetadataFilter gte(Object value) {
		return new Comparison(this, Comparison.Operator.GREATER_OR_EQUAL, value);
	}

	/**
	 * Return a filter for rows with a value less than this.
	 * @param value the value, not a {@code Boolean}
	 * @return the filter
	 */
	public MetadataFilter lt(Object value) {
		return new Comparison(this, Comparison.Operator.LESS, value);
	}

	/**
	 * Return a filter for rows with this value or a lesser one.
	 * @param value the value, not a {@code Boolean}
	 * @return the filter
	 */
	public MetadataFilter lte(Object value) {
		return new Comparison(this, Comparison.Operator.LESS_OR_EQUAL, value);
	}

	/**
	 * Return a filter for rows with a value between two bounds.
	 * @param low least value, included
	 * @param high greatest value, included, of the same type as the least and, for
	 * numbers and instants, not less than it
	 * @return the filter
	 */
	public MetadataFilter between(Object low, Object high) {
		return new Between(this, low, high);
	}

	/**
	 * Return a filter for rows with any of these values.
	 * @param values at most 100,000 values of one type; none hold for no row
	 * @return the filter
	 */
	public MetadataFilter in(Object... values) {
		return new In(this, Arrays.asList(values));
	}

	/**
	 * Return a filter for rows with any of these values.
	 * @param values at most 100,000 values of one type; none hold for no row
	 * @return the filter
	 */
	public MetadataFilter in(Collection<?> values) {
		return new In(this, new ArrayList<>(values));
	}

	/**
	 * Return a filter for rows with an array that has this element.
	 * @param element the element
	 * @return the filter
	 */
	public MetadataFilter contains(Object element) {
		return new Contains(this, element);
	}

	/**
	 * Return a filter for rows with text of this pattern, in which {@code %} stands for
	 * any characters, {@code _} for one, and a backslash takes the meaning from the
	 * character after it.
	 * @param pattern the pattern
	 * @return the filter
	 */
	public MetadataFilter like(String pattern) {
		return new Like(this, pattern);
	}

	/**
	 * Return a filter for rows that have a value for the key.
	 * @return the filter
	 */
	public MetadataFilter exists() {
		return new Exists(this);
	}

	/**
	 * Return a filter for rows that have no value for the key: the member is missing, or
	 * null. It holds where {@link #exists} does not.
	 * @return the filter
	 */
	public MetadataFilter isNull() {
		return new IsNull(this);
	}

	/**
	 * Return a filter for rows in which the member is missing.
	 * @return the filter
	 */
	public MetadataFilter isAbsent() {
		return new IsAbsent(this);
	}

	/**
	 * Return a filter for rows in which the member is there, and JSON's {@code null}.
	 * @return the filter
	 */
	public MetadataFilter isJsonNull() {
		return new IsJsonNull(this);
	}

	/**
	 * Return the names with dots between them.
	 * @return the text, which several keys may have
	 */
	public String dotted() {
		return String.join(".", this.names);
	}

	/**
	 * Return the key as messages show it.
	 */
	String shown() {
		return SafeText.of(dotted());
	}

	/**
	 * Return the text form of this key.
	 */
	@Override
	public String toString() {
		String path = this.names.stream().map(FilterText::name).collect(Collectors.joining("."));
		return this.caseIgnored ? "lower(" + path + ")" : path;
	}

}
