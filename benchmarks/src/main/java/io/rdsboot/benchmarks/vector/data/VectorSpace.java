package io.rdsboot.benchmarks.vector.data;

import java.util.SplittableRandom;

/**
 * Draws vectors of a {@link DataShape}. The same seed and number give the same vector.
 * Thread-safe.
 */
final class VectorSpace {

	/** Distances within a category, an author, a document, and of a single row. */
	private static final double[] SCALES = { 0.5, 0.35, 0.2, 1 };

	private static final int FAN_OUT = 10;

	private final DataShape shape;

	private final long seed;

	/** One row for each of the shape's dimensions. */
	private final double[][] projection;

	/** In the space of few dimensions, by number of the cell. */
	private final double[][] centers = new double[Cell.COUNT][];

	VectorSpace(DataShape shape, long seed) {
		this.shape = shape;
		this.seed = seed;
		SplittableRandom random = new SplittableRandom(seed);
		this.projection = new double[shape.dimensions()][];
		for (int i = 0; i < this.projection.length; i++) {
			this.projection[i] = gaussians(random, shape.intrinsicDimensions(), 1);
		}
		double[] category = {};
		double[] author = {};
		for (int cell = 0; cell < Cell.COUNT; cell++) {
			if (cell % (FAN_OUT * FAN_OUT) == 0) {
				category = gaussians(random, shape.intrinsicDimensions(), SCALES[0]);
			}
			if (cell % FAN_OUT == 0) {
				author = sum(category, gaussians(random, shape.intrinsicDimensions(), SCALES[1]));
			}
			this.centers[cell] = sum(author, gaussians(random, shape.intrinsicDimensions(), SCALES[2]));
		}
	}

	/**
	 * Returns a vector of length 1 in a cell.
	 * @param cell the cell
	 * @param number which one; each has its own
	 */
	float[] vector(Cell cell, long number) {
		SplittableRandom random = new SplittableRandom(this.seed ^ (number + 1) * 0x9E3779B97F4A7C15L);
		double[] point = sum(this.centers[cell.number()],
				gaussians(random, this.shape.intrinsicDimensions(), SCALES[3]));
		double noise = SCALES[3] * this.shape.noise() * Math.sqrt(this.shape.intrinsicDimensions());
		double[] vector = new double[this.shape.dimensions()];
		double squares = 0;
		for (int i = 0; i < vector.length; i++) {
			vector[i] = product(this.projection[i], point) + noise * random.nextGaussian();
			squares += vector[i] * vector[i];
		}
		float[] normalized = new float[vector.length];
		for (int i = 0; i < vector.length; i++) {
			normalized[i] = (float) (vector[i] / Math.sqrt(squares));
		}
		return normalized;
	}

	private static double[] gaussians(SplittableRandom random, int count, double scale) {
		double[] values = new double[count];
		for (int i = 0; i < count; i++) {
			values[i] = scale * random.nextGaussian();
		}
		return values;
	}

	private static double[] sum(double[] a, double[] b) {
		double[] sum = new double[a.length];
		for (int i = 0; i < sum.length; i++) {
			sum[i] = a[i] + b[i];
		}
		return sum;
	}

	private static double product(double[] a, double[] b) {
		double product = 0;
		for (int i = 0; i < a.length; i++) {
			product += a[i] * b[i];
		}
		return product;
	}

}
