package io.rdsboot.vector.recall;

import java.util.Arrays;
import java.util.Random;

/**
 * Mean recall of queries, and how well so many queries tell it. The unit is the query:
 * the rows of one answer are found or missed together, so they are no independent draws.
 *
 * <p>
 * Bounds are {@code mean ± t·s/√n} where recalls spread to both sides. Near 1 they lie to
 * one side only, where that promises too much; there they come from a bias-corrected and
 * accelerated bootstrap (Efron, Better Bootstrap Confidence Intervals, 1987). A sample
 * without a miss tells nothing of how frequent misses are, so the bootstrap adds one
 * query that misses one row. Without misses, that gives the "rule of three".
 *
 * @param mean the mean
 * @param lower lower limit of the two-sided interval of 95 %
 * @param upper upper limit of the two-sided interval of 95 %
 * @param lowerBound bound that the true mean exceeds with 95 %, one-sided
 */
record MeanInterval(double mean, double lower, double upper, double lowerBound) {

	private static final double ONE_SIDED = 0.95;

	private static final double TWO_SIDED = 0.975;

	/**
	 * How sure a look at a measurement that is still running must be to end it: each look
	 * is another chance to be wrong.
	 */
	private static final double EARLY = 0.9995;

	private static final double NEAR_ONE = 0.9;

	private static final int RESAMPLES = 2000;

	private static final long SEED = 42;

	/**
	 * Return the interval of the recalls of some queries.
	 * @param recalls one for each query, at least one
	 * @param k rows of an answer
	 */
	static MeanInterval of(double[] recalls, int k) {
		Moments moments = Moments.of(recalls);
		if (recalls.length < 2) {
			return new MeanInterval(moments.mean, 0, 1, 0);
		}
		if (moments.mean > NEAR_ONE) {
			return bootstrap(moments.mean, withOneMiss(recalls, k));
		}
		double error = moments.standardError();
		double half = Distributions.studentQuantile(TWO_SIDED, recalls.length - 1) * error;
		return new MeanInterval(moments.mean, Math.max(0, moments.mean - half), Math.min(1, moments.mean + half),
				Math.max(0, moments.mean - Distributions.studentQuantile(ONE_SIDED, recalls.length - 1) * error));
	}

	/**
	 * Return -1 or 1 if the mean is clearly below or above a target though more queries
	 * are to come, else 0.
	 */
	static int clearly(double[] recalls, int k, double target) {
		double[] cautious = withOneMiss(recalls, k);
		Moments moments = Moments.of(cautious);
		double half = Distributions.studentQuantile(EARLY, cautious.length - 1) * moments.standardError();
		if (moments.mean + half < target) {
			return -1;
		}
		return (moments.mean - half > target) ? 1 : 0;
	}

	private static double[] withOneMiss(double[] recalls, int k) {
		double[] values = Arrays.copyOf(recalls, recalls.length + 1);
		values[recalls.length] = 1 - 1.0 / k;
		return values;
	}

	private static MeanInterval bootstrap(double mean, double[] values) {
		double[] means = resampledMeans(values);
		double center = Moments.of(values).mean;
		double below = 0;
		for (double resampled : means) {
			below += (resampled < center - 1e-12) ? 1 : (resampled < center + 1e-12) ? 0.5 : 0;
		}
		double bias = Distributions.normalQuantile(below / means.length);
		double acceleration = Moments.of(values).acceleration();
		return new MeanInterval(mean, quantile(means, 1 - TWO_SIDED, bias, acceleration),
				Math.max(mean, quantile(means, TWO_SIDED, bias, acceleration)),
				quantile(means, 1 - ONE_SIDED, bias, acceleration));
	}

	private static double[] resampledMeans(double[] values) {
		Random random = new Random(SEED);
		double[] means = new double[RESAMPLES];
		for (int i = 0; i < means.length; i++) {
			double sum = 0;
			for (int j = 0; j < values.length; j++) {
				sum += values[random.nextInt(values.length)];
			}
			means[i] = sum / values.length;
		}
		Arrays.sort(means);
		return means;
	}

	private static double quantile(double[] means, double probability, double bias, double acceleration) {
		double shifted = bias + Distributions.normalQuantile(probability);
		double corrected = Distributions.normal(bias + shifted / (1 - acceleration * shifted));
		return means[(int) Math.min(means.length - 1, Math.floor(corrected * means.length))];
	}

	/**
	 * Moments of a sample.
	 *
	 * @param mean the mean
	 * @param squares sum of the squared deviations from it
	 * @param cubes sum of the cubed ones
	 */
	private record Moments(int count, double mean, double squares, double cubes) {

		static Moments of(double[] values) {
			double mean = Arrays.stream(values).average().orElseThrow();
			double squares = 0;
			double cubes = 0;
			for (double value : values) {
				squares += Math.pow(value - mean, 2);
				cubes += Math.pow(value - mean, 3);
			}
			return new Moments(values.length, mean, squares, cubes);
		}

		double standardError() {
			return Math.sqrt(this.squares / (this.count - 1) / this.count);
		}

		double acceleration() {
			return (this.squares > 0) ? this.cubes / (6 * Math.pow(this.squares, 1.5)) : 0;
		}

	}

}
