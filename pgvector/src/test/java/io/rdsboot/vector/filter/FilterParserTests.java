package io.rdsboot.vector.filter;

import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;

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
import static io.rdsboot.vector.filter.MetadataFilter.parse;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link MetadataFilter#parse}.
 */
class FilterParserTests {

	private static final MetadataFilter A = eq("a", 1);

	private static final MetadataFilter B = eq("b", 2);

	private static final MetadataFilter C = eq("c", 3);

	static Stream<Arguments> texts() {
		return Stream.of(Arguments.of("tenant = 'acme' and year >= 2020", and(eq("tenant", "acme"), gte("year", 2020))),
				Arguments.of("a=1", A), Arguments.of("\"\" = 1 or \" \" is null", or(eq("", 1), isNull(" "))),
				Arguments.of("\t a\r\n= 1 ", A), Arguments.of("a=-1", eq("a", -1)), Arguments.of("a != 1", ne("a", 1)),
				Arguments.of("a<>1", ne("a", 1)), Arguments.of("a<1", lt("a", 1)), Arguments.of("a<=1", lte("a", 1)),
				Arguments.of("a>1", gt("a", 1)), Arguments.of("a>=1", gte("a", 1)),
				Arguments.of("a = 1.50", eq("a", 1.5)), Arguments.of("a = 007", eq("a", 7)),
				Arguments.of("a = 1e3", eq("a", 1000)), Arguments.of("a = -2.5E-1", eq("a", -0.25)),
				Arguments.of("a = 1e+2", eq("a", 100)),
				Arguments.of("a = 9223372036854775807", eq("a", Long.MAX_VALUE)),
				Arguments.of("a = TRUE", eq("a", true)), Arguments.of("a = false", eq("a", false)),
				Arguments.of("a = ''", eq("a", "")), Arguments.of("a = 'it''s'", eq("a", "it's")),
				Arguments.of("a = ''''", eq("a", "'")),
				Arguments.of("a = '\\\"; drop table x; --'", eq("a", "\\\"; drop table x; --")),
				Arguments.of("a = 'x\ny'", eq("a", "x\ny")), Arguments.of("\"a \"\"b\"\"\" = 1", eq("a \"b\"", 1)),
				Arguments.of("\"and\" = 1", eq("and", 1)), Arguments.of("android = 1", eq("android", 1)),
				Arguments.of("a.b-c_9=1", key("a", "b-c_9").eq(1)),
				Arguments.of("a . \"b.c\" .in = 1", key("a", "b.c", "in").eq(1)),
				Arguments.of("\"a.b\" = 1", eq("a.b", 1)), Arguments.of("lower(a.b) = 'X'", noCase("a", "b").eq("X")),
				Arguments.of("LOWER(\"lower\") in ('x', 'y')", noCase("lower").in("x", "y")),
				Arguments.of("lower(in) not like 'x%'", not(noCase("in").like("x%"))),
				Arguments.of("not lower(a) != 'x'", not(noCase("a").ne("x"))),
				Arguments.of("lower = 1 and lower(a) contains 'x'", eq("lower", 1).and(noCase("a").contains("x"))),
				Arguments.of("a is absent", isAbsent("a")), Arguments.of("a is not Absent", not(isAbsent("a"))),
				Arguments.of("a is json null", isJsonNull("a")),
				Arguments.of("a.b is not json null", not(key("a", "b").isJsonNull())),
				Arguments.of("absent is absent and json is json null", isAbsent("absent").and(isJsonNull("json"))),
				Arguments.of("a > timestamp '2026-01-31T01:00:00.5+01:00'",
						gt("a", Instant.parse("2026-01-31T00:00:00.5Z"))),
				Arguments.of("timestamp in (Timestamp '2026-01-31')",
						in("timestamp", Instant.parse("2026-01-31T00:00:00Z"))),
				Arguments.of("a IN (1,2)", in("a", 1, 2)), Arguments.of("a not in ('x')", not(in("a", "x"))),
				Arguments.of("a in ()", in("a")),
				Arguments.of("a between 1 and 2 and b = 2", between("a", 1, 2).and(B)),
				Arguments.of("a NOT between 1 and 2", not(between("a", 1, 2))),
				Arguments.of("a like 'x%'", like("a", "x%")), Arguments.of("a not like 'x%'", not(like("a", "x%"))),
				Arguments.of("a contains 1", contains("a", 1)), Arguments.of("a not contains 1", not(contains("a", 1))),
				Arguments.of("a exists", exists("a")), Arguments.of("a not exists", not(exists("a"))),
				Arguments.of("a is null", isNull("a")), Arguments.of("a Is Not Null", exists("a")),
				Arguments.of("a = 1 or b = 2 and c = 3", or(A, and(B, C))),
				Arguments.of("(a = 1 or b = 2) and c = 3", and(or(A, B), C)),
				Arguments.of("((a = 1)) and (b = 2 and c = 3)", and(A, B, C)),
				Arguments.of("not a = 1 and b = 2", not(A).and(B)),
				Arguments.of("not (a = 1 and b = 2)", not(A.and(B))), Arguments.of("NOT not a = 1", not(not(A))));
	}

	@ParameterizedTest
	@MethodSource("texts")
	void textIsReadAsAFilter(String text, MetadataFilter filter) {
		assertThat(parse(text)).isEqualTo(filter);
	}

	@Test
	void valueWithoutATextFormOfItsOwnBecomesText() {
		UUID uuid = UUID.randomUUID();
		assertThat(parse(eq("owner", uuid).toString())).isEqualTo(eq("owner", uuid.toString()));
	}

	static Stream<Arguments> errors() {
		String noKey = "expected a key, 'not' or '('";
		String noValue = "expected a value, such as 'text', 42 or true";
		return Stream.of(error("", 0, noKey + ", but the text ends"),
				error("a", 1, "expected a comparison with the key, such as =, in, like or exists, but the text ends"),
				error("a not", 5, "expected 'in', 'between', 'like', 'contains' or 'exists', but the text ends"),
				error("a = ", 4, noValue + ", but the text ends"),
				error("a = acme", 4, "expected a value (text stands in single quotes, as in 'text'), but found acme"),
				error("a = \"acme\"", 4,
						"expected a value (text stands in single quotes, as in 'text'), but found \"acme\""),
				error("a = null", 4, "expected a value (rows without one are found with 'is null'), but found null"),
				error("a = 1 b = 2", 6, "expected 'and', 'or' or the end, but found b"),
				error("a = 1)", 5, "expected 'and', 'or' or the end, but found )"),
				error("(a = 1", 6, "expected 'and', 'or' or ')', but the text ends"),
				error("a = 1 and", 9, noKey + ", but the text ends"),
				error("in = 1", 0, noKey + " (a key of this name stands in double quotes), but found in"),
				error("'a' = 1", 0, noKey + " (a key stands in double quotes, or in none), but found 'a'"),
				error("1 = a", 0, noKey + ", but found 1"), error("a = =", 4, noValue + ", but found ="),
				error("a == 1", 2, "unexpected characters '==': 'equals' is written ="),
				error("a in ['x']", 5, "unexpected character '[': a list stands in parentheses"),
				error("a in 1", 5, "expected '(' before the values, but found 1"),
				error("a in (1 2)", 8, "expected ',' or ')', but found 2"),
				error("a in (1, 'x')", 2,
						"Values for key 'a' must be of one type, but are 1 (BigDecimal) and 'x' (String)"),
				error("a between 1 or 2", 12, "expected 'and' between the bounds, but found or"),
				error("a between 2 and 1", 2,
						"Bounds for key 'a' must be in order, but 2 is greater than 1: exchange them"),
				error("a is 1", 5, "expected 'null', 'absent' or 'json null', or the same after 'not', but found 1"),
				error("a is not 1", 9, "expected 'null', 'absent' or 'json null', but found 1"),
				error("a is json", 9, "expected 'null' after 'json', but the text ends"),
				error("a. = 1", 3,
						"expected a name after the dot (one of other characters than letters, digits, _ and - stands in double quotes), but found ="),
				error("a.0 = 1", 2,
						"expected a name after the dot (one of other characters than letters, digits, _ and - stands in double quotes), but found 0"),
				error("lower('a') = 1", 6,
						"expected a key in lower() (one of other characters than letters, digits, _ and - stands in double quotes), but found 'a'"),
				error("lower(a = 1", 8, "expected '.' and a name, or ')' after the key, but found ="),
				error("lower(a) = 1", 11, "Value for key 'a' must be text to be compared without case, but is 1"),
				error("lower(a.b) < 'x'", 13,
						"Key 'a.b' must not ignore case to be compared by order: use =, !=, in, like or contains"),
				error("lower(a) is null", 9,
						"Key 'a' must not ignore case to be asked whether it has a value: leave that out"),
				error("lower(a) exists", 9,
						"Key 'a' must not ignore case to be asked whether it has a value: leave that out"),
				error("a = timestamp 'today'", 14,
						"expected a time after 'timestamp', as in timestamp '2026-01-31T12:30:00Z', but found 'today'"),
				error("a = timestamp", 13,
						"expected a time after 'timestamp', as in timestamp '2026-01-31T12:30:00Z', but the text ends"),
				error("a ilike 'x'", 2,
						"expected a comparison with the key, such as =, in, like or exists (without case it is lower(key) like 'a%'), but found ilike"),
				error("a like 1", 7, "expected a pattern in single quotes, as in 'a%', but found 1"),
				error("a like '\\'", 7,
						"Pattern for key 'a' must not end with a single backslash, but is '\\': double it to find one"),
				error("a > true", 4,
						"Value for key 'a' must have an order to be compared by it, but is true: use = or !="),
				error("a = 'x", 4, "a text begins here and does not end, expected a closing '"),
				error("\"a = 1", 0, "a key begins here and does not end, expected a closing \""),
				error("a = -", 5, "expected a digit after the minus sign"),
				error("a = 1.", 6, "expected a digit after the decimal point"),
				error("a = 1e", 6, "expected a digit of the exponent"),
				error("a = 1e5x", 7, "expected the end of the number, but found 'x'"),
				error("a = 1.2.3", 7, "expected the end of the number, but found '.'"),
				error("a = 1e99999999999", 4, "expected a number with a smaller exponent"),
				error("a = 1e1000", 4, "expected a number of at most 1000 digits before and behind the decimal point"),
				error("a ! 1", 2, "unexpected character '!': 'differs from' is written !=, and a negation not"),
				error("a = 1 && b = 1", 6, "unexpected character '&': filters are joined with 'and'"),
				error("a = 1 || b = 1", 6, "unexpected character '|': filters are joined with 'or'"),
				error("a = \u2018x\u2019", 4, "unexpected character '\u2018': quotes are straight, as in 'text'"),
				error("größe = 1", 2,
						"unexpected character 'ö': a key with such a character stands in double quotes, a text in single quotes"));
	}

	@ParameterizedTest
	@MethodSource("errors")
	void textWhenInvalidIsRefusedAtTheCharacter(String text, int position, String problem) {
		assertThatExceptionOfType(FilterSyntaxException.class).isThrownBy(() -> parse(text))
			.withMessage("Invalid filter at position %d: %s\n%s\n%s^".formatted(position, problem, text,
					" ".repeat(position)))
			.satisfies((ex) -> {
				assertThat(ex.getPosition()).isEqualTo(position);
				assertThat(ex.getText()).isEqualTo(text);
			});
	}

	@Test
	void textWhenLongIsShownAroundTheError() {
		String text = "a = '%s' and b ; c = '%s'".formatted("x".repeat(100), "y".repeat(100));
		assertThatExceptionOfType(FilterSyntaxException.class).isThrownBy(() -> parse(text)).withMessage("""
				Invalid filter at position 113: unexpected character ';': a key with such a character stands in \
				double quotes, a text in single quotes
				...%s' and b ; c = '%s...
				%s^""".formatted("x".repeat(52), "y".repeat(53), " ".repeat(63)));
	}

	@Test
	void textWithControlCharactersIsShownWithoutThem() {
		String text = "a = '\u001B[31m\r\n\u202E\u2028\u2029\uE000\uD83D\uDE00' \0";
		assertThatExceptionOfType(FilterSyntaxException.class).isThrownBy(() -> parse(text)).withMessage("""
				Invalid filter at position 20: unexpected character U+0000: a key with such a character stands in \
				double quotes, a text in single quotes
				a = '\uFFFD[31m  \uFFFD\uFFFD\uFFFD\uFFFD\uD83D\uDE00' \uFFFD
				                   ^""");
	}

	@Test
	void textWithNulInAValueIsRefusedAtTheValue() {
		assertThatExceptionOfType(FilterSyntaxException.class).isThrownBy(() -> parse("a in ('x', 'y\0')"))
			.satisfies((ex) -> assertThat(ex.getPosition()).isEqualTo(11))
			.withMessageContaining("Value 'y\uFFFD' for key 'a' has a NUL character at index 1")
			.withCauseInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void textWhenTooLongIsRefused() {
		String longest = "a = '%s'".formatted("x".repeat(10_000 - 6));
		assertThat(parse(longest)).isEqualTo(eq("a", "x".repeat(10_000 - 6)));
		assertThatExceptionOfType(FilterSyntaxException.class).isThrownBy(() -> parse(longest + " "))
			.satisfies((ex) -> assertThat(ex.getPosition()).isEqualTo(10_000))
			.withMessageContaining("a filter must have at most 10000 characters, but has 10001");
	}

	@Test
	void textWhenTooDeepIsRefusedWhereItBecomesSo() {
		assertThat(parse("(".repeat(100) + "a = 1" + ")".repeat(100))).isEqualTo(A);
		assertThat(parse("(not a = 1) and ".repeat(200) + "b = 2")).isInstanceOf(And.class);
		for (String opening : new String[] { "(", "not ", "not(" }) {
			String text = opening.repeat(2000) + "a = 1";
			assertThatExceptionOfType(FilterSyntaxException.class).isThrownBy(() -> parse(text))
				.withMessageContaining("a filter must be at most 100 deep");
		}
		assertThatExceptionOfType(FilterSyntaxException.class).isThrownBy(() -> parse("not ".repeat(101) + "a = 1"))
			.satisfies((ex) -> assertThat(ex.getPosition()).isEqualTo(400));
		assertThatExceptionOfType(FilterSyntaxException.class)
			.isThrownBy(() -> parse("(a = 1 or not ".repeat(50) + "a = 1" + ")".repeat(50)))
			.withMessageContaining("Metadata filter must be at most 100 deep, but would be 101");
	}

	@Test
	void textWithTooManyConditionsIsRefused() {
		String text = "a=1 or ".repeat(1000) + "a=1";
		assertThatExceptionOfType(FilterSyntaxException.class).isThrownBy(() -> parse(text))
			.withMessageContaining("must have at most 1000 conditions, but would have 1001");
	}

	@Test
	void textWhenNullIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(null))
			.withMessage("Text of a metadata filter must not be null");
	}

	private static MetadataKey noCase(String name, String... members) {
		return key(name, members).ignoringCase();
	}

	private static Arguments error(String text, int position, String problem) {
		return Arguments.of(text, position, problem);
	}

}
