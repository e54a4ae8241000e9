package io.rdsboot.benchmarks.readers;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Shares}.
 */
class SharesTests {

	@Test
	void variationWhenAllServeTheSameIsZero() {
		assertThat(new Shares(Map.of("a", 5L, "b", 5L)).variation(2)).isZero();
	}

	@Test
	void variationIsTheStandardDeviationAsAShareOfTheMean() {
		assertThat(new Shares(Map.of("a", 90L, "b", 110L)).variation(2)).isCloseTo(0.1, within(1e-9));
	}

	@Test
	void variationWhenAReaderServesNothingCountsItToo() {
		assertThat(new Shares(Map.of("a", 10L)).variation(2)).isCloseTo(1, within(1e-9));
	}

}
