package io.rdsboot.vector;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

import io.rdsboot.vector.table.KeyType;
import org.jspecify.annotations.Nullable;

/**
 * What values mean, whatever they were written as: texts, numbers, booleans, lists and
 * maps for JSON, and the values of columns. By the documentation alone, without code of
 * the library's.
 */
final class CanonicalValues {

	/** JSON's {@code null}. */
	static final Object NULL = new Object() {

		@Override
		public String toString() {
			return "null";
		}

	};

	/** A number that JSON does not have. */
	static final Object NO_NUMBER = new Object();

	private static final Instant FIRST_TIMESTAMP = Instant.parse("-4713-11-24T00:00:00Z");

	private static final Instant TIMESTAMP_END = Instant.parse("+294277-01-01T00:00:00Z");

	private CanonicalValues() {
	}

	/**
	 * Returns what a value is in JSON.
	 */
	static Object json(@Nullable Object value) {
		if (value == null) {
			return NULL;
		}
		if (value instanceof Optional<?> optional) {
			return json(optional.orElse(null));
		}
		if (value instanceof Boolean) {
			return value;
		}
		if (value instanceof Number number) {
			return number(number);
		}
		if (value instanceof Map<?, ?> map) {
			Map<String, Object> members = new TreeMap<>();
			map.forEach((key, member) -> members
				.put((key instanceof Enum<?> constant) ? constant.name() : String.valueOf(key), json(member)));
			return members;
		}
		if (value instanceof HostileValues.Point point) {
			return new TreeMap<>(Map.of("x", json(point.x()), "name", point.name()));
		}
		if (value instanceof byte[] bytes) {
			return Base64.getEncoder().encodeToString(bytes);
		}
		if (value instanceof Collection<?> items) {
			List<Object> canonical = new ArrayList<>();
			items.forEach((item) -> canonical.add(json(item)));
			return canonical;
		}
		if (value.getClass().isArray()) {
			List<Object> canonical = new ArrayList<>();
			for (int i = 0; i < Array.getLength(value); i++) {
				canonical.add(json(Array.get(value, i)));
			}
			return canonical;
		}
		Instant moment = moment(value);
		if (moment != null) {
			return moment.toString();
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		return (value instanceof LocalDateTime time) ? isoText(time.toLocalDate(), time.toLocalTime())
				: (value instanceof LocalTime time) ? isoText(time) : String.valueOf(value);
	}

	/**
	 * Returns the JSON of what {@link #json} returned.
	 */
	static String jsonText(Object json) {
		if (json instanceof Map<?, ?> members) {
			return members.entrySet()
				.stream()
				.map((member) -> quoted(String.valueOf(member.getKey())) + ":" + jsonText(member.getValue()))
				.collect(Collectors.joining(",", "{", "}"));
		}
		if (json instanceof List<?> items) {
			return items.stream().map(CanonicalValues::jsonText).collect(Collectors.joining(",", "[", "]"));
		}
		return (json instanceof String text) ? quoted(text) : String.valueOf(json);
	}

	private static String quoted(String text) {
		StringBuilder quoted = new StringBuilder("\"");
		for (char character : text.toCharArray()) {
			boolean plain = character >= ' ' && character != '"' && character != '\\';
			quoted.append(plain ? String.valueOf(character) : "\\u%04x".formatted((int) character));
		}
		return quoted.append('"').toString();
	}

	private static String isoText(LocalDate date, LocalTime time) {
		return date + "T" + isoText(time);
	}

	private static String isoText(LocalTime time) {
		return (time.getSecond() == 0 && time.getNano() == 0) ? time + ":00" : time.toString();
	}

	private static Object number(Number number) {
		if (!Double.isFinite(number.doubleValue()) && (number instanceof Double || number instanceof Float)) {
			return NO_NUMBER;
		}
		return stripped(new BigDecimal(number.toString()));
	}

	/**
	 * Returns the same for all numbers that are equal.
	 */
	static BigDecimal stripped(BigDecimal number) {
		if (number.precision() < 100) {
			return (number.signum() == 0) ? BigDecimal.ZERO : number.stripTrailingZeros();
		}
		String digits = number.unscaledValue().toString();
		int length = digits.length();
		while (digits.charAt(length - 1) == '0') {
			length--;
		}
		return new BigDecimal(new BigInteger(digits.substring(0, length)), number.scale() - (digits.length() - length));
	}

	@SuppressWarnings("JavaUtilDate")
	private static @Nullable Instant moment(Object value) {
		if (value instanceof OffsetDateTime time) {
			return time.toInstant();
		}
		if (value instanceof ZonedDateTime time) {
			return time.toInstant();
		}
		if (value instanceof Date date) {
			return date.toInstant();
		}
		return (value instanceof Instant instant) ? instant : null;
	}

	/**
	 * Returns what a value is in a column of a type.
	 * @return the value, or {@code null} if the type does not take it
	 */
	static @Nullable Object column(KeyType type, Object value) {
		return switch (type) {
			case TEXT -> text(value);
			case INTEGER -> whole(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
			case BIGINT -> whole(value, Long.MIN_VALUE, Long.MAX_VALUE);
			case NUMERIC ->
				(value instanceof Number number && number(number) instanceof BigDecimal decimal && isStorable(number))
						? decimal : null;
			case DOUBLE ->
				(value instanceof Number number && number(number) instanceof BigDecimal decimal && isDouble(decimal))
						? decimal : null;
			case BOOLEAN -> (value instanceof Boolean) ? value : null;
			case TIMESTAMPTZ -> timestamp(value);
			case UUID -> uuid(value);
			case TEXT_ARRAY ->
				(value instanceof Collection<?> items && items.stream().allMatch((item) -> text(item) != null))
						? items.stream().map(CanonicalValues::text).toList() : null;
			case JSON -> json(value);
		};
	}

	private static @Nullable String text(@Nullable Object value) {
		boolean text = value instanceof String || value instanceof Enum<?> || value instanceof LocalDate
				|| value instanceof LocalDateTime || value instanceof LocalTime;
		return (text && json(value) instanceof String stored && isStorable(stored)) ? stored : null;
	}

	private static @Nullable Object whole(Object value, long least, long greatest) {
		if (!(value instanceof Number number) || !(number(number) instanceof BigDecimal decimal)) {
			return null;
		}
		boolean fits = decimal.scale() <= 0 && decimal.compareTo(BigDecimal.valueOf(least)) >= 0
				&& decimal.compareTo(BigDecimal.valueOf(greatest)) <= 0;
		return fits ? decimal : null;
	}

	private static boolean isDouble(BigDecimal decimal) {
		double number = decimal.doubleValue();
		return Double.isFinite(number) && new BigDecimal(Double.toString(number)).compareTo(decimal) == 0;
	}

	/**
	 * Returns whether a {@code numeric} has as many digits, zeros at the end included.
	 */
	static boolean isStorable(Number number) {
		BigDecimal decimal = new BigDecimal(number.toString());
		return (long) decimal.precision() - decimal.scale() <= 131_072 && decimal.scale() <= 16_383;
	}

	/**
	 * Returns whether a text survives the way to PostgreSQL: in UTF-8 and without NUL.
	 */
	static boolean isStorable(String text) {
		return text.indexOf('\0') < 0 && text.codePoints().noneMatch((point) -> point >= 0xD800 && point <= 0xDFFF);
	}

	private static @Nullable Object timestamp(Object value) {
		Instant moment = (value instanceof LocalDate date) ? date.atStartOfDay().toInstant(ZoneOffset.UTC)
				: moment(value);
		if (value instanceof String text) {
			try {
				boolean date = !text.toUpperCase(Locale.ROOT).contains("T");
				moment = OffsetDateTime.parse(date ? text + "T00:00:00Z" : text).toInstant();
			}
			catch (DateTimeException ex) {
				return null;
			}
		}
		boolean within = moment != null && !moment.isBefore(FIRST_TIMESTAMP.minusSeconds(1))
				&& moment.isBefore(TIMESTAMP_END);
		return (within && !rounded(moment).isBefore(FIRST_TIMESTAMP) && rounded(moment).isBefore(TIMESTAMP_END))
				? rounded(moment) : null;
	}

	private static Instant rounded(Instant moment) {
		return Instant.ofEpochSecond(moment.getEpochSecond(), (moment.getNano() + 500) / 1000 * 1000L);
	}

	private static @Nullable Object uuid(Object value) {
		try {
			return (value instanceof String text) ? UUID.fromString(text) : (value instanceof UUID) ? value : null;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/**
	 * Returns the values of a vector in pgvector's or PostgreSQL's text form.
	 */
	static float[] floats(String text) {
		if (text.startsWith("[")) {
			String[] values = text.substring(1, text.length() - 1).split(",");
			float[] floats = new float[values.length];
			for (int i = 0; i < values.length; i++) {
				floats[i] = Float.parseFloat(values[i]);
			}
			return floats;
		}
		if (text.startsWith("{")) {
			float[] floats = new float[Integer.parseInt(text.substring(text.indexOf('/') + 1))];
			for (String entry : text.substring(1, text.indexOf('}')).split(",")) {
				if (!entry.isEmpty()) {
					int colon = entry.indexOf(':');
					floats[Integer.parseInt(entry.substring(0, colon)) - 1] = Float
						.parseFloat(entry.substring(colon + 1));
				}
			}
			return floats;
		}
		float[] floats = new float[text.length()];
		for (int i = 0; i < floats.length; i++) {
			floats[i] = text.charAt(i) - '0';
		}
		return floats;
	}

}
