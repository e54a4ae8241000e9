package io.rdsboot.vector.recall;

import java.util.function.DoubleUnaryOperator;

/**
 * Normal and Student's t distribution, by the series of Abramowitz and Stegun, Handbook
 * of Mathematical Functions, 26.2.11 and 26.7.3 to 26.7.4.
 */
final class Distributions {

	/**
	 * Beyond this many standard deviations a normal probability is 0 or 1 in double
	 * precision.
	 */
	private static final double NORMAL_LIMIT = 8;

	private static final double STUDENT_LIMIT = 1e6;

	private Distributions() {
	}

	/**
	 * Return the probability that a normal variable is at most {@code x}.
	 */
	static double normal(double x) {
		if (Math.abs(x) > NORMAL_LIMIT) {
			return (x < 0) ? 0 : 1;
		}
		double term = x;
		double sum = x;
		for (int i = 3; Math.abs(term) > 1e-17; i += 2) {
			term *= x * x / i;
			sum += term;
		}
		return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
	}

	static double normalQuantile(double probability) {
		return quantile(Distributions::normal, probability, NORMAL_LIMIT);
	}

	/**
	 * Return the quantile of Student's t distribution.
	 * @param probability from 0.5, excluded 1
	 * @param degrees degrees of freedom, at least 1
	 */
	static double studentQuantile(double probability, int degrees) {
		return quantile((t) -> (1 + studentWithin(t, degrees)) / 2, probability, STUDENT_LIMIT);
	}

	/**
	 * Return the probability that a variable is between {@code -t} and {@code t}.
	 */
	private static double studentWithin(double t, int degrees) {
		if (t <= 0) {
			return 0;
		}
		double angle = Math.atan(t / Math.sqrt(degrees));
		double cosine = Math.cos(angle);
		boolean odd = degrees % 2 == 1;
		double term = odd ? cosine : 1;
		double sum = (degrees == 1) ? 0 : term;
		for (int i = odd ? 3 : 2; i <= degrees - 2; i += 2) {
			term *= cosine * cosine * (i - 1) / i;
			sum += term;
		}
		double series = Math.sin(angle) * sum;
		return odd ? 2 / Math.PI * (angle + series) : series;
	}

	private static double quantile(DoubleUnaryOperator distribution, double probability, double limit) {
		double low = -limit;
		double high = limit;
		while (high - low > 1e-12 * Math.max(1, Math.abs(low))) {
			double middle = (low + high) / 2;
			if (distribution.applyAsDouble(middle) < probability) {
				low = middle;
			}
			else {
				high = middle;
			}
		}
		return (low + high) / 2;
	}

}
