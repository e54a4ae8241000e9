package io.rdsboot.vector.recall;

import java.util.Arrays;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link Distributions}, {@link MeanInterval} and {@link IsotonicFit}.
 */
class RecallStatisticsTests {

	private static final int DRAWS = 400;

	@ParameterizedTest
	@CsvSource({ "1, 0.975, 12.7062", "2, 0.95, 2.9200", "5, 0.975, 2.5706", "10, 0.95, 1.8125", "30, 0.975, 2.0423",
			"31, 0.975, 2.0395", "120, 0.975, 1.9799", "399, 0.95, 1.6487", "399, 0.9995, 3.3151" })
	void studentQuantileIsThatOfTheTables(int degrees, double probability, double quantile) {
		assertThat(Distributions.studentQuantile(probability, degrees)).isCloseTo(quantile, within(5e-4));
	}

	@ParameterizedTest
	@CsvSource({ "0.5, 0", "0.95, 1.644854", "0.975, 1.959964", "0.001, -3.090232" })
	void normalQuantileIsThatOfTheTables(double probability, double quantile) {
		assertThat(Distributions.normalQuantile(probability)).isCloseTo(quantile, within(1e-6));
	}

	@Test
	void intervalOfSpreadRecallsIsStudents() {
		double[] recalls = { 0.4, 0.5, 0.6, 0.7, 0.8 };
		MeanInterval interval = MeanInterval.of(recalls, 10);
		// s = 0.158114, s / sqrt(5) = 0.070711, t = 2.7764 and 2.1318.
		assertThat(interval.mean()).isCloseTo(0.6, within(1e-12));
		assertThat(interval.lower()).isCloseTo(0.40367, within(1e-4));
		assertThat(interval.upper()).isCloseTo(0.79633, within(1e-4));
		assertThat(interval.lowerBound()).isCloseTo(0.44926, within(1e-4));
	}

	@ParameterizedTest
	@CsvSource({ "0.7, 400", "0.95, 400", "0.99, 400", "0.998, 400", "0.95, 100" })
	void boundsHoldInNineteenOfTwentyMeasurements(double recall, int queries) {
		Random random = new Random(7);
		int covered = 0;
		int bounded = 0;
		for (int i = 0; i < DRAWS; i++) {
			MeanInterval interval = MeanInterval.of(recalls(recall, queries, random), 10);
			covered += (interval.lower() <= recall && recall <= interval.upper()) ? 1 : 0;
			bounded += (interval.lowerBound() <= recall) ? 1 : 0;
		}
		assertThat((double) covered / DRAWS).isGreaterThanOrEqualTo(0.92);
		assertThat((double) bounded / DRAWS).isBetween(0.92, 0.995);
	}

	@Test
	void fourHundredQueriesTellRecallToAHundredth() {
		MeanInterval interval = MeanInterval.of(recalls(0.95, 400, new Random(11)), 10);
		assertThat(interval.upper() - interval.lower()).isBetween(0.01, 0.025);
	}

	@Test
	void boundWithoutMissesFollowsTheRuleOfThree() {
		double[] recalls = new double[400];
		Arrays.fill(recalls, 1);
		MeanInterval interval = MeanInterval.of(recalls, 10);
		assertThat(interval.mean()).isEqualTo(1);
		assertThat(interval.upper()).isEqualTo(1);
		assertThat(interval.lowerBound()).isBetween(1 - 0.1 * 5 / 400, 1 - 0.1 * 2 / 400);
	}

	@Test
	void intervalIsTheSameEachTime() {
		double[] recalls = recalls(0.97, 200, new Random(3));
		assertThat(MeanInterval.of(recalls, 10)).isEqualTo(MeanInterval.of(recalls, 10));
	}

	@Test
	void earlyDecisionIsRarelyWrong() {
		Random random = new Random(5);
		int wrong = 0;
		for (int i = 0; i < DRAWS; i++) {
			double[] recalls = recalls(0.95, 400, random);
			for (int looked = 50; looked <= recalls.length; looked += 50) {
				if (MeanInterval.clearly(Arrays.copyOf(recalls, looked), 10, 0.95) != 0) {
					wrong++;
					break;
				}
			}
		}
		assertThat(wrong).isLessThan(DRAWS / 20);
		assertThat(MeanInterval.clearly(recalls(0.7, 100, random), 10, 0.95)).isEqualTo(-1);
		assertThat(MeanInterval.clearly(recalls(0.99, 100, random), 10, 0.8)).isEqualTo(1);
	}

	@Test
	void isotonicFitPoolsWhatFalls() {
		assertThat(IsotonicFit.of(new double[] { 1, 3, 2, 4 }, new double[] { 1, 1, 1, 1 })).containsExactly(1, 2.5,
				2.5, 4);
		assertThat(IsotonicFit.of(new double[] { 3, 2, 1 }, new double[] { 1, 1, 4 })).containsExactly(1.5, 1.5, 1.5);
		assertThat(IsotonicFit.of(new double[] { 1, 2, 3 }, new double[] { 1, 1, 1 })).containsExactly(1, 2, 3);
	}

	/**
	 * Return recalls of queries of which some are hard: each has a chance of its own,
	 * which all of its ten rows share.
	 */
	private static double[] recalls(double mean, int queries, Random random) {
		double[] recalls = new double[queries];
		for (int i = 0; i < queries; i++) {
			double chance = (random.nextInt(4) == 0) ? 1 - 3 * (1 - mean) : 1 - (1 - mean) / 3;
			int hits = 0;
			for (int row = 0; row < 10; row++) {
				hits += (random.nextDouble() < chance) ? 1 : 0;
			}
			recalls[i] = hits / 10.0;
		}
		return recalls;
	}

}
