package io.rdsboot.vector.jdbc.sql;

import java.math.BigDecimal;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;

import io.rdsboot.vector.jdbc.copy.BinaryFields;
import io.rdsboot.vector.table.KeyType;
import org.jspecify.annotations.Nullable;

/**
 * Values of typed metadata columns on their way to and from JDBC.
 */
public final class KeyValues {

	/** Timestamps as the server reads them; ISO 8601 has other years before Christ. */
	private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
		.appendValue(ChronoField.YEAR_OF_ERA, 4, 9, SignStyle.NEVER)
		.appendPattern("-MM-dd HH:mm:ss.SSSSSS'+00' G")
		.toFormatter(Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private KeyValues() {
	}

	/**
	 * Set a parameter.
	 * @param value a value of the type's {@link KeyType#javaType() Java type}, or
	 * {@code null}
	 */
	public static void bind(PreparedStatement statement, int parameter, KeyType type, @Nullable Object value)
			throws SQLException {
		if (value == null) {
			statement.setNull(parameter, Types.NULL);
		}
		else if (value instanceof Instant instant) {
			// pgjdbc takes the first moment that the server has for minus infinity.
			statement.setObject(parameter, timestamp(instant), Types.OTHER);
		}
		else if (value instanceof List<?> list) {
			statement.setArray(parameter, statement.getConnection().createArrayOf("text", list.toArray()));
		}
		else {
			statement.setObject(parameter, value);
		}
	}

	/**
	 * Put a value as a field of a row.
	 * @param value what {@link KeyType#convert} accepts, or {@code null}
	 */
	static void put(BinaryFields fields, KeyType type, @Nullable Object value) {
		if (value == null) {
			fields.putNull();
			return;
		}
		Object converted = type.convert(value);
		switch (type) {
			case TEXT -> fields.putText((String) converted);
			case INTEGER -> fields.putInteger((Integer) converted);
			case BIGINT -> fields.putBigint((Long) converted);
			case NUMERIC -> fields.putNumeric((BigDecimal) converted);
			case DOUBLE -> fields.putDouble((Double) converted);
			case BOOLEAN -> fields.putBoolean((Boolean) converted);
			case TIMESTAMPTZ -> fields.putTimestamp((Instant) converted);
			case UUID -> fields.putUuid((UUID) converted);
			case TEXT_ARRAY -> fields.putTextArray(strings(converted));
			case JSON -> throw new IllegalArgumentException("a key of type %s has no column".formatted(type));
		}
	}

	/**
	 * Return a moment as the server reads it, whatever its year.
	 */
	static String timestamp(Instant instant) {
		return TIMESTAMP.format(instant);
	}

	@SuppressWarnings("unchecked")
	static List<String> strings(Object converted) {
		return (List<String>) converted;
	}

	/**
	 * Return values as the driver takes them for an array.
	 * @param values values of the type's {@link KeyType#javaType() Java type}
	 */
	static Object[] toArray(KeyType type, List<Object> values) {
		return (type != KeyType.TIMESTAMPTZ) ? values.toArray()
				: values.stream().map((value) -> timestamp((Instant) value)).toArray();
	}

	/**
	 * Return the value of a column.
	 * @return a value of the type's {@link KeyType#javaType() Java type}, or {@code null}
	 * @throws IllegalArgumentException if the type has no such value in Java, as
	 * {@code numeric} has none for {@code NaN}; the message says why
	 */
	public static @Nullable Object read(ResultSet row, int column, KeyType type) throws SQLException {
		try {
			return readValue(row, column, type);
		}
		catch (SQLException ex) {
			if (isConversion(ex)) {
				throw new IllegalArgumentException(
						"cannot be read as %s: %s".formatted(type.sqlType(), ex.getMessage()), ex);
			}
			throw ex;
		}
	}

	/**
	 * Whether pgjdbc had the value and could not make what was asked for of it.
	 */
	private static boolean isConversion(SQLException ex) {
		return String.valueOf(ex.getSQLState()).matches("(22|07|42).*");
	}

	private static @Nullable Object readValue(ResultSet row, int column, KeyType type) throws SQLException {
		if (type == KeyType.TIMESTAMPTZ) {
			OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
			return (value != null) ? value.toInstant() : null;
		}
		if (type == KeyType.TEXT_ARRAY) {
			Array value = row.getArray(column);
			return (value != null) ? toStrings(value) : null;
		}
		Object value = row.getObject(column, type.javaType());
		if (value instanceof Double number && !Double.isFinite(number)) {
			throw new IllegalArgumentException("is %s, which is no number in metadata".formatted(number));
		}
		return value;
	}

	private static List<String> toStrings(Array value) throws SQLException {
		if (value.getArray() instanceof @Nullable String[] items && Arrays.stream(items).allMatch(Objects::nonNull)) {
			return Arrays.stream(items).map(String::valueOf).toList();
		}
		throw new IllegalArgumentException("is no list of texts: it has nulls or more than one dimension");
	}

}
