package io.rdsboot.vector.table;

import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.SparseVector;
import io.rdsboot.vector.type.VectorCodec;
import io.rdsboot.vector.type.VectorValue;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What a vector column can hold, checked before the server has to refuse it.
 */
@API(status = API.Status.INTERNAL)
public final class VectorLimits {

	private static final int MAX_NON_ZEROS = 16_000;

	private static final int MAX_INDEXED_NON_ZEROS = 1_000;

	/** Half of the smallest half-precision float, which is rounded to zero. */
	private static final float GREATEST_HALF_ZERO = 0x1p-25f;

	/**
	 * Bound of the sum of squares, of which pgvector adds up floats. Below it, no
	 * distance of two vectors overflows to infinity or to no number at all.
	 */
	private static final double SQUARES_END = 0x1p125;

	/** Magnitudes of which no sum of squares overflows, whatever the dimensions. */
	private static final float GREATEST_ORDINARY = 0x1p54f;

	/** Magnitudes of which the square is not rounded to zero. */
	private static final float LEAST_ORDINARY = 0x1p-60f;

	private VectorLimits() {
	}

	/**
	 * Return what is wrong with a vector.
	 * @return the problem, or {@code null} if there is none
	 */
	public static @Nullable String problem(VectorColumn column, @Nullable VectorValue vector) {
		ElementType type = column.type();
		if (vector == null || (vector instanceof DenseVector dense && dense.toFloats() == null)) {
			return "is null";
		}
		if (!type.javaType().isInstance(vector)) {
			return "is a %s, but column %s of type %s holds a %s".formatted(vector.getClass().getSimpleName(),
					column.name(), type.sqlName(), type.javaType().getSimpleName());
		}
		if (vector.dimensions() != column.dimensions()) {
			return "has %d dimensions, but must have %d".formatted(vector.dimensions(), column.dimensions());
		}
		return switch (type) {
			case VECTOR, HALFVEC -> floatsProblem(column, vector.toFloats());
			case BIT -> null;
			case SPARSEVEC -> sparseProblem(column, (SparseVector) vector);
		};
	}

	private static @Nullable String sparseProblem(VectorColumn column, SparseVector vector) {
		if (vector.nonZeros() > MAX_NON_ZEROS) {
			return "has %d values that are not zero, but a sparsevec can have at most %d".formatted(vector.nonZeros(),
					MAX_NON_ZEROS);
		}
		if (vector.nonZeros() > MAX_INDEXED_NON_ZEROS && column.index() instanceof VectorIndex.Hnsw) {
			return "has %d values that are not zero, but its HNSW index can hold at most %d"
				.formatted(vector.nonZeros(), MAX_INDEXED_NON_ZEROS);
		}
		for (int i = 0; i < vector.nonZeros(); i++) {
			if (!Float.isFinite(vector.value(i))) {
				return notFinite(vector.value(i), vector.index(i));
			}
		}
		float[] values = new float[vector.nonZeros()];
		for (int i = 0; i < values.length; i++) {
			values[i] = vector.value(i);
		}
		return lengthProblem(column, values);
	}

	private static @Nullable String floatsProblem(VectorColumn column, float[] values) {
		// An index on half-precision floats has to hold them too.
		boolean half = column.type() == ElementType.HALFVEC || column.indexedType() == ElementType.HALFVEC;
		float greatest = greatestMagnitude(values);
		if (!Float.isFinite(greatest) || (half && !VectorCodec.fitsHalf(greatest))) {
			return valueProblem(values, half);
		}
		if (half) {
			return (greatest <= GREATEST_HALF_ZERO && column.distance() == Distance.COSINE) ? zeroVector() : null;
		}
		boolean ordinary = greatest < GREATEST_ORDINARY && greatest >= LEAST_ORDINARY;
		return ordinary ? null : lengthProblem(column, values);
	}

	private static @Nullable String lengthProblem(VectorColumn column, float[] values) {
		double squares = 0;
		for (float value : values) {
			squares += value * value;
		}
		if (squares >= SQUARES_END) {
			return "is too long to have distances: the sum of its squares must be below %.1e".formatted(SQUARES_END);
		}
		if (squares > 0 || column.distance() != Distance.COSINE) {
			return null;
		}
		return (greatestMagnitude(values) == 0) ? zeroVector()
				: "is so short that its length is rounded to zero, so it has no cosine distance";
	}

	/**
	 * Magnitudes of floats are in the order of their bits, those of infinity and NaN
	 * above all others.
	 */
	private static float greatestMagnitude(float[] values) {
		int greatest = 0;
		for (float value : values) {
			greatest = Math.max(greatest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
		}
		return Float.intBitsToFloat(greatest);
	}

	private static @Nullable String valueProblem(float[] values, boolean half) {
		for (int i = 0; i < values.length; i++) {
			if (!Float.isFinite(values[i])) {
				return notFinite(values[i], i);
			}
			if (half && !VectorCodec.fitsHalf(values[i])) {
				return "is %s at index %d, but must be between -65504 and 65504".formatted(values[i], i);
			}
		}
		return null;
	}

	private static String notFinite(float value, int index) {
		return "is %s at index %d, but must be finite".formatted(value, index);
	}

	private static String zeroVector() {
		return "is a zero vector, which has no cosine distance";
	}

}
