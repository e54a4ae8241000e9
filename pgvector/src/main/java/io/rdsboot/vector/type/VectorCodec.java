package io.rdsboot.vector.type;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Vectors in the binary format of the server, as {@code COPY BINARY}, bind parameters and
 * the {@code *_send} functions have it.
 */
@API(status = API.Status.INTERNAL)
public final class VectorCodec {

	private static final int DENSE_HEADER = 2 * Short.BYTES;

	private static final int SPARSE_HEADER = 3 * Integer.BYTES;

	private VectorCodec() {
	}

	/**
	 * Return how many bytes a vector has in binary format.
	 * @param type type of the column
	 * @param vector the vector, of the type's {@link ElementType#javaType() Java type}
	 * @return the number of bytes
	 */
	public static int length(ElementType type, VectorValue vector) {
		return switch (type) {
			case VECTOR -> DENSE_HEADER + Float.BYTES * vector.dimensions();
			case HALFVEC -> DENSE_HEADER + Short.BYTES * vector.dimensions();
			case BIT -> Integer.BYTES + ((BitVector) vector).bytes().length;
			case SPARSEVEC -> SPARSE_HEADER + (Integer.BYTES + Float.BYTES) * ((SparseVector) vector).nonZeros();
		};
	}

	/**
	 * Put a vector into a buffer in binary format.
	 * @param type type of the column
	 * @param vector the vector, of the type's {@link ElementType#javaType() Java type}
	 * @param target the buffer, big-endian, with {@link #length} bytes remaining
	 * @throws IllegalArgumentException if a value is too great for a half-precision float
	 * @throws BufferOverflowException if the buffer is too small
	 */
	public static void encode(ElementType type, VectorValue vector, ByteBuffer target) {
		switch (type) {
			case VECTOR -> {
				putDenseHeader(vector, target);
				putFloats(vector.toFloats(), target);
			}
			case HALFVEC -> {
				putDenseHeader(vector, target);
				for (float value : vector.toFloats()) {
					target.putShort(toHalf(value));
				}
			}
			case BIT -> target.putInt(vector.dimensions()).put(((BitVector) vector).bytes());
			case SPARSEVEC -> {
				SparseVector sparse = (SparseVector) vector;
				target.putInt(sparse.dimensions()).putInt(sparse.nonZeros()).putInt(0);
				int[] indices = sparse.indices();
				target.asIntBuffer().put(indices);
				target.position(target.position() + Integer.BYTES * indices.length);
				putFloats(sparse.values(), target);
			}
		}
	}

	/**
	 * Return a vector in binary format.
	 * @param type type of the column
	 * @param vector the vector, of the type's {@link ElementType#javaType() Java type}
	 * @return the bytes
	 * @throws IllegalArgumentException if a value is too great for a half-precision float
	 */
	public static byte[] encode(ElementType type, VectorValue vector) {
		byte[] bytes = new byte[length(type, vector)];
		encode(type, vector, ByteBuffer.wrap(bytes));
		return bytes;
	}

	/**
	 * Return whether a half-precision float can hold a value without becoming infinite.
	 * @param value the value
	 * @return whether the nearest half-precision float is finite
	 */
	public static boolean fitsHalf(float value) {
		return Math.abs(value) < HalfFloat.OVERFLOW;
	}

	/**
	 * Return the vector that the server sent.
	 * @param type type of the column
	 * @param bytes the value in binary format or as text, which begin differently
	 * @return the vector
	 * @throws IllegalArgumentException if the bytes are no vector of the type
	 */
	public static VectorValue decode(ElementType type, byte[] bytes) {
		try {
			if (VectorText.isText(type, bytes)) {
				return VectorText.parse(type, bytes);
			}
			ByteBuffer source = ByteBuffer.wrap(bytes);
			VectorValue vector = switch (type) {
				case VECTOR -> new DenseVector(getFloats(dimensions(source), source));
				case HALFVEC -> new DenseVector(getHalves(dimensions(source), source));
				case BIT -> getBits(source);
				case SPARSEVEC -> getSparse(source);
			};
			if (source.hasRemaining()) {
				throw malformed(type, bytes, null);
			}
			return vector;
		}
		catch (BufferUnderflowException | NegativeArraySizeException | IndexOutOfBoundsException
				| NumberFormatException ex) {
			throw malformed(type, bytes, ex);
		}
	}

	private static void putDenseHeader(VectorValue vector, ByteBuffer target) {
		target.putShort((short) vector.dimensions()).putShort((short) 0);
	}

	private static void putFloats(float[] values, ByteBuffer target) {
		target.asFloatBuffer().put(values);
		target.position(target.position() + Float.BYTES * values.length);
	}

	private static short toHalf(float value) {
		short half = HalfFloat.fromFloat(value);
		if ((half & 0x7c00) == 0x7c00) {
			throw new IllegalArgumentException("half-precision float must be finite and between %s and %s, but is %s"
				.formatted(-HalfFloat.MAX_VALUE, HalfFloat.MAX_VALUE, value));
		}
		return half;
	}

	private static int dimensions(ByteBuffer source) {
		int dimensions = source.getShort();
		source.getShort();
		return dimensions;
	}

	private static float[] getFloats(int count, ByteBuffer source) {
		requireRemaining(source, (long) Float.BYTES * count);
		float[] values = new float[count];
		source.asFloatBuffer().get(values);
		source.position(source.position() + Float.BYTES * count);
		return values;
	}

	private static float[] getHalves(int count, ByteBuffer source) {
		requireRemaining(source, (long) Short.BYTES * count);
		float[] values = new float[count];
		for (int i = 0; i < count; i++) {
			values[i] = HalfFloat.toFloat(source.getShort());
		}
		return values;
	}

	private static BitVector getBits(ByteBuffer source) {
		int dimensions = source.getInt();
		byte[] bytes = new byte[source.remaining()];
		source.get(bytes);
		return BitVector.ofBytes(dimensions, bytes);
	}

	private static SparseVector getSparse(ByteBuffer source) {
		int dimensions = source.getInt();
		int count = source.getInt();
		source.getInt();
		requireRemaining(source, (long) (Integer.BYTES + Float.BYTES) * count);
		int[] indices = new int[count];
		source.asIntBuffer().get(indices);
		source.position(source.position() + Integer.BYTES * count);
		return SparseVector.ofSorted(dimensions, indices, getFloats(count, source));
	}

	/** A count that is not there must not make an array of its size first. */
	private static void requireRemaining(ByteBuffer source, long bytes) {
		if (source.remaining() < bytes) {
			throw new BufferUnderflowException();
		}
	}

	private static IllegalArgumentException malformed(ElementType type, byte[] bytes, @Nullable Exception cause) {
		return new IllegalArgumentException(
				"value of %d bytes from the server is no %s".formatted(bytes.length, type.sqlName()), cause);
	}

}
