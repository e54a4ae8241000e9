package io.rdsboot.vector.jdbc.sql;

import java.util.List;

import io.rdsboot.vector.table.KeyType;

/**
 * Takes the parts of a filter's SQL.
 */
public interface FilterWriter {

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
	 * Append what {@code ANY} takes, an array or a query, of a function's results.
	 * @param texts arguments of the function
	 * @param before SQL of the function before its argument
	 * @param after SQL of the function behind its argument
	 */
	FilterWriter anyOf(List<String> texts, String before, String after);

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
