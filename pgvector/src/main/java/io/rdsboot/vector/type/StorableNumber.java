package io.rdsboot.vector.type;

import java.math.BigDecimal;
import java.math.BigInteger;

import org.apiguardian.api.API;

/**
 * What PostgreSQL can hold as a {@code numeric}, also within {@code jsonb}. What is
 * written and what a filter asks for keep to the same bounds.
 */
@API(status = API.Status.INTERNAL)
public final class StorableNumber {

	/**
	 * Most digits before the decimal point.
	 */
	public static final int MAX_DIGITS = 131_072;

	/**
	 * Most digits behind the decimal point.
	 */
	public static final int MAX_SCALE = 16_383;

	private StorableNumber() {
	}

	/**
	 * Return whether the server can hold a number with all of its digits.
	 * @param number the number
	 * @return whether it can be stored
	 */
	public static boolean isStorable(BigDecimal number) {
		return (long) number.precision() - number.scale() <= MAX_DIGITS && number.scale() <= MAX_SCALE;
	}

	/**
	 * Return an equal number without zeros at its end, as
	 * {@link BigDecimal#stripTrailingZeros()} does, which takes seconds for a hundred
	 * thousand zeros.
	 * @param number the number, storable
	 * @return the number in its shortest form
	 */
	public static BigDecimal stripped(BigDecimal number) {
		BigInteger digits = number.unscaledValue();
		if (digits.signum() == 0) {
			return BigDecimal.ZERO;
		}
		int scale = number.scale();
		// A number that ends with so many zeros ends with as many zero bits.
		int most = Integer.highestOneBit(Math.min(digits.getLowestSetBit(), number.precision()));
		for (int zeros = most; zeros > 0; zeros /= 2) {
			BigInteger[] parts = digits.divideAndRemainder(BigInteger.TEN.pow(zeros));
			if (parts[1].signum() == 0) {
				digits = parts[0];
				scale -= zeros;
			}
		}
		return new BigDecimal(digits, scale);
	}

}
