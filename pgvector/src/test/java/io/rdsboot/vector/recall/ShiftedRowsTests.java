package io.rdsboot.vector.recall;

import java.util.List;
import java.util.Random;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.type.VectorValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link ShiftedRows}.
 */
class ShiftedRowsTests {

	private static final List<float[]> NEIGHBORS = List.of(new float[] { 2, 0.2F, 0 }, new float[] { 1, 0, 0.1F },
			new float[] { 0.5F, 0.1F, 0.1F });

	@ParameterizedTest
	@EnumSource(names = { "COSINE", "INNER_PRODUCT" })
	void rowIsShiftedByItsDirectionWhereOnlyThatCounts(Distance distance) {
		assertThat(shift(distance, 1)).isEqualTo(shift(distance, 10)).isNotEqualTo(new float[] { 1, 0, 0 });
	}

	@Test
	void rowIsShiftedByTheDistanceToTheNearestOne() {
		float[] shifted = shift(Distance.L2, 1);
		double nearest = 0.1;
		assertThat(length(shifted[0] - 1, shifted[1], shifted[2])).isCloseTo(1.25 * nearest, within(1e-6));
	}

	@Test
	void rowWithoutOthersNearByIsTaken() {
		MeasuredQuery row = new MeasuredQuery(VectorValue.of(new float[] { 1, 0, 0 }), 7L);
		assertThat(ShiftedRows.of(Distance.L2, new Random(1)).shift(row, NEIGHBORS.subList(0, 1))).isSameAs(row);
	}

	private static float[] shift(Distance distance, float length) {
		MeasuredQuery row = new MeasuredQuery(VectorValue.of(new float[] { length, 0, 0 }), 7L);
		return ShiftedRows.of(distance, new Random(1)).shift(row, NEIGHBORS).vector().toFloats();
	}

	private static double length(double... values) {
		double sum = 0;
		for (double value : values) {
			sum += value * value;
		}
		return Math.sqrt(sum);
	}

}
