package io.rdsboot.vector.jdbc.sql;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

import io.rdsboot.vector.table.KeyType;

/**
 * Writes a filter with its values as literals, for the definitions of indexes, which can
 * have no bind parameters.
 */
final class LiteralWriter implements FilterWriter {

	private final StringBuilder text = new StringBuilder();

	@Override
	public LiteralWriter append(String sql) {
		this.text.append(sql);
		return this;
	}

	@Override
	public LiteralWriter value(KeyType type, Object value) {
		return append(literal(type, value));
	}

	@Override
	public LiteralWriter anyOf(KeyType type, List<Object> values) {
		return append(values.stream()
			.map((value) -> literal(type, value))
			.collect(Collectors.joining(", ", "ARRAY[", "]::%s[]".formatted(type.sqlType()))));
	}

	@Override
	public LiteralWriter anyOf(List<String> texts, String before, String after) {
		return append(texts.stream()
			.map((text) -> before + literal(KeyType.TEXT, text) + after)
			.collect(Collectors.joining(", ", "ARRAY[", "]::text[]")));
	}

	@Override
	public LiteralWriter jsons(List<String> documents) {
		return append(documents.stream()
			.map((document) -> quote(document) + "::jsonb")
			.collect(Collectors.joining(", ", "ARRAY[", "]::jsonb[]")));
	}

	@Override
	public LiteralWriter json(String json) {
		return append(quote(json) + "::jsonb");
	}

	private static String literal(KeyType type, Object value) {
		if (value instanceof List<?> items) {
			return items.stream()
				.map((item) -> literal(KeyType.TEXT, item))
				.collect(Collectors.joining(", ", "ARRAY[", "]::text[]"));
		}
		String text = (value instanceof BigDecimal number) ? number.toPlainString()
				: (value instanceof Instant instant) ? KeyValues.timestamp(instant) : value.toString();
		return quote(text) + "::" + type.sqlType();
	}

	/**
	 * A backslash means itself or not, as {@code standard_conforming_strings} has it,
	 * unless the literal says which.
	 */
	private static String quote(String text) {
		String quoted = "'" + text.replace("'", "''") + "'";
		return text.contains("\\") ? "E" + quoted.replace("\\", "\\\\") : quoted;
	}

	@Override
	public String toString() {
		return this.text.toString();
	}

}
