package io.rdsboot.benchmarks.vector.data;

import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Quality} and {@link ExactSearch}.
 */
class QualityTests {

	/** Rows 0 to 9 on a quarter of a circle; 3 and 4 in the same place. */
	private static final List<Row> ROWS = IntStream.range(0, 10)
		.mapToObj((number) -> new Row(number, new Cell(number), onCircle((number == 4) ? 3 : number), "row " + number))
		.toList();

	private final ExactSearch exact = new ExactSearch(ROWS);

	@Test
	void ofWhenNearestAreFoundIsWhole() throws SQLException {
		Quality quality = quality(search(3, null), 0, 1, 2);
		assertThat(quality.recall()).isEqualTo(1);
		assertThat(quality.missing()).isZero();
	}

	@Test
	void ofWhenOneIsWrongAndOneIsMissingCountsBoth() throws SQLException {
		Quality quality = quality(search(3, null), 0, 9);
		assertThat(quality.recall()).isEqualTo(1 / 3.0);
		assertThat(quality.missing()).isEqualTo(1);
		assertThat(quality).hasToString("recall 0.333, 2.0 of 3.0 rows");
	}

	@Test
	void ofWhenRowIsAsNearAsTheLastIsRight() throws SQLException {
		assertThat(quality(search(4, null), 0, 1, 2, 4).recall()).isEqualTo(1);
	}

	@Test
	void ofWhenFewRowsQualifyExpectsThese() throws SQLException {
		Quality quality = quality(search(3, Selectivity.THOUSANDTH.of(new Cell(9))), 9);
		assertThat(quality.recall()).isEqualTo(1);
		assertThat(quality.missing()).isZero();
	}

	@Test
	void ofWhenRowDoesNotFulfilTheConditionFails() {
		Search search = search(3, Selectivity.THOUSANDTH.of(new Cell(9)));
		assertThatIllegalStateException().isThrownBy(() -> quality(search, 8)).withMessageContaining("does not belong");
	}

	@Test
	void ofWhenRowIsFoundTwiceFails() {
		assertThatIllegalStateException().isThrownBy(() -> quality(search(3, null), 0, 0))
			.withMessageContaining("does not belong");
	}

	private Quality quality(Search search, int... found) throws SQLException {
		List<UUID> ids = IntStream.of(found).mapToObj((number) -> ROWS.get(number).id()).toList();
		return Quality.of((any) -> ids, List.of(this.exact.truth(search)));
	}

	private static Search search(int limit, @Nullable Condition condition) {
		return new Search(new Query(0, new Cell(0), onCircle(0), ""), limit, condition);
	}

	private static float[] onCircle(int number) {
		return new float[] { (float) Math.cos(0.1 * number), (float) Math.sin(0.1 * number) };
	}

}
