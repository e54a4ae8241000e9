package io.rdsboot.benchmarks.vector;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Part}.
 */
class PartTests {

	@Test
	void namedWhenNothingIsNamedReturnsAll() {
		assertThat(Part.named("")).containsExactly(Part.values());
	}

	@Test
	void namedReturnsPartsInTheirOrder() {
		assertThat(Part.named("top10, load")).containsExactly(Part.LOAD, Part.TOP10);
	}

	@Test
	void namedWhenThereIsNoSuchPartSaysWhichThereAre() {
		assertThatIllegalArgumentException().isThrownBy(() -> Part.named("load,serach"))
			.withMessage(
					"There is no part of the benchmark 'serach'; there are: [load, upsert, top10, top100, filters, hybrid]");
	}

}
