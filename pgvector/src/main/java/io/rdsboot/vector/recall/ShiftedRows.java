package io.rdsboot.vector.recall;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.type.VectorValue;

/**
 * Makes queries of stored rows. The graph of an index leads from a row straight to its
 * nearest ones, which were linked with it, so a row as a query finds far more than a
 * query from outside: 0.97 instead of 0.89 was measured. A query is therefore shifted
 * away from its row, about as far as rows are from their nearest one, in a direction in
 * which rows near by differ from each other.
 */
final class ShiftedRows {

	/**
	 * Length of a shift as a multiple of the distance to the nearest row, with which the
	 * recall came nearest to that of queries from outside.
	 */
	private static final double LENGTH = 1.25;

	private final boolean normalized;

	private final Random random;

	private ShiftedRows(boolean normalized, Random random) {
		this.normalized = normalized;
		this.random = random;
	}

	/**
	 * Return what makes queries for searches by a distance. By cosine and by inner
	 * product only the direction of a query counts.
	 */
	static ShiftedRows of(Distance distance, Random random) {
		return new ShiftedRows(distance == Distance.COSINE || distance == Distance.INNER_PRODUCT, random);
	}

	/**
	 * Return a query, which is the row itself if there is no direction to shift it to.
	 * @param row the row
	 * @param neighbors vectors of the rows that are nearest to it
	 */
	MeasuredQuery shift(MeasuredQuery row, List<float[]> neighbors) {
		float[] vector = prepared(row.vector().toFloats());
		List<float[]> others = neighbors.stream()
			.map(this::prepared)
			.filter((neighbor) -> distance(vector, neighbor) > 0)
			.toList();
		if (others.size() < 2) {
			return row;
		}
		int first = this.random.nextInt(others.size());
		int second = (first + 1 + this.random.nextInt(others.size() - 1)) % others.size();
		float[] from = others.get(first);
		float[] to = others.get(second);
		double nearest = others.stream().mapToDouble((other) -> distance(vector, other)).min().orElseThrow();
		float[] shifted = this.normalized ? turned(vector, direction(from, to), nearest)
				: moved(vector, direction(from, to), nearest);
		return Arrays.equals(shifted, vector) ? row : new MeasuredQuery(VectorValue.of(shifted), null);
	}

	private static float[] direction(float[] from, float[] to) {
		float[] direction = new float[from.length];
		for (int i = 0; i < direction.length; i++) {
			direction[i] = to[i] - from[i];
		}
		return direction;
	}

	private static float[] moved(float[] vector, float[] direction, double nearest) {
		return sum(vector, 1, direction, LENGTH * nearest / length(direction));
	}

	/**
	 * Turn a vector of length 1, so that it keeps its length.
	 */
	private static float[] turned(float[] vector, float[] direction, double nearest) {
		double along = 0;
		for (int i = 0; i < vector.length; i++) {
			along += (double) vector[i] * direction[i];
		}
		float[] across = sum(direction, 1, vector, -along);
		double angle = 2 * Math.asin(Math.min(Math.sqrt(0.5), LENGTH * nearest / 2));
		return sum(vector, Math.cos(angle), across, Math.sin(angle) / length(across));
	}

	private static float[] sum(float[] first, double factor, float[] second, double secondFactor) {
		float[] sum = new float[first.length];
		for (int i = 0; i < sum.length; i++) {
			sum[i] = (float) (factor * first[i] + (Double.isFinite(secondFactor) ? secondFactor : 0) * second[i]);
		}
		return sum;
	}

	private float[] prepared(float[] vector) {
		double length = length(vector);
		if (!this.normalized || length == 0) {
			return vector;
		}
		float[] unit = new float[vector.length];
		for (int i = 0; i < unit.length; i++) {
			unit[i] = (float) (vector[i] / length);
		}
		return unit;
	}

	private static double length(float[] vector) {
		return distance(vector, new float[vector.length]);
	}

	private static double distance(float[] first, float[] second) {
		double sum = 0;
		for (int i = 0; i < first.length; i++) {
			sum += Math.pow(first[i] - second[i], 2);
		}
		return Math.sqrt(sum);
	}

}
