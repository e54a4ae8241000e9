package io.rdsboot.vector.type;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HalfFloat}.
 */
class HalfFloatTests {

	@Test
	void everyHalfComesBackUnchanged() {
		for (int bits = 0; bits <= 0xffff; bits++) {
			short half = (short) bits;
			float value = HalfFloat.toFloat(half);
			short back = HalfFloat.fromFloat(value);
			if (Float.isNaN(value)) {
				assertThat(bits & 0x7c00).isEqualTo(0x7c00);
				assertThat(Float.isNaN(HalfFloat.toFloat(back))).isTrue();
			}
			else {
				assertThat(back).as("bits %x, value %s", bits, value).isEqualTo(half);
			}
		}
	}

	@Test
	void valuesAreThoseOfTheStandard() {
		assertThat(HalfFloat.toFloat((short) 0x3c00)).isEqualTo(1);
		assertThat(HalfFloat.toFloat((short) 0xc000)).isEqualTo(-2);
		assertThat(HalfFloat.toFloat((short) 0x7bff)).isEqualTo(HalfFloat.MAX_VALUE);
		assertThat(HalfFloat.toFloat((short) 0x0400)).isEqualTo(0x1p-14f);
		assertThat(HalfFloat.toFloat((short) 0x03ff)).isEqualTo(1023 * 0x1p-24f);
		assertThat(HalfFloat.toFloat((short) 0x8001)).isEqualTo(-0x1p-24f);
		assertThat(HalfFloat.toFloat((short) 0x3555)).isEqualTo(0.333251953125f);
		assertThat(HalfFloat.toFloat((short) 0x7c00)).isInfinite();
	}

	@Test
	void valueBetweenTwoHalvesBecomesTheNearestOrTheEvenOne() {
		// The halves ascend with their bits, so neighbours are one apart.
		for (int bits = 0; bits < 0x7bff; bits++) {
			float lower = HalfFloat.toFloat((short) bits);
			float upper = HalfFloat.toFloat((short) (bits + 1));
			float middle = (float) (((double) lower + upper) / 2);
			assertRounded(middle, (bits % 2 == 0) ? bits : bits + 1);
			assertRounded(Math.nextDown(middle), bits);
			assertRounded(Math.nextUp(middle), bits + 1);
		}
	}

	private static void assertRounded(float value, int expected) {
		assertThat(HalfFloat.fromFloat(value)).as("%s", value).isEqualTo((short) expected);
		assertThat(HalfFloat.fromFloat(-value)).as("-%s", value).isEqualTo((short) (expected | 0x8000));
	}

	@Test
	void randomFloatsAreRoundedAsExactArithmeticSays() {
		Random random = new Random(42);
		for (int i = 0; i < 200_000; i++) {
			float value = Float.intBitsToFloat(random.nextInt());
			if (Math.abs(value) < 65520) {
				float rounded = HalfFloat.toFloat(HalfFloat.fromFloat(value));
				// Plus 0 makes one zero of both.
				assertThat(rounded + 0).as("%s", value).isEqualTo(reference(value) + 0);
			}
		}
	}

	/** A multiple of the half's last place, found in decimals without any limit. */
	private static float reference(float value) {
		int exponent = Math.max(Math.getExponent(value), -14);
		BigDecimal lastPlace = new BigDecimal(Math.scalb(1.0, exponent - 10));
		return new BigDecimal(value).divide(lastPlace)
			.setScale(0, RoundingMode.HALF_EVEN)
			.multiply(lastPlace)
			.floatValue();
	}

	@Test
	void valueBeyondTheGreatestBecomesInfinite() {
		assertThat(HalfFloat.fromFloat(65519.996f)).isEqualTo((short) 0x7bff);
		assertThat(HalfFloat.fromFloat(65520)).isEqualTo((short) 0x7c00);
		assertThat(HalfFloat.fromFloat(-Float.MAX_VALUE)).isEqualTo((short) 0xfc00);
		assertThat(HalfFloat.fromFloat(Float.POSITIVE_INFINITY)).isEqualTo((short) 0x7c00);
		assertThat(HalfFloat.toFloat(HalfFloat.fromFloat(Float.NaN))).isNaN();
		assertThat(VectorCodec.fitsHalf(65519.996f)).isTrue();
		assertThat(VectorCodec.fitsHalf(-65520)).isFalse();
		assertThat(VectorCodec.fitsHalf(Float.NaN)).isFalse();
	}

}
