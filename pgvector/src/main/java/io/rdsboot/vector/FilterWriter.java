package io.rdsboot.vector;

import java.util.List;

/**
 * Takes the parts of a filter's SQL.
 */
interface FilterWriter {

	/**
	 * Append SQL that holds no value.
	 */
	FilterWriter append(String sql);

	/**
	 * Append a value with its type.
	 * @param type the type, not {@link KeyType#JSON}
	 * @param value a value of its Java type
	 */
	FilterWriter value(KeyType type, Object value);

	/**
	 * Append an array of values with its type.
	 * @param type the type of the elements
	 * @param values values of its Java type
	 */
	FilterWriter anyOf(KeyType type, List<Object> values);

	/**
	 * Append what {@code ANY} takes, in lower case: an array or a query.
	 * @param texts texts
	 */
	FilterWriter anyLowered(List<String> texts);

	/**
	 * Append an array of values of type {@code jsonb}.
	 * @param documents their texts
	 */
	FilterWriter jsons(List<String> documents);

	/**
	 * Append a value of type {@code jsonb}.
	 * @param document its text
	 */
	FilterWriter json(String document);

}
