package io.rdsboot.diagnostics.check;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Row of an answer: texts, whole numbers ({@code Long}), fractions ({@code Double}) and
 * truth values by column name. Immutable.
 */
public final class Row {

	/**
	 * Row without columns.
	 */
	public static final Row EMPTY = new Row(Map.of());

	private final Map<String, @Nullable Object> values;

	private Row(Map<String, @Nullable Object> values) {
		this.values = values;
	}

	static Row of(ResultSet results) throws SQLException {
		Map<String, @Nullable Object> values = new LinkedHashMap<>();
		ResultSetMetaData columns = results.getMetaData();
		for (int column = 1; column <= columns.getColumnCount(); column++) {
			values.put(columns.getColumnLabel(column), value(results.getObject(column)));
		}
		return new Row(values);
	}

	private static @Nullable Object value(@Nullable Object value) {
		if (value instanceof BigDecimal decimal) {
			return decimal.doubleValue();
		}
		if (value instanceof Float || value instanceof Double) {
			return ((Number) value).doubleValue();
		}
		if (value instanceof Number number) {
			return number.longValue();
		}
		return (value == null || value instanceof Boolean) ? value : value.toString();
	}

	/**
	 * Return a copy with another value in a column, which is added where there is none.
	 */
	public Row with(String column, @Nullable Object value) {
		Map<String, @Nullable Object> changed = new LinkedHashMap<>(this.values);
		changed.put(column, value);
		return new Row(changed);
	}

	/**
	 * Return whether a column has a value.
	 */
	public boolean has(String column) {
		return this.values.get(column) != null;
	}

	/**
	 * Return a text, or an empty one for {@code NULL}.
	 */
	public String text(String column) {
		return Objects.toString(this.values.get(column), "");
	}

	/**
	 * Return a whole number, or 0 for {@code NULL}.
	 */
	public long number(String column) {
		return (this.values.get(column) instanceof Number number) ? number.longValue() : 0;
	}

	/**
	 * Return a fraction, or 0 for {@code NULL}.
	 */
	public double fraction(String column) {
		return (this.values.get(column) instanceof Number number) ? number.doubleValue() : 0;
	}

	/**
	 * Return a truth value, {@code false} for {@code NULL}.
	 */
	public boolean is(String column) {
		return Boolean.TRUE.equals(this.values.get(column));
	}

	/**
	 * Return all values by column.
	 */
	public Map<String, @Nullable Object> values() {
		return Collections.unmodifiableMap(this.values);
	}

	/**
	 * Return all values, with the name of the instance first.
	 */
	Map<String, @Nullable Object> shown(String instance) {
		Map<String, @Nullable Object> shown = new LinkedHashMap<>();
		shown.put("instance", instance);
		shown.putAll(this.values);
		return Collections.unmodifiableMap(shown);
	}

	@Override
	public String toString() {
		return this.values.toString();
	}

}
