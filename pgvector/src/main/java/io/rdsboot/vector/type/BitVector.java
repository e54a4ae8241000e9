package io.rdsboot.vector.type;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Vector of bits, for columns of type {@code bit}. Immutable.
 */
public final class BitVector implements VectorValue {

	private final int dimensions;

	/** Eight dimensions a byte, the first one in the highest bit. */
	private final byte[] bytes;

	private BitVector(int dimensions, byte[] bytes) {
		this.dimensions = dimensions;
		this.bytes = bytes;
	}

	/**
	 * Return a vector of the given bits.
	 * @param bits the value of each dimension
	 * @return the vector
	 */
	public static BitVector of(boolean... bits) {
		byte[] bytes = new byte[(bits.length + 7) / 8];
		for (int i = 0; i < bits.length; i++) {
			if (bits[i]) {
				bytes[i / 8] |= (byte) (0x80 >> (i % 8));
			}
		}
		return new BitVector(bits.length, bytes);
	}

	/**
	 * Return a vector of packed bits.
	 * @param dimensions number of bits
	 * @param bytes eight dimensions a byte, the first one in the highest bit; copied
	 * @return the vector
	 * @throws IllegalArgumentException if the number of bytes does not fit the number of
	 * dimensions, or a bit behind the last dimension is set
	 */
	public static BitVector ofBytes(int dimensions, byte[] bytes) {
		int expected = (dimensions + 7) / 8;
		if (dimensions < 0 || bytes.length != expected) {
			throw new IllegalArgumentException("bit vector of %d dimensions must have %d bytes, but has %d"
				.formatted(dimensions, expected, bytes.length));
		}
		if (dimensions % 8 != 0 && (bytes[expected - 1] & (0xff >> (dimensions % 8))) != 0) {
			throw new IllegalArgumentException(
					"bit vector of %d dimensions has a bit set behind the last dimension".formatted(dimensions));
		}
		return new BitVector(dimensions, bytes.clone());
	}

	@Override
	public int dimensions() {
		return this.dimensions;
	}

	/**
	 * Return one of the bits.
	 * @param index the dimension, counted from 0
	 * @return whether the bit is set
	 */
	public boolean get(int index) {
		return (this.bytes[index / 8] & (0x80 >> (index % 8))) != 0;
	}

	/**
	 * Return the packed bits.
	 * @return a copy: eight dimensions a byte, the first one in the highest bit
	 */
	public byte[] toBytes() {
		return this.bytes.clone();
	}

	byte[] bytes() {
		return this.bytes;
	}

	@Override
	public float[] toFloats() {
		float[] values = new float[this.dimensions];
		for (int i = 0; i < this.dimensions; i++) {
			values[i] = get(i) ? 1 : 0;
		}
		return values;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof BitVector that && this.dimensions == that.dimensions
				&& Arrays.equals(this.bytes, that.bytes);
	}

	@Override
	public int hashCode() {
		return 31 * this.dimensions + Arrays.hashCode(this.bytes);
	}

	@Override
	public String toString() {
		return "BitVector[dimensions=%d]".formatted(this.dimensions);
	}

}
