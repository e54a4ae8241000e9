package io.rdsboot.vector.filter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.Year;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.rdsboot.vector.filter.MetadataFilter.and;
import static io.rdsboot.vector.filter.MetadataFilter.between;
import static io.rdsboot.vector.filter.MetadataFilter.contains;
import static io.rdsboot.vector.filter.MetadataFilter.eq;
import static io.rdsboot.vector.filter.MetadataFilter.exists;
import static io.rdsboot.vector.filter.MetadataFilter.gt;
import static io.rdsboot.vector.filter.MetadataFilter.gte;
import static io.rdsboot.vector.filter.MetadataFilter.in;
import static io.rdsboot.vector.filter.MetadataFilter.isAbsent;
import static io.rdsboot.vector.filter.MetadataFilter.isJsonNull;
import static io.rdsboot.vector.filter.MetadataFilter.isNull;
import static io.rdsboot.vector.filter.MetadataFilter.key;
import static io.rdsboot.vector.filter.MetadataFilter.like;
import static io.rdsboot.vector.filter.MetadataFilter.lt;
import static io.rdsboot.vector.filter.MetadataFilter.lte;
import static io.rdsboot.vector.filter.MetadataFilter.ne;
import static io.rdsboot.vector.filter.MetadataFilter.not;
import static io.rdsboot.vector.filter.MetadataFilter.or;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link MetadataFilter} and its nodes.
 */
class MetadataFilterTests {

	private static final MetadataFilter A = eq("a", 1);

	private static final MetadataFilter B = eq("b", 1);

	private static final MetadataFilter C = eq("c", 1);

	static Stream<Arguments> numbers() {
		return Stream.of(Arguments.of((byte) 1, "1"), Arguments.of((short) -1, "-1"), Arguments.of(1L, "1"),
				Arguments.of(1.0, "1"), Arguments.of(-0.0, "0"), Arguments.of(0.1f, "0.1"), Arguments.of(1e3, "1000"),
				Arguments.of(Long.MIN_VALUE, "-9223372036854775808"),
				Arguments.of(new BigInteger("10").pow(20), "100000000000000000000"),
				Arguments.of(new BigDecimal("2.50"), "2.5"), Arguments.of(new BigDecimal("2E+2"), "200"));
	}

	@ParameterizedTest
	@MethodSource("numbers")
	void numberWhenOfAnyClassIsKeptAsItsDecimal(Number number, String decimal) {
		assertThat(((Comparison) eq("a", number)).value()).isEqualTo(new BigDecimal(decimal));
	}

	@Test
	void filterWhenOfEqualNumbersIsEqual() {
		assertThat(eq("a", 1)).isEqualTo(eq("a", 1L)).isEqualTo(eq("a", 1.0)).hasSameHashCodeAs(eq("a", 1.0));
		assertThat(eq("a", 1)).isNotEqualTo(eq("a", "1")).isNotEqualTo(eq("a", true)).isNotEqualTo(eq("b", 1));
		assertThat(eq("a", 1)).isNotEqualTo(ne("a", 1));
	}

	@Test
	void numberWhenDoubleAtItsBoundsIsKept() {
		assertThat(((Comparison) eq("a", Double.MIN_VALUE)).value()).isEqualTo(new BigDecimal("4.9E-324"));
		assertThat(eq("a", -Double.MAX_VALUE)).hasToString("a = -17976931348623157" + "0".repeat(292));
	}

	@Test
	void timeWithAnOffsetIsKeptAsItsInstant() {
		assertThat(gt("at", OffsetDateTime.parse("2026-01-01T02:00:00+02:00")))
			.isEqualTo(gt("at", Instant.parse("2026-01-01T00:00:00Z")));
	}

	@Test
	void filterInsideAnotherOfTheSameKindIsTakenApart() {
		assertThat(A.and(B).and(C)).isEqualTo(and(A, B, C))
			.isEqualTo(A.and(B.and(C)))
			.isEqualTo(new And(List.of(A, B, C)));
		assertThat(A.or(B).or(C)).isEqualTo(or(A, B, C)).isEqualTo(A.or(B.or(C)));
		assertThat(A.or(B).and(C)).isEqualTo(new And(List.of(new Or(List.of(A, B)), C)));
		assertThat(A.negate()).isEqualTo(not(A));
	}

	@Test
	void filterWhenTheOnlyOneIsNotJoined() {
		assertThat(and(List.of(A))).isSameAs(A);
		assertThat(or(List.of(A))).isSameAs(A);
		assertThat(and(List.of(A, B))).isEqualTo(A.and(B));
		assertThat(or(List.of(A, B))).isEqualTo(A.or(B));
	}

	@Test
	void filterDoesNotChangeWithTheCollectionItWasMadeOf() {
		List<Object> values = new ArrayList<>(List.of(1, 2));
		MetadataFilter in = in("a", values);
		List<MetadataFilter> filters = new ArrayList<>(List.of(A, B));
		MetadataFilter and = and(filters);
		values.clear();
		filters.clear();
		assertThat(in).isEqualTo(in("a", 1, 2));
		assertThat(and).isEqualTo(A.and(B));
	}

	static Stream<Arguments> texts() {
		UUID uuid = UUID.fromString("01234567-89ab-cdef-0123-456789abcdef");
		return Stream.of(Arguments.of(eq("tenant", "o'neil"), "tenant = 'o''neil'"),
				Arguments.of(ne("draft", true), "draft != true"), Arguments.of(gt("year", 2020), "year > 2020"),
				Arguments.of(gte("score", 0.5), "score >= 0.5"), Arguments.of(lt("a.b-c", -1), "\"a.b-c\" < -1"),
				Arguments.of(key("a", "b-c", "in", "d e").lt(-1), "a.b-c.\"in\".\"d e\" < -1"),
				Arguments.of(key("a", "b").ignoringCase().eq("X"), "lower(a.b) = 'X'"),
				Arguments.of(isAbsent("a"), "a is absent"), Arguments.of(isJsonNull("a"), "a is json null"),
				Arguments.of(eq("a", RoundingMode.UP), "a = 'UP'"), Arguments.of(lte("_x9", "z"), "_x9 <= 'z'"),
				Arguments.of(eq("owner", uuid), "owner = '01234567-89ab-cdef-0123-456789abcdef'"),
				Arguments.of(lt("at", Instant.EPOCH), "at < timestamp '1970-01-01T00:00:00Z'"),
				Arguments.of(between("year", 2020, 2026), "year between 2020 and 2026"),
				Arguments.of(in("type", "a", "b"), "type in ('a', 'b')"), Arguments.of(in("n", 1), "n in (1)"),
				Arguments.of(in("n"), "n in ()"), Arguments.of(eq("n", -1e-9), "n = -0.000000001"),
				Arguments.of(contains("tags", "x"), "tags contains 'x'"), Arguments.of(exists("tags"), "tags exists"),
				Arguments.of(isNull("tags"), "tags is null"), Arguments.of(like("name", "a\\_%"), "name like 'a\\_%'"),
				Arguments.of(eq("In", ""), "\"In\" = ''"), Arguments.of(eq("say \"hi\"", 1), "\"say \"\"hi\"\"\" = 1"),
				Arguments.of(eq("9", 1), "\"9\" = 1"), Arguments.of(eq("größe", 1), "\"größe\" = 1"),
				Arguments.of(A.and(B).or(C), "(a = 1 and b = 1) or c = 1"),
				Arguments.of(A.or(B).and(C), "(a = 1 or b = 1) and c = 1"), Arguments.of(not(A), "not a = 1"),
				Arguments.of(not(not(A.and(B))), "not not (a = 1 and b = 1)"),
				Arguments.of(not(in("a", 1)).and(B), "not a in (1) and b = 1"));
	}

	@ParameterizedTest
	@MethodSource("texts")
	void filterPrintsItsTextForm(MetadataFilter filter, String text) {
		assertThat(filter).hasToString(text);
	}

	static Stream<Arguments> refusals() {
		String noValue = "Value for key 'a' must not be null: use isNull to find rows without one";
		String tooManyDigits = "Value for key 'a' must have at most 131072 digits before the decimal point and 16383 behind it";
		String unknownClass = "Value for key 'a' must be a String, number, Boolean, UUID, enum, date or time, but is a ";
		String tooDeep = "Metadata filter must be at most 100 deep, but would be 101";
		return Stream.of(refusal(() -> exists(missing()), "Key of a metadata filter must not be null"), refusal(
				() -> eq("a\0b", 1),
				"Key 'a\uFFFDb' of a metadata filter has a NUL character at index 1, which PostgreSQL cannot store"),
				refusal(() -> eq("a\n\uD83D", 1),
						"Key 'a \uFFFD' of a metadata filter has half a surrogate pair at index 2, which PostgreSQL cannot store"),
				refusal(() -> eq("a", missing()), noValue), refusal(() -> in("a", Arrays.asList(1, null)), noValue),
				refusal(() -> like("a", missing()), noValue), refusal(() -> between("a", 1, missing()), noValue),
				refusal(() -> eq("a", "x\0"),
						"Value 'x\uFFFD' for key 'a' has a NUL character at index 1, which PostgreSQL cannot store"),
				refusal(() -> contains("a", "\uDE00\uD83D"),
						"Value '\uFFFD\uFFFD' for key 'a' has half a surrogate pair at index 0, which PostgreSQL cannot store"),
				refusal(() -> like("a", "\0"),
						"Value '\uFFFD' for key 'a' has a NUL character at index 0, which PostgreSQL cannot store"),
				refusal(() -> eq("a", Double.NaN), "Value for key 'a' must be a finite number, but is NaN"),
				refusal(() -> lt("a", Float.NEGATIVE_INFINITY),
						"Value for key 'a' must be a finite number, but is -Infinity"),
				refusal(() -> eq("a", new BigDecimal("1E+131072")), tooManyDigits),
				refusal(() -> eq("a", new BigDecimal("1E-16384")), tooManyDigits),
				refusal(() -> eq("a", new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE)), tooManyDigits),
				refusal(() -> eq("a", BigInteger.TEN.pow(131_072)), tooManyDigits),
				refusal(() -> eq("a", Year.of(2026)), unknownClass + "java.time.Year"),
				refusal(() -> eq("a", new AtomicLong()), unknownClass + "java.util.concurrent.atomic.AtomicLong"),
				refusal(() -> in("a", new int[] { 1 }), unknownClass + "int[]"),
				refusal(() -> gte("a", true),
						"Value for key 'a' must have an order to be compared by it, but is true: use = or !="),
				refusal(() -> between("a", false, true),
						"Value for key 'a' must have an order to be compared by it, but is false: use = or !="),
				refusal(() -> between("a", 1, "2"),
						"Values for key 'a' must be of one type, but are 1 (BigDecimal) and '2' (String)"),
				refusal(() -> in("a", "x", "y", 2),
						"Values for key 'a' must be of one type, but are 'x' (String) and 2 (BigDecimal)"),
				refusal(() -> between("a", 2, 1.5),
						"Bounds for key 'a' must be in order, but 2 is greater than 1.5: exchange them"),
				refusal(() -> between("a", Instant.EPOCH.plusSeconds(1), Instant.EPOCH),
						"Bounds for key 'a' must be in order, but timestamp '1970-01-01T00:00:01Z' is greater than timestamp '1970-01-01T00:00:00Z': exchange them"),
				refusal(() -> in("a", Collections.nCopies(100_001, 1)),
						"Values for key 'a' must be at most 100000, but are 100001"),
				refusal(() -> like("a", "x\\\\\\"),
						"Pattern for key 'a' must not end with a single backslash, but is 'x\\\\\\': double it to find one"),
				refusal(() -> A.and((MetadataFilter) missing()), "Filter for 'and' must not be null"),
				refusal(() -> or(A, missing(), B), "Filter for 'or' must not be null"),
				refusal(() -> not(missing()), "Filter for 'not' must not be null"),
				refusal(() -> and(List.of()), "Filters to join with 'and' must be at least two, but are 0"),
				refusal(() -> new Or(List.of(A)), "Filters to join with 'or' must be at least two, but are 1"),
				refusal(() -> not(deep(100)), tooDeep), refusal(() -> A.and(deep(100)), tooDeep),
				refusal(() -> or(wide(500), not(wide(501))),
						"Metadata filter must have at most 1000 conditions, but would have 1001: use 'in' for many values of one key"));
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void filterWhenInvalidIsRefused(ThrowingCallable filter, String message) {
		assertThatIllegalArgumentException().isThrownBy(filter).withMessage(message);
	}

	@Test
	void filterWhenAtItsBoundsIsAccepted() {
		assertThat(deep(100)).isEqualTo(deep(100));
		assertThat(or(wide(500), not(wide(500)))).isNotNull();
		assertThat(in("a", Collections.nCopies(1000, 1))).isNotNull();
		assertThat(eq("a", new BigDecimal("1E+131071"))).isNotEqualTo(eq("a", new BigDecimal("1E-16383")));
		assertThat(like("a", "x\\\\")).isNotNull();
		assertThat(between("a", 1, 1.0)).isEqualTo(between("a", 1, 1));
	}

	@Test
	void boundsWhenTextAreLeftToTheServersOrder() {
		assertThat(between("a", "a", "B")).hasToString("a between 'a' and 'B'");
	}

	@Test
	void refusalWhenKeyIsLongShowsItsBeginning() {
		assertThatIllegalArgumentException().isThrownBy(() -> eq("k".repeat(1000), Double.NaN))
			.withMessage("Value for key '%s...' must be a finite number, but is NaN".formatted("k".repeat(60)));
	}

	private static Arguments refusal(ThrowingCallable filter, String message) {
		return Arguments.of(filter, message);
	}

	@SuppressWarnings({ "NullAway", "TypeParameterUnusedInFormals" })
	private static <T> T missing() {
		return null;
	}

	private static MetadataFilter deep(int depth) {
		MetadataFilter filter = A;
		for (int i = 1; i < depth; i++) {
			filter = (i % 2 == 1) ? not(filter) : filter.or(C);
		}
		return filter;
	}

	private static MetadataFilter wide(int conditions) {
		return and(IntStream.range(0, conditions).mapToObj((i) -> eq("a", i)).toList());
	}

}
