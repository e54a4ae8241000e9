package io.rdsboot.vector.jdbc.sql;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.Test;

import static io.rdsboot.vector.filter.MetadataFilter.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FilterExpressions}.
 */
class FilterExpressionsTests {

	private final VectorTable table = VectorTable.builder("docs")
		.dimensions(3)
		.key("tenant", KeyType.TEXT)
		.key("year", KeyType.INTEGER)
		.key("price", KeyType.NUMERIC)
		.key("draft", KeyType.BOOLEAN)
		.key("at", KeyType.TIMESTAMPTZ)
		.key("owner", KeyType.UUID)
		.key("tags", KeyType.TEXT_ARRAY)
		.key("known", KeyType.JSON)
		.build();

	@Test
	void filterOfColumnsHasLiteralsOfTheirTypes() {
		assertLiteral(MetadataFilter.eq("tenant", "o'neil\\"), "\"tenant\" = E'o''neil\\\\'::text");
		assertLiteral(MetadataFilter.ne("year", 2020L), "\"year\" <> '2020'::integer");
		assertLiteral(MetadataFilter.between("price", 1, 2.5),
				"\"price\" >= '1'::numeric AND \"price\" <= '2.5'::numeric");
		assertLiteral(MetadataFilter.in("tenant", "a", "b"), "\"tenant\" = ANY (ARRAY['a'::text, 'b'::text]::text[])");
		assertLiteral(MetadataFilter.contains("tags", "x"), "\"tags\" @> ARRAY['x'::text]::text[]");
		assertLiteral(MetadataFilter.gt("at", Instant.EPOCH),
				"\"at\" > '1970-01-01 00:00:00.000000+00 AD'::timestamp with time zone");
		assertLiteral(MetadataFilter.eq("owner", new UUID(0, 1)),
				"\"owner\" = '00000000-0000-0000-0000-000000000001'::uuid");
		assertLiteral(MetadataFilter.exists("year").negate(), "(\"year\" IS NOT NULL) IS NOT TRUE");
		assertLiteral(MetadataFilter.eq("draft", true).or(MetadataFilter.like("tenant", "a%")),
				"(\"draft\" = 'true'::boolean) OR (\"tenant\" LIKE 'a%'::text)");
	}

	@Test
	void filterOfJsonIsContainmentOrComparesWithoutACast() {
		assertLiteral(MetadataFilter.eq("known", "o'neil"), "\"metadata\" @> '{\"known\":\"o''neil\"}'::jsonb");
		assertLiteral(MetadataFilter.contains("other", 1), "\"metadata\" @> '{\"other\":[1]}'::jsonb");
		assertLiteral(MetadataFilter.gte("a'b", 1), "jsonb_typeof((\"metadata\" -> 'a''b'::text)) = 'number' AND "
				+ "(\"metadata\" -> 'a''b'::text) >= ('{\"a''b\":1}'::jsonb -> 'a''b'::text)");
		assertLiteral(MetadataFilter.ne("x", true),
				"jsonb_typeof((\"metadata\" -> 'x'::text)) <> 'null' AND NOT \"metadata\" @> '{\"x\":true}'::jsonb");
	}

	@Test
	void filterOfANestedMemberIsContainmentOrGoesThroughObjects() {
		assertLiteral(key("address", "it's").eq("x"), "\"metadata\" @> '{\"address\":{\"it''s\":\"x\"}}'::jsonb");
		assertLiteral(key("a", "b").contains(1), "\"metadata\" @> '{\"a\":{\"b\":[1]}}'::jsonb");
		assertLiteral(key("known", "b").exists(),
				"jsonb_typeof((\"metadata\" -> 'known'::text -> 'b'::text)) <> 'null'");
		assertLiteral(key("a", "b").gt("x"), "jsonb_typeof((\"metadata\" -> 'a'::text -> 'b'::text)) = 'string' AND "
				+ "(\"metadata\" -> 'a'::text -> 'b'::text) > ('{\"b\":\"x\"}'::jsonb -> 'b'::text)");
	}

	@Test
	void filterWithoutCaseLowersBothSidesOnTheServer() {
		String value = "lower(CASE WHEN false THEN \"tenant\" ELSE '%s'::text END)";
		assertLiteral(key("tenant").ignoringCase().eq("O'Neil"), "lower(\"tenant\") = " + value.formatted("O''Neil"));
		assertLiteral(key("tenant").ignoringCase().in("A", "B"), "lower(\"tenant\") = ANY (ARRAY[%s, %s]::text[])"
			.formatted(value.formatted("A"), value.formatted("B")));
		assertLiteral(key("tenant").ignoringCase().in(), "lower(\"tenant\") = ANY (ARRAY[]::text[])");
		assertLiteral(key("tenant").ignoringCase().like("A%"), "lower(\"tenant\") LIKE " + value.formatted("A%"));
		assertLiteral(key("a", "b").ignoringCase().eq("X"),
				"lower(CASE WHEN jsonb_typeof((\"metadata\" -> 'a'::text -> 'b'::text)) = 'string' THEN "
						+ "(\"metadata\" -> 'a'::text ->> 'b'::text) END) = lower('X'::text)");
		assertRefused(key("year").ignoringCase().eq("x"),
				"metadata key 'year' (integer) of vector table docs is no text, so it cannot be compared without case");
		assertRefused(key("tenant").ignoringCase().contains("x"),
				"metadata key 'tenant' (text) of vector table docs is no text array, so it contains no text without case");
		assertRefused(key("tags").ignoringCase().contains("x"),
				"condition 'lower(tags) contains 'x'' of vector table docs cannot be one of an index, because it looks at "
						+ "each element: leave out lower()");
	}

	@Test
	void filterTellsAMissingMemberFromNull() {
		assertLiteral(MetadataFilter.isAbsent("x"), "(\"metadata\" -> 'x'::text) IS NULL");
		assertLiteral(MetadataFilter.isJsonNull("x"), "\"metadata\" @> '{\"x\":null}'::jsonb");
		assertLiteral(MetadataFilter.isAbsent("year"), "\"year\" IS NULL");
		assertLiteral(MetadataFilter.isJsonNull("year"), "false");
	}

	@Test
	void memberOfADeclaredKeyIsRefusedUnlessItsNameHasTheDot() {
		assertRefused(MetadataFilter.parse("tenant.name = 'x'"),
				"metadata key 'tenant' (text) of vector table docs has a column of one value and no members, so "
						+ "'tenant.name' is none: declare the key as json, or leave it undeclared");
		VectorTable dotted = VectorTable.builder("docs")
			.dimensions(3)
			.key(new MetadataColumn("address.city", "city", KeyType.TEXT, true))
			.refuseUndeclaredKeys()
			.build();
		assertThat(FilterExpressions.literal(dotted, MetadataFilter.parse("address.city = 'x'")))
			.isEqualTo(FilterExpressions.literal(dotted, MetadataFilter.eq("address.city", "x")))
			.isEqualTo("\"city\" = 'x'::text");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FilterExpressions.literal(dotted, MetadataFilter.parse("address.town = 'x'")))
			.withMessageStartingWith("filter of vector table docs has the key 'address', which is not declared");
	}

	@Test
	void filterByADateAloneIsOneByItsFirstMoment() {
		assertLiteral(MetadataFilter.gte("at", "2026-01-31"),
				"\"at\" >= '2026-01-31 00:00:00.000000+00 AD'::timestamp with time zone");
		assertLiteral(MetadataFilter.lt("at", LocalDate.of(2026, 2, 1)),
				"\"at\" < '2026-02-01 00:00:00.000000+00 AD'::timestamp with time zone");
		assertRefused(MetadataFilter.gte("at", "31.1.2026"),
				"value '31.1.2026' of a filter by metadata key 'at' (timestamp with time zone) of vector table docs is "
						+ "'31.1.2026', which is no timestamp with time zone: write 2026-01-31T12:30:00Z, "
						+ "2026-01-31T12:30:00+01:00 or 2026-01-31");
	}

	@Test
	void filterThatDoesNotFitTheTableIsRefused() {
		assertRefused(MetadataFilter.eq("year", "new"), "value 'new' of a filter by metadata key 'year' (integer) of "
				+ "vector table docs is a java.lang.String, but must be a java.lang.Integer");
		assertRefused(MetadataFilter.eq("year", 1.5), "value '1.5' of a filter by metadata key 'year' (integer) of "
				+ "vector table docs is '1.5', which is no integer");
		assertRefused(MetadataFilter.eq("tags", "x"),
				"metadata key 'tags' (text[]) of vector table docs is an array, to be asked what it contains");
		assertRefused(MetadataFilter.contains("tenant", "x"),
				"metadata key 'tenant' (text) of vector table docs is no array and contains nothing: compare it with =");
		assertRefused(MetadataFilter.like("year", "2%"),
				"metadata key 'year' (integer) of vector table docs is no text, so it has no pattern");
		assertRefused(MetadataFilter.lt("seen", Instant.MAX),
				"value '+1000000000-12-31T23:59:59.999999999Z' of a filter by metadata key 'seen' of vector table docs "
						+ "is outside the years 0 to 9999, and as JSON such a time has no order: declare the key as "
						+ "timestamp with time zone");
	}

	@Test
	void unknownKeyWhenRefusedIsNamedWithTheNearestKnown() {
		VectorTable strict = VectorTable.builder("docs")
			.dimensions(3)
			.key("year", KeyType.INTEGER)
			.refuseUndeclaredKeys()
			.build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FilterExpressions.literal(strict, MetadataFilter.eq("colour", 1)))
			.withMessage(
					"filter of vector table docs has the key 'colour', which is not declared; declared are [year]");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FilterExpressions.literal(strict, MetadataFilter.eq("yea", 1)))
			.withMessage("filter of vector table docs has the key 'yea', which is not declared: did you mean 'year'?");
	}

	private void assertLiteral(MetadataFilter filter, String sql) {
		assertThat(FilterExpressions.literal(this.table, filter)).isEqualTo(sql);
	}

	private void assertRefused(MetadataFilter filter, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> FilterExpressions.literal(this.table, filter))
			.withMessage(message);
	}

}
