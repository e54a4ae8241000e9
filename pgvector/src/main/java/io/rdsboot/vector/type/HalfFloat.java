package io.rdsboot.vector.type;

/**
 * Half-precision floats of IEEE 754, which Java 17 has no conversion for: 1 bit of sign,
 * 5 of exponent, 10 of fraction.
 */
final class HalfFloat {

	/** Greatest finite value. */
	static final float MAX_VALUE = 65504;

	private static final int INFINITY = 0x7c00;

	/** Halfway between the greatest finite value and the one that would come next. */
	static final float OVERFLOW = 65520;

	private static final int OVERFLOW_BITS = Float.floatToIntBits(OVERFLOW);

	private static final int MIN_NORMAL = Float.floatToIntBits(0x1p-14f);

	private HalfFloat() {
	}

	/**
	 * Return the nearest half-precision float; of two that are equally near, the even
	 * one.
	 * @param value any value; one that is too great becomes infinite
	 * @return the bits
	 */
	static short fromFloat(float value) {
		int bits = Float.floatToRawIntBits(value);
		int sign = (bits >>> 16) & 0x8000;
		int magnitude = bits & 0x7fffffff;
		if (magnitude > 0x7f800000) {
			return (short) (sign | INFINITY | 0x200);
		}
		if (magnitude >= OVERFLOW_BITS) {
			return (short) (sign | INFINITY);
		}
		if (magnitude < MIN_NORMAL) {
			// The addition leaves a multiple of 2^-24 in the lowest bits, rounded by the
			// processor.
			float rounded = Float.intBitsToFloat(magnitude) + 0.5f;
			return (short) (sign | (Float.floatToRawIntBits(rounded) - Float.floatToRawIntBits(0.5f)));
		}
		int odd = (magnitude >>> 13) & 1;
		return (short) (sign | ((magnitude - 0x38000000 + 0xfff + odd) >>> 13));
	}

	/**
	 * Return the value of a half-precision float, which a {@code float} holds exactly.
	 * @param half the bits
	 * @return the value
	 */
	static float toFloat(short half) {
		int sign = (half & 0x8000) << 16;
		int exponent = (half >>> 10) & 0x1f;
		int fraction = half & 0x3ff;
		if (exponent == 0) {
			float magnitude = fraction * 0x1p-24f;
			return (sign != 0) ? -magnitude : magnitude;
		}
		int biased = (exponent == 0x1f) ? 0xff : exponent + 112;
		return Float.intBitsToFloat(sign | (biased << 23) | (fraction << 13));
	}

}
