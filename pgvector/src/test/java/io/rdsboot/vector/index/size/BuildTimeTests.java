package io.rdsboot.vector.index.size;

import java.util.List;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.Quantization;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.type.ElementType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link BuildTime}.
 */
class BuildTimeTests {

	/**
	 * Builds that were measured on two cores, with enough memory and two workers.
	 */
	@ParameterizedTest
	@CsvSource({ "30_000, 1536, NONE, 16, 64, 31", "50_000, 768, NONE, 16, 64, 24.6", "50_000, 768, HALF, 16, 64, 22.1",
			"50_000, 768, BINARY, 16, 64, 11.2", "100_000, 384, NONE, 16, 64, 42", "100_000, 384, NONE, 8, 32, 19",
			"200_000, 384, NONE, 16, 64, 88", "1_000_000, 384, NONE, 16, 64, 677" })
	void graphsTakeWhatWasMeasuredWithinAFactorOfTwo(String rows, int dimensions, Quantization quantization, int m,
			int efConstruction, double seconds) {
		VectorColumn column = new VectorColumn("embedding", ElementType.VECTOR, dimensions, Distance.COSINE,
				new VectorIndex.Hnsw(m, efConstruction), quantization, List.of());
		assertThat(forecast(column, rows)).isBetween(seconds / 2, 2 * seconds);
	}

	@ParameterizedTest
	@CsvSource({ "50_000, 768, 50, 1.7", "100_000, 384, 316, 4.8", "100_000, 384, 1000, 23.4" })
	void listsTakeWhatWasMeasuredWithinAFactorOfTwo(String rows, int dimensions, int lists, double seconds) {
		VectorColumn column = VectorColumn.of("embedding", ElementType.VECTOR, dimensions, Distance.COSINE,
				new VectorIndex.IvfFlat(lists));
		assertThat(forecast(column, rows)).isBetween(seconds / 2, 2 * seconds);
	}

	@Test
	void noIndexTakesNoTime() {
		VectorColumn column = VectorColumn.of("embedding", ElementType.VECTOR, 3, Distance.COSINE, VectorIndex.none());
		assertThat(BuildTime.of(column, 1_000_000)).isZero();
	}

	private static double forecast(VectorColumn column, String rows) {
		return BuildTime.of(column, Long.parseLong(rows.replace("_", ""))).toMillis() / 1000.0;
	}

}
