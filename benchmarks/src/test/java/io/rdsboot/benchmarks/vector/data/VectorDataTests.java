package io.rdsboot.benchmarks.vector.data;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VectorData}.
 */
class VectorDataTests {

	private static final DataShape SHAPE = new DataShape(2000, 24, 8, 0.5, TextLength.PASSAGE);

	private final List<Row> rows = new VectorData(SHAPE).rows().toList();

	@Test
	void rowsWhenMadeTwiceAreTheSame() {
		List<Row> again = new VectorData(SHAPE).rows().toList();
		assertThat(again).hasSize(2000);
		assertThat(again.get(1234).embedding()).isEqualTo(this.rows.get(1234).embedding());
		assertThat(again.get(1234).content()).isEqualTo(this.rows.get(1234).content());
	}

	@Test
	void rowsWhenOfOneCellDiffer() {
		assertThat(this.rows.get(5).cell()).isEqualTo(this.rows.get(1005).cell());
		assertThat(this.rows.get(5).embedding()).isNotEqualTo(this.rows.get(1005).embedding());
		assertThat(this.rows).extracting(Row::id).doesNotHaveDuplicates();
		assertThat(this.rows).extracting(Row::content).doesNotHaveDuplicates();
	}

	@Test
	void rowsHaveUnitLengthAndTextOfSomeSentences() {
		assertThat(this.rows).allSatisfy((row) -> {
			assertThat(product(row.embedding(), row.embedding())).isBetween(0.9999, 1.0001);
			assertThat(row.content()).hasSizeBetween(200, 400);
		});
	}

	@Test
	void conditionsLeaveTheSharesThatTheySay() {
		Cell cell = new Cell(437);
		assertThat(fulfilling(Selectivity.TENTH.of(cell))).isEqualTo(200);
		assertThat(fulfilling(Selectivity.HUNDREDTH.of(cell))).isEqualTo(20);
		assertThat(fulfilling(Selectivity.THOUSANDTH.of(cell))).isEqualTo(2);
	}

	@Test
	void elsewhereSharesNoKey() {
		for (int number = 0; number < Cell.COUNT; number++) {
			Cell cell = new Cell(number);
			for (Selectivity selectivity : Selectivity.values()) {
				assertThat(selectivity.of(cell.elsewhere())).isNotEqualTo(selectivity.of(cell));
			}
		}
	}

	@Test
	void queriesAreHeldOutAndNearerToTheirCellThanToOthers() {
		double near = 0;
		double far = 0;
		for (Query query : new VectorData(SHAPE).queries(50)) {
			assertThat(this.rows).extracting(Row::embedding).doesNotContain(query.vector());
			near += meanProduct(query, query.cell());
			far += meanProduct(query, query.cell().elsewhere());
		}
		assertThat(near).isGreaterThan(far);
	}

	@ParameterizedTest
	@EnumSource
	void commonWordsAreInALargePartOfTheRows(TextLength length) {
		VectorData data = new VectorData(SHAPE.withTexts(length));
		List<Row> texts = data.rows().toList();
		for (Query query : data.queries(20)) {
			List<String> words = List.of(query.text().split(" ", -1));
			assertThat(texts.stream().filter((row) -> words.stream().allMatch(row.content()::contains)).count())
				.as(query.text())
				.isBetween(texts.size() / 40L, texts.size() / 4L);
		}
	}

	private long fulfilling(Condition condition) {
		return this.rows.stream().filter(condition::holds).count();
	}

	private double meanProduct(Query query, Cell cell) {
		return this.rows.stream()
			.filter((row) -> row.cell().equals(cell))
			.mapToDouble((row) -> product(query.vector(), row.embedding()))
			.average()
			.orElseThrow();
	}

	private static double product(float[] a, float[] b) {
		double product = 0;
		for (int i = 0; i < a.length; i++) {
			product += a[i] * b[i];
		}
		return product;
	}

}
