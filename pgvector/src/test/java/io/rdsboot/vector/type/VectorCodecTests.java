package io.rdsboot.vector.type;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link VectorCodec} and {@link VectorText}. That the server understands the
 * bytes is tested with the repository.
 */
class VectorCodecTests {

	@Test
	void bytesAreThoseOfTheServer() {
		assertEncoded(ElementType.VECTOR, VectorValue.of(1, -2), "0002 0000 3f800000 c0000000");
		assertEncoded(ElementType.HALFVEC, VectorValue.of(1, -2), "0002 0000 3c00 c000");
		assertEncoded(ElementType.BIT, BitVector.of(true, false, false, false, false, false, false, true, true),
				"00000009 8180");
		assertEncoded(ElementType.SPARSEVEC, SparseVector.of(5, Map.of(4, 1f, 0, -2f, 2, 0f)),
				"00000005 00000002 00000000 00000000 00000004 c0000000 3f800000");
	}

	private static void assertEncoded(ElementType type, VectorValue vector, String hex) {
		byte[] bytes = VectorCodec.encode(type, vector);
		assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex.replace(" ", ""));
		assertThat(VectorCodec.decode(type, bytes)).isEqualTo(vector);
	}

	@Test
	void textIsThatOfTheServer() {
		assertText(ElementType.VECTOR, VectorValue.of(1, -2.5f, 1e-10f), "[1.0,-2.5,1.0E-10]");
		assertText(ElementType.HALFVEC, VectorValue.of(0.5f), "[0.5]");
		assertText(ElementType.BIT, BitVector.of(false, true, true), "011");
		assertText(ElementType.SPARSEVEC, SparseVector.of(5, Map.of(0, 1.5f, 2, 2f)), "{1:1.5,3:2.0}/5");
		assertText(ElementType.SPARSEVEC, SparseVector.of(5, Map.of()), "{}/5");
	}

	private static void assertText(ElementType type, VectorValue vector, String text) {
		assertThat(VectorText.format(type, vector)).isEqualTo(text);
		assertThat(VectorCodec.decode(type, text.getBytes(StandardCharsets.US_ASCII))).isEqualTo(vector);
	}

	@ParameterizedTest
	@EnumSource(ElementType.class)
	void vectorOfAnyNumberOfDimensionsComesBackFromBinaryAndFromText(ElementType type) {
		Random random = new Random(11);
		for (int dimensions = 1; dimensions <= 16_000; dimensions = dimensions * 5 / 4 + 1) {
			VectorValue vector = random(type, dimensions, random);
			byte[] bytes = VectorCodec.encode(type, vector);
			assertThat(VectorCodec.decode(type, bytes)).as("%d dimensions", dimensions).isEqualTo(vector);
			byte[] text = VectorText.format(type, vector).getBytes(StandardCharsets.US_ASCII);
			assertThat(VectorCodec.decode(type, text)).as("%d dimensions", dimensions).isEqualTo(vector);
		}
	}

	private static VectorValue random(ElementType type, int dimensions, Random random) {
		float[] values = new float[dimensions];
		boolean[] bits = new boolean[dimensions];
		Map<Integer, Float> sparse = new TreeMap<>();
		for (int i = 0; i < dimensions; i++) {
			values[i] = (type == ElementType.HALFVEC) ? HalfFloat.toFloat((short) random.nextInt(0x7c00))
					: (float) random.nextGaussian();
			bits[i] = random.nextBoolean();
			if (random.nextInt(10) == 0) {
				sparse.put(i, values[i]);
			}
		}
		return switch (type) {
			case VECTOR, HALFVEC -> new DenseVector(values);
			case BIT -> BitVector.of(bits);
			case SPARSEVEC -> SparseVector.of(dimensions, sparse);
		};
	}

	@ParameterizedTest
	@EnumSource(ElementType.class)
	void bytesThatAreCutOffAreRefused(ElementType type) {
		byte[] bytes = VectorCodec.encode(type, random(type, 20, new Random(1)));
		for (int length = 0; length < bytes.length; length++) {
			byte[] part = Arrays.copyOf(bytes, length);
			assertThatIllegalArgumentException().as("%d bytes", length)
				.isThrownBy(() -> VectorCodec.decode(type, part));
		}
		assertThatIllegalArgumentException()
			.isThrownBy(() -> VectorCodec.decode(type, Arrays.copyOf(bytes, bytes.length + 1)));
	}

	@Test
	void valueTooGreatForAHalfIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> VectorCodec.encode(ElementType.HALFVEC, VectorValue.of(1, -65520)))
			.withMessage("half-precision float must be finite and between -65504.0 and 65504.0, but is -65520.0");
	}

}
