package io.rdsboot.vector.type;

import java.nio.charset.StandardCharsets;

import org.apiguardian.api.API;

import org.springframework.util.StringUtils;

/**
 * Vectors in the text format of the server: {@code [1,2,3]}, {@code 0101}, and
 * {@code {1:1.5,3:2}/5}, which counts dimensions from 1.
 */
@API(status = API.Status.INTERNAL)
public final class VectorText {

	private VectorText() {
	}

	/**
	 * Return the text of a vector.
	 * @param type type of the column
	 * @param vector the vector, of the type's {@link ElementType#javaType() Java type}
	 * @return the text
	 */
	public static String format(ElementType type, VectorValue vector) {
		StringBuilder text = new StringBuilder();
		switch (type) {
			case VECTOR, HALFVEC -> {
				text.append('[');
				for (float value : vector.toFloats()) {
					text.append((text.length() > 1) ? "," : "").append(value);
				}
				text.append(']');
			}
			case BIT -> {
				for (int i = 0; i < vector.dimensions(); i++) {
					text.append(((BitVector) vector).get(i) ? '1' : '0');
				}
			}
			case SPARSEVEC -> {
				SparseVector sparse = (SparseVector) vector;
				text.append('{');
				for (int i = 0; i < sparse.nonZeros(); i++) {
					text.append((i > 0) ? "," : "")
						.append(sparse.indices()[i] + 1)
						.append(':')
						.append(sparse.values()[i]);
				}
				text.append("}/").append(sparse.dimensions());
			}
		}
		return text.toString();
	}

	/**
	 * Return whether a value is text. As the first byte of a number of dimensions in
	 * binary format, each of these characters would mean more than the type can have.
	 */
	static boolean isText(ElementType type, byte[] bytes) {
		return bytes.length > 0 && switch (type) {
			case VECTOR, HALFVEC -> bytes[0] == '[';
			case BIT -> bytes[0] == '0' || bytes[0] == '1';
			case SPARSEVEC -> bytes[0] == '{';
		};
	}

	static VectorValue parse(ElementType type, byte[] bytes) {
		String text = new String(bytes, StandardCharsets.US_ASCII);
		return switch (type) {
			case VECTOR, HALFVEC -> parseDense(text);
			case BIT -> parseBits(text);
			case SPARSEVEC -> parseSparse(text);
		};
	}

	private static DenseVector parseDense(String text) {
		String[] items = items(text.substring(1, text.length() - 1));
		float[] values = new float[items.length];
		for (int i = 0; i < items.length; i++) {
			values[i] = Float.parseFloat(items[i]);
		}
		return new DenseVector(values);
	}

	private static String[] items(String text) {
		return StringUtils.tokenizeToStringArray(text, ",");
	}

	private static BitVector parseBits(String text) {
		boolean[] bits = new boolean[text.length()];
		for (int i = 0; i < bits.length; i++) {
			bits[i] = text.charAt(i) == '1';
		}
		return BitVector.of(bits);
	}

	private static SparseVector parseSparse(String text) {
		int end = text.lastIndexOf('}');
		String[] items = items(text.substring(1, end));
		int[] indices = new int[items.length];
		float[] values = new float[items.length];
		for (int i = 0; i < items.length; i++) {
			int colon = items[i].indexOf(':');
			indices[i] = Integer.parseInt(items[i].substring(0, colon)) - 1;
			values[i] = Float.parseFloat(items[i].substring(colon + 1));
		}
		return SparseVector.ofSorted(Integer.parseInt(text.substring(end + 2)), indices, values);
	}

}
