package io.rdsboot.springai;

import java.util.Date;
import java.util.List;
import java.util.stream.Stream;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.filter.Filter.Expression;
import org.springframework.ai.vectorstore.filter.Filter.ExpressionType;
import org.springframework.ai.vectorstore.filter.Filter.Key;
import org.springframework.ai.vectorstore.filter.Filter.Value;
import org.springframework.ai.vectorstore.filter.FilterExpressionTextParser;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FilterTranslator}. Keys whose names begin with a {@code t} have a
 * column.
 */
class FilterTranslatorTests {

	private static final VectorTable TABLE = VectorTable.builder("documents")
		.dimensions(3)
		.key("text", KeyType.TEXT)
		.key("tags", KeyType.TEXT_ARRAY)
		.key("time", KeyType.TIMESTAMPTZ)
		.build();

	private static String translate(Expression expression) {
		return new FilterTranslator(TABLE).translate(expression).toString();
	}

	private static String translate(String expression) {
		return translate(new FilterExpressionTextParser().parse(expression));
	}

	@ParameterizedTest
	@CsvSource(delimiterString = " -> ", quoteCharacter = '`',
			textBlock = """
					text == 'BG' -> text = 'BG'
					text != 'BG' -> text != 'BG'
					text > 'BG' -> text > 'BG'
					text >= 'BG' -> text >= 'BG'
					text < 'BG' -> text < 'BG'
					text <= 'BG' -> text <= 'BG'
					text in ['a', 'b'] -> text in ('a', 'b')
					text in ['a'] -> text = 'a'
					text not in ['a', 'b'] -> not text in ('a', 'b')
					text IS NULL -> text is null
					text IS NOT NULL -> text exists
					NOT(text == 'BG') -> text != 'BG'
					NOT(text != 'BG') -> text = 'BG'
					NOT(text > 'BG') -> text <= 'BG'
					NOT(text >= 'BG') -> text < 'BG'
					NOT(text < 'BG') -> text >= 'BG'
					NOT(text <= 'BG') -> text > 'BG'
					NOT(text in ['a']) -> not text = 'a'
					NOT(text not in ['a']) -> text = 'a'
					NOT(text IS NULL) -> text exists
					NOT(text IS NOT NULL) -> text is null
					NOT(NOT(text == 'a')) -> text = 'a'
					NOT(text == 'a' && text == 'b') -> text != 'a' or text != 'b'
					NOT(text == 'a' || text == 'b') -> text != 'a' and text != 'b'
					(text > 'a' || text == 'b') && text < 'c' -> (text > 'a' or text = 'b') and text < 'c'
					text > 'a' || text == 'b' && text < 'c' -> text > 'a' or (text = 'b' and text < 'c')
					((text > 'a' && text < 'b') || (text > 'c' && text < 'd')) && text != 'e' -> ((text > 'a' and text < 'b') or (text > 'c' and text < 'd')) and text != 'e'
					tags == 'a' -> tags contains 'a'
					tags != 'a' -> tags exists and not tags contains 'a'
					tags in ['a', 'b'] -> tags contains 'a' or tags contains 'b'
					tags not in ['a', 'b'] -> not (tags contains 'a' or tags contains 'b')
					other == 'BG' -> other = 'BG' or other contains 'BG'
					other != 'BG' -> other exists and not (other = 'BG' or other contains 'BG')
					other == true -> other = true or other contains true
					other == false -> other = false or other contains false
					other != true -> other exists and not (other = true or other contains true)
					other == 2020 -> other = 2020 or other contains 2020
					other == 9876543210L -> other = 9876543210 or other contains 9876543210
					other >= -15.6 && other <= +20.13 -> other >= -15.6 and other <= 20.13
					other in [1, 2, 3] -> other in (1, 2, 3) or other contains 1 or other contains 2 or other contains 3
					other not in [0] -> not (other = 0 or other contains 0)
					other == '' -> other = '' or other contains ''
					"country 1 2 3" > 'BG' -> "country 1 2 3" > 'BG'
					'safe_key' > 'value' -> safe_key > 'value'
					config.setting > 'value1' -> "config.setting" > 'value1'
					time > '2024-01-15T10:30:00Z' -> time > '2024-01-15T10:30:00Z'
					other > '2024-01-15T10:30:00Z' -> other > timestamp '2024-01-15T10:30:00Z'
					other > '2024-13-15T10:30:00Z' -> other > '2024-13-15T10:30:00Z'
					""")
	void expressionBecomesFilter(String expression, String filter) {
		assertThat(translate(expression)).isEqualTo(filter);
	}

	@Test
	void momentsAreLookedForAsEachStoreWritesThem() {
		Date date = new Date(1_705_314_600_000L);
		assertThat(translate(new Expression(ExpressionType.IN, new Key("other"), new Value(List.of(date)))))
			.startsWith("other in ('2024-01-15T10:30:00.000Z', '2024-01-15T10:30:00Z') or other contains");
		assertThat(translate("other == '2024-01-15T10:30:00.0Z'"))
			.startsWith("other in ('2024-01-15T10:30:00.0Z', '2024-01-15T10:30:00.000Z', '2024-01-15T10:30:00Z') or");
		assertThat(translate("other not in ['2024-01-15T10:30:00Z']"))
			.startsWith("not (other in ('2024-01-15T10:30:00Z', '2024-01-15T10:30:00.000Z') or");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\" || $.department == \"Finance", "value\\\"", "value' || $.other == 'admin",
			"value\n|| $.field == \"admin\"", "test\"\\'\n\r\t", "' OR 1=1--", "$1", "?", ":name" })
	void hostileKeysAndValuesStayWhatTheyAre(String text) {
		assertThat(new FilterTranslator(TABLE)
			.translate(new Expression(ExpressionType.LT, new Key(text), new Value(text))))
			.isEqualTo(MetadataFilter.lt(text, text));
	}

	static Stream<Arguments> nulls() {
		return Stream.of(Arguments.of(ExpressionType.EQ, "other is json null"),
				Arguments.of(ExpressionType.NE, "other exists"));
	}

	@ParameterizedTest
	@MethodSource("nulls")
	@SuppressWarnings("NullAway") // what PgVectorStore takes
	void nullIsThatOfJson(ExpressionType type, String filter) {
		assertThat(translate(new Expression(type, new Key("other"), new Value(null)))).isEqualTo(filter);
	}

	@Test
	void valuesOfDifferentTypesAreLookedForByType() {
		assertThat(translate(
				new Expression(ExpressionType.IN, new Key("other"), new Value(new Object[] { "a", 1, 2L, "c", true }))))
			.startsWith("other in ('a', 'c') or other in (1, 2) or other = true or other contains 'a'");
	}

	@Test
	void manyValuesAreOneCondition() {
		List<Integer> values = java.util.stream.IntStream.range(0, 5_000).boxed().toList();
		assertThat(new FilterTranslator(TABLE)
			.translate(new Expression(ExpressionType.IN, new Key("other"), new Value(values)))
			.conditions()).hasSize(1);
	}

	@Test
	void noValuesAreFoundNowhereAndExcludeNothing() {
		Value none = new Value(List.of());
		assertThat(translate(new Expression(ExpressionType.IN, new Key("other"), none))).isEqualTo("other in ()");
		assertThat(translate(new Expression(ExpressionType.NIN, new Key("other"), none))).isEqualTo("not other in ()");
	}

	@Test
	void groupsMayBeNestedWithoutEnd() {
		Filter.Operand nested = new Expression(ExpressionType.LT, new Key("text"), new Value("a"));
		for (int i = 0; i < 500; i++) {
			nested = new Filter.Group((Expression) ((nested instanceof Filter.Group group) ? group.content() : nested));
		}
		assertThat(translate(new Expression(ExpressionType.NOT, nested))).isEqualTo("text >= 'a'");
	}

}
