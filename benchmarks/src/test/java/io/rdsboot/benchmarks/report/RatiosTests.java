package io.rdsboot.benchmarks.report;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Ratios}.
 */
class RatiosTests {

	private final Ratios ratios = new Ratios();

	@Test
	void medianWhenOneRoundIsDisturbedIsThatOfTheOthers() {
		this.ratios.add(11, 10);
		this.ratios.add(9000, 10);
		this.ratios.add(9, 10);
		assertThat(this.ratios.median()).isEqualTo(1.1);
	}

	@Test
	void medianWhenNumberOfRoundsIsEvenLiesBetweenTheMiddleTwo() {
		this.ratios.add(1, 1);
		this.ratios.add(2, 1);
		assertThat(this.ratios.median()).isEqualTo(1.5);
	}

	@Test
	void toStringWhenThereAreHundredRoundsHasRanksOfTheConfidenceInterval() {
		IntStream.rangeClosed(1, 100).forEach((value) -> this.ratios.add(value, 1));
		assertThat(this.ratios).hasToString("50.500 [40.700, 60.300]");
	}

	@Test
	void toStringWhenRoundsAreFewStaysWithinThem() {
		this.ratios.add(1, 1);
		this.ratios.add(2, 1);
		assertThat(this.ratios).hasToString("1.500 [1.000, 2.000]");
	}

}
