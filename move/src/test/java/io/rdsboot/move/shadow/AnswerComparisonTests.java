package io.rdsboot.move.shadow;

import java.util.Arrays;
import java.util.List;

import io.rdsboot.move.shadow.Answer.Column;
import io.rdsboot.move.shadow.Answer.Value;
import io.rdsboot.move.shadow.AnswerComparison.Result;
import io.rdsboot.move.shadow.ShadowDifference.What;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnswerComparison}.
 */
class AnswerComparisonTests {

	private static final List<Column> COLUMNS = List.of(new Column("id", "int4"), new Column("name", "text"));

	/**
	 * Rows are separated by blanks, and their columns by colons.
	 */
	@ParameterizedTest
	@CsvSource(nullValues = "-", value = { "SELECT, 1:a 2:b, 2:b 1:a, EQUAL", "SELECT, 1:a 1:a 2:b, 1:a 2:b 2:b, ROWS",
			"SELECT, 1:a, 1:a 2:b, ROWS", "SELECT, 1:a 2:b, 1:a 2:c, ROWS", "ORDER BY id, 1:a 2:b, 1:a 2:b, EQUAL",
			"ORDER BY id, 1:a 2:b, 2:b 1:a, ORDER", "ORDER BY id, 1:a 2:b, 1:a 2:c, ROWS",
			"ORDER BY 1, 1:a 1:b 2:c, 1:b 1:a 2:c, EQUAL", "ORDER BY 1, 1:a 1:b 2:c, 1:b 1:x 2:c, ROWS",
			"ORDER BY id LIMIT 3, 1:a 2:b 2:c, 1:a 2:b 2:d, UNKNOWN",
			"ORDER BY id LIMIT 3, 1:a 2:b 3:c, 1:x 2:b 3:c, ROWS",
			"ORDER BY id OFFSET 1, 1:a 2:b 3:c, 1:x 2:b 3:c, UNKNOWN",
			"ORDER BY id OFFSET 1, 1:a 2:b 3:c, 1:a 2:b 3:x, ROWS",
			"ORDER BY id LIMIT 3, 1:a 2:b 3:c, 1:a 2:b 4:c, ROWS", "ORDER BY lower(name), 1:a 2:A, 2:A 1:a, UNKNOWN",
			"ORDER BY lower(name), 1:a 2:A, 2:A 3:a, ROWS", "ORDER BY lower(name) LIMIT 2, 1:a 2:A, 2:A 3:a, UNKNOWN",
			"ORDER BY other, 1:a 2:b, 2:b 1:a, UNKNOWN", "LIMIT 1, 1:a, 2:b, UNKNOWN" })
	void rowsCompareAsTheStatementSays(String end, String source, String target, String expected) {
		String sql = end.equals("SELECT") ? "SELECT id FROM item" : "SELECT id FROM item " + end;
		Result result = new AnswerComparison(new StatementText(sql).plan(), 1e-5).compare(answer(source),
				answer(target));
		assertThat(result.isEqual() ? "EQUAL" : (result.what() != null) ? result.what().name() : "UNKNOWN")
			.isEqualTo(expected);
	}

	private static Answer answer(String rows) {
		return new Answer(COLUMNS, Arrays.stream(rows.split(" ")).map(AnswerComparisonTests::row).toList(), true);
	}

	private static List<Value> row(String row) {
		return Arrays.stream(row.split(":")).map((value) -> new Value(value, false)).toList();
	}

	@Test
	void whatIsOnlyOnOneSideIsTold() {
		Result result = new AnswerComparison(new StatementText("SELECT 1").plan(), 0).compare(answer("1:a 2:b 2:b"),
				answer("2:b 3:c 1:a"));
		assertThat(result.sourceOnly()).containsExactly(row("2:b"));
		assertThat(result.targetOnly()).containsExactly(row("3:c"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "0.1 | 0.1000000001 | true", "0.1 | 0.2 | false", "1e10 | 10000000001 | true", "0 | -0 | true",
					"0 | 1e-9 | false", "[1,2,3] | [1,2,3.000001] | true", "[1,2,3] | [1,2,4] | false",
					"[1,2,3] | [1,2] | false", "{1:0.5,7:0.25}/9 | {1:0.5,7:0.2500001}/9 | true", "NaN | NaN | true",
					"NaN | 1 | false", "Infinity | -Infinity | false" })
	void floatsCompareByTheTolerance(String source, String target, boolean equal) {
		List<Column> columns = List.of(new Column("v", "float8"));
		AnswerComparison comparison = new AnswerComparison(new StatementText("SELECT v FROM item").plan(), 1e-5);
		assertThat(comparison
			.compare(new Answer(columns, List.of(List.of(new Value(source, true))), true),
					new Answer(columns, List.of(List.of(new Value(target, true))), true))
			.isEqual()).isEqualTo(equal);
	}

	@Test
	void floatsDoNotHaveToBeInOrder() {
		List<Column> columns = List.of(new Column("v", "float8"));
		Answer source = new Answer(columns, List.of(List.of(new Value("0.5", true)), List.of(new Value("0.25", true))),
				true);
		Answer target = new Answer(columns,
				List.of(List.of(new Value("0.25000001", true)), List.of(new Value("0.5", true))), true);
		assertThat(new AnswerComparison(new StatementText("SELECT v FROM item").plan(), 1e-5).compare(source, target)
			.isEqual()).isTrue();
	}

	@Test
	void otherColumnsAreADifference() {
		Answer target = new Answer(List.of(new Column("id", "int8"), new Column("name", "text")), answer("1:a").rows(),
				true);
		assertThat(new AnswerComparison(new StatementText("SELECT 1").plan(), 0).compare(answer("1:a"), target).what())
			.isEqualTo(What.COLUMNS);
	}

}
