package io.rdsboot.vector.table;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

import io.rdsboot.vector.filter.MetadataTimes;
import io.rdsboot.vector.type.StorableNumber;
import io.rdsboot.vector.type.StorableText;
import org.jspecify.annotations.Nullable;

/**
 * Type of a metadata key that is declared.
 */
public enum KeyType {

	/**
	 * A column of type {@code text}; in Java a {@link String}. An enum constant is
	 * accepted too, as its name, and a local date or time as its text in ISO 8601.
	 */
	TEXT("text", String.class),

	/**
	 * A column of type {@code integer}; in Java an {@link Integer}.
	 */
	INTEGER("integer", Integer.class),

	/**
	 * A column of type {@code bigint}; in Java a {@link Long}.
	 */
	BIGINT("bigint", Long.class),

	/**
	 * A column of type {@code numeric}; in Java a {@link BigDecimal}.
	 */
	NUMERIC("numeric", BigDecimal.class),

	/**
	 * A column of type {@code double precision}; in Java a {@link Double}. Other numbers
	 * are accepted if a double prints as this decimal: {@code 0.1}, but no integer of 20
	 * digits.
	 */
	DOUBLE("double precision", Double.class),

	/**
	 * A column of type {@code boolean}; in Java a {@link Boolean}.
	 */
	BOOLEAN("boolean", Boolean.class),

	/**
	 * A column of type {@code timestamp with time zone}; in Java an {@link Instant}, of
	 * which PostgreSQL keeps microseconds. An {@link OffsetDateTime}, a
	 * {@link java.time.ZonedDateTime}, a {@link java.util.Date} and a text in ISO 8601
	 * are accepted too, and a date alone, as {@link LocalDate} or as text, for its first
	 * moment in UTC.
	 */
	TIMESTAMPTZ("timestamp with time zone", Instant.class),

	/**
	 * A column of type {@code uuid}; in Java a {@link UUID}. Its text is accepted too.
	 */
	UUID("uuid", UUID.class),

	/**
	 * A column of type {@code text[]}; in Java a {@link List} of {@link String}. What
	 * {@link #TEXT} accepts is accepted as an element too.
	 */
	TEXT_ARRAY("text[]", List.class),

	/**
	 * No column: the key stays a member of the {@code jsonb} metadata, of whatever type.
	 */
	JSON("jsonb", Object.class);

	private static final Instant MIN_TIMESTAMP = Instant.parse("-4713-11-24T00:00:00Z");

	private static final Instant TIMESTAMP_END = Instant.parse("+294277-01-01T00:00:00Z");

	private static final int MICRO = 1_000;

	private final String sqlType;

	private final Class<?> javaType;

	KeyType(String sqlType, Class<?> javaType) {
		this.sqlType = sqlType;
		this.javaType = javaType;
	}

	/**
	 * Return the name of the column's type in SQL.
	 * @return the SQL type
	 */
	public String sqlType() {
		return this.sqlType;
	}

	/**
	 * Return the class of the values in Java.
	 * @return the Java type
	 */
	public Class<?> javaType() {
		return this.javaType;
	}

	/**
	 * Return a value as this type has it in Java: a whole number of another class, a
	 * number as text's JSON would have it, the text of a {@link UUID}.
	 * @param value the value
	 * @return the value, of the {@link #javaType() Java type}
	 * @throws IllegalArgumentException if the value does not fit; the message says why,
	 * such as {@code is a java.lang.String, but must be a java.lang.Integer}
	 */
	public Object convert(@Nullable Object value) {
		Object converted = null;
		try {
			converted = switch (this) {
				case TEXT -> (value instanceof CharSequence text) ? text.toString() : textOf(value);
				case INTEGER -> (value instanceof Number number) ? exact(number).intValueExact() : null;
				case BIGINT -> (value instanceof Number number) ? exact(number).longValueExact() : null;
				case NUMERIC -> (value instanceof Number number) ? storable(exact(number)) : null;
				case DOUBLE -> (value instanceof Number number) ? toDouble(exact(number)) : null;
				case BOOLEAN -> (value instanceof Boolean) ? value : null;
				case TIMESTAMPTZ -> storable(toInstant(value));
				case UUID -> (value instanceof String text) ? java.util.UUID.fromString(text)
						: (value instanceof UUID) ? value : null;
				case TEXT_ARRAY -> toStrings(value);
				case JSON -> value;
			};
		}
		catch (ArithmeticException | DateTimeException | IllegalArgumentException ex) {
			throw new IllegalArgumentException("is '%s', which is no %s".formatted(value, this.sqlType), ex);
		}
		if (converted == null) {
			throw new IllegalArgumentException((value == null) ? "is null" : "is a %s, but must be a %s".formatted(
					value.getClass().getName(), (this == TEXT_ARRAY) ? "list of texts" : this.javaType.getName()));
		}
		requireStorable(converted);
		return converted;
	}

	/**
	 * Refuse texts that PostgreSQL would refuse, or take for another text.
	 */
	private void requireStorable(Object converted) {
		if (this == TEXT) {
			requireStorable((String) converted);
		}
		else if (this == TEXT_ARRAY) {
			((List<?>) converted).forEach((item) -> requireStorable((String) item));
		}
	}

	private static void requireStorable(String text) {
		StorableText.Problem problem = StorableText.problem(text);
		if (problem != null) {
			throw new IllegalArgumentException("has %s at index %d, which PostgreSQL cannot store"
				.formatted(problem.description(), problem.index()));
		}
	}

	private static Double toDouble(BigDecimal number) {
		double converted = number.doubleValue();
		if (!Double.isFinite(converted) || new BigDecimal(Double.toString(converted)).compareTo(number) != 0) {
			throw new ArithmeticException("no double has this value");
		}
		return converted;
	}

	private static BigDecimal storable(BigDecimal number) {
		if (!StorableNumber.isStorable(number)) {
			throw new ArithmeticException("too many digits for a numeric");
		}
		return number;
	}

	/**
	 * Return what the server keeps: microseconds, rounded here and nowhere else, so that
	 * a filter looks for what was written.
	 */
	private static @Nullable Instant storable(@Nullable Instant instant) {
		if (instant == null) {
			return null;
		}
		if (!instant.isBefore(MIN_TIMESTAMP.minusSeconds(1)) && instant.isBefore(TIMESTAMP_END)) {
			Instant rounded = Instant.ofEpochSecond(instant.getEpochSecond(),
					(instant.getNano() + MICRO / 2) / MICRO * (long) MICRO);
			if (!rounded.isBefore(MIN_TIMESTAMP) && rounded.isBefore(TIMESTAMP_END)) {
				return rounded;
			}
		}
		throw new DateTimeException("out of range of a timestamp with time zone");
	}

	private static BigDecimal exact(Number number) {
		if (number instanceof BigDecimal decimal) {
			return decimal;
		}
		if (number instanceof BigInteger integer) {
			return new BigDecimal(integer);
		}
		return (number instanceof Double || number instanceof Float) ? new BigDecimal(number.toString())
				: BigDecimal.valueOf(number.longValue());
	}

	private static @Nullable Instant toInstant(@Nullable Object value) {
		if (value instanceof String || value instanceof LocalDate) {
			return MetadataTimes.moment(value.toString());
		}
		return (value != null && MetadataTimes.stored(value) instanceof Instant instant) ? instant : null;
	}

	/**
	 * Return the text that stands for a value wherever metadata is text.
	 */
	private static @Nullable String textOf(@Nullable Object value) {
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		return (value instanceof String text) ? text
				: (value != null && MetadataTimes.stored(value) instanceof String time) ? time : null;
	}

	private static @Nullable List<String> toStrings(@Nullable Object value) {
		if (!(value instanceof Collection<?> items)) {
			return null;
		}
		List<String> texts = new ArrayList<>();
		for (Object item : items) {
			String text = textOf(item);
			if (text == null) {
				return null;
			}
			texts.add(text);
		}
		return List.copyOf(texts);
	}

}
