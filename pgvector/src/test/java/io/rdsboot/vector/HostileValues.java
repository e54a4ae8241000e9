package io.rdsboot.vector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.annotation.JsonValue;
import io.rdsboot.vector.table.KeyType;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/**
 * Values that somebody may put into a record, most of all those at the edges of what
 * Java, JSON and PostgreSQL can hold.
 */
final class HostileValues {

	private static final Instant FIRST_TIMESTAMP = Instant.parse("-4713-11-24T00:00:00Z");

	private static final Instant TIMESTAMP_END = Instant.parse("+294277-01-01T00:00:00Z");

	private HostileValues() {
	}

	/**
	 * Returns texts: some that PostgreSQL cannot store, some that mean something to SQL,
	 * JSON, COPY or a filter's pattern, and ordinary ones.
	 */
	static Arbitrary<String> texts() {
		return Arbitraries.frequencyOf(Tuple.of(8, Arbitraries.strings().alpha().ofMaxLength(8)),
				Tuple.of(4, Arbitraries.strings().all().ofMaxLength(12)),
				Tuple.of(6,
						Arbitraries.of("", " ", "a b c", "\uDBFF\uDFFF", "null", "NULL", "\\N", "\\.", "\\", "'", "\"",
								"{}", "{\"a\":1}", "[1,2]", "%", "_", "a'); DROP TABLE x; --", "true", "1E+2000", "NaN",
								"2026-01-31", "2026-01-31T10:00:00Z", "\r\n", "\t", "\uFEFFa", "\u202Eabc", "e\u0301",
								"\u00e9", "K", "I\u0307", "$1", "?", "??", "::text", ":name", "\uFFFF", "\u007F",
								"\u0001", "https://example.com/a-b/c?d=e", "well-known-word", "a.b")),
				Tuple.of(1, Arbitraries.of("a\u0000b", "\uD800", "a\uDC00", "\uDC00\uD800", "\u0000")),
				Tuple.of(1, Arbitraries.of(800, 867, 868, 2_600, 2_601, 5_000, 60_000).map(HostileValues::longText)));
	}

	/**
	 * Returns texts that have the same few words, once or often, next to each other or
	 * far away.
	 */
	static Arbitrary<String> sentences() {
		return Arbitraries.of("ant " + "it's ".repeat(20) + "bee", "ant ".repeat(20), "it's bee, ant");
	}

	private static String longText(int length) {
		return ((length % 2 == 0) ? "x" : "\u20AC").repeat(length);
	}

	/**
	 * Returns values of metadata, down to a few levels and sometimes to hundreds.
	 */
	static Arbitrary<Object> values() {
		Arbitrary<Object> scalars = Arbitraries.oneOf(texts().map((text) -> (Object) text), numbers(), times(),
				others());
		Arbitrary<Object> lists = scalars.list().ofMaxSize(4).map((items) -> (Object) new ArrayList<>(items));
		Arbitrary<Object> maps = Arbitraries.maps(texts(), scalars)
			.ofMaxSize(3)
			.map((members) -> (Object) new LinkedHashMap<>(members));
		Arbitrary<Object> nested = Arbitraries.maps(texts(), Arbitraries.oneOf(lists, maps))
			.ofMaxSize(2)
			.map((members) -> (Object) new LinkedHashMap<>(members));
		return Arbitraries.frequencyOf(Tuple.of(10, scalars), Tuple.of(2, lists), Tuple.of(1, maps),
				Tuple.of(1, nested), Tuple.of(1, Arbitraries.of(90, 498, 499, 500, 600).map(HostileValues::deep)));
	}

	private static Object deep(int levels) {
		Object value = "bottom";
		for (int i = 0; i < levels; i++) {
			value = (i % 2 == 0) ? List.of(value) : Map.of("m", value);
		}
		return value;
	}

	/**
	 * Returns values that a key of a type takes, and a few that it does not.
	 */
	static Arbitrary<Object> values(KeyType type) {
		Arbitrary<Object> fitting = switch (type) {
			case TEXT -> Arbitraries.frequencyOf(Tuple.of(9, texts().map((text) -> text)),
					Tuple.of(1, Arbitraries.of(Colour.RED, Colour.GREEN, LocalDate.of(2026, 1, 31))));
			case INTEGER -> Arbitraries.integers().map((number) -> number);
			case BIGINT -> Arbitraries.oneOf(Arbitraries.longs().map((number) -> (Object) number),
					Arbitraries.of(BigInteger.TEN, 1.0, new BigDecimal("1E+3"), new AtomicLong(3), (byte) 1));
			case NUMERIC, DOUBLE -> numbers();
			case BOOLEAN -> Arbitraries.of(true, false);
			case TIMESTAMPTZ ->
				Arbitraries.oneOf(times(), Arbitraries.of("2026-01-31T10:00:00+01:00", "2026-01-31", "yesterday"));
			case UUID -> Arbitraries.of(new UUID(0, 0), new UUID(-1, -1), new UUID(Long.MIN_VALUE, 7),
					"123e4567-e89b-12d3-a456-426614174000", "no uuid");
			case TEXT_ARRAY -> Arbitraries.oneOf(texts().list().ofMaxSize(3).map(ArrayList::new),
					Arbitraries.of(List.of("it's \\ \"a\", {b}", ""), List.of(Colour.RED, Colour.GREEN, "a")));
			case JSON -> values();
		};
		return Arbitraries.frequencyOf(Tuple.of(12, fitting), Tuple.of(1, values()));
	}

	/**
	 * Returns numbers of every class.
	 */
	static Arbitrary<Object> numbers() {
		return Arbitraries.frequencyOf(Tuple.of(40, Arbitraries.integers().map((number) -> (Object) number)),
				Tuple.of(20, Arbitraries.longs().map((number) -> (Object) number)),
				Tuple.of(20, Arbitraries.doubles().map((number) -> (Object) number)),
				Tuple.of(20, Arbitraries.bigDecimals().ofScale(30).map((number) -> (Object) number)),
				Tuple.of(60,
						Arbitraries.of((short) 7, (byte) -1, 0.1f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, -0.0,
								Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, Double.NEGATIVE_INFINITY,
								BigInteger.TWO.pow(200), BigInteger.TEN.pow(1200), new BigDecimal("1E+2000"),
								new BigDecimal("1E-2000"), new BigDecimal("1.50"), new BigDecimal("1".repeat(1200)),
								new BigDecimal("7".repeat(5_000)), new BigDecimal("7".repeat(5_001)), new AtomicLong(5),
								Long.MAX_VALUE, Integer.MIN_VALUE, 9_007_199_254_740_993L, 1e16, 123456789.123456789,
								BigDecimal.ONE, BigDecimal.ZERO, BigDecimal.TEN, new BigDecimal("-0.001"))),
				Tuple.of(1,
						Arbitraries.of(BigDecimal.ONE.scaleByPowerOfTen(131_071),
								BigDecimal.ONE.scaleByPowerOfTen(131_072), BigDecimal.ONE.scaleByPowerOfTen(-16_383),
								BigDecimal.ONE.scaleByPowerOfTen(-16_384))));
	}

	/**
	 * Returns dates and times of every class that metadata takes.
	 */
	@SuppressWarnings("JavaUtilDate")
	static Arbitrary<Object> times() {
		return Arbitraries.of(Instant.EPOCH, Instant.parse("2026-01-31T10:00:00.123456789Z"),
				Instant.parse("2026-01-31T10:00:00.123456500Z"), Instant.parse("1969-12-31T23:59:59.999999500Z"),
				Instant.MIN, Instant.MAX, FIRST_TIMESTAMP, FIRST_TIMESTAMP.minusNanos(1), TIMESTAMP_END,
				TIMESTAMP_END.minusNanos(1), TIMESTAMP_END.minusNanos(1_000), LocalDate.of(2026, 1, 31), LocalDate.MIN,
				LocalDateTime.of(2026, 1, 31, 10, 0), LocalTime.of(10, 0, 1),
				OffsetDateTime.of(2026, 1, 31, 10, 0, 0, 1, ZoneOffset.ofHours(5)), OffsetDateTime.MAX,
				ZonedDateTime.of(2026, 1, 31, 10, 0, 0, 0, ZoneOffset.ofHours(-11)), new Date(-1));
	}

	private static Arbitrary<Object> others() {
		return Arbitraries.of(true, false, new UUID(0, 0), new UUID(-1, -1), DayOfWeek.MONDAY, 'c', '\u0000', '\uD800',
				new String[] { "a", "b" }, new String[] { "a\u0000" }, new int[] { 1, 2 }, new double[] { Double.NaN },
				new byte[] { 1, 2 }, new Point(1, "a"), new Point(1, "a\u0000"), Optional.of("x"), Optional.empty(),
				Collections.singletonList(null), Collections.singletonMap("n", null),
				Collections.singletonMap(1, "number"), Arrays.asList("a", null, 1), List.of(), Map.of(),
				Map.of("", Map.of(" ", List.of())), Thread.State.NEW, Colour.RED, List.of(Colour.GREEN, Colour.RED),
				Map.of(Colour.RED, Colour.GREEN));
	}

	/**
	 * An enum that has other texts than its names.
	 */
	enum Colour {

		RED, GREEN {

			@Override
			public String toString() {
				return "verdant";
			}

		};

		@JsonValue
		String code() {
			return "colour " + ordinal();
		}

		@Override
		public String toString() {
			return "a colour";
		}

	}

	/**
	 * A value of an application's own type.
	 *
	 * @param x a number
	 * @param name a text
	 */
	record Point(int x, String name) {

	}

}
