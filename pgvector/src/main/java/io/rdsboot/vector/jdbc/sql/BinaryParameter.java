package io.rdsboot.vector.jdbc.sql;

import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * Bind parameter that is there in binary format already. pgjdbc takes one without bytes
 * for {@code NULL}.
 */
@SuppressWarnings("serial") // never serialized
final class BinaryParameter extends PGobject implements PGBinaryObject {

	private final byte[] source;

	private final int length;

	private final @Nullable String text;

	/**
	 * Create a parameter.
	 * @param type name of the type, as pgjdbc looks for it
	 * @param source bytes of the value, of which the first count
	 * @param length how many bytes count
	 * @param text the value as text, for connections that send no binary, or {@code null}
	 * for {@code NULL}
	 */
	BinaryParameter(String type, byte[] source, int length, @Nullable String text) {
		setType(type);
		this.source = source;
		this.length = length;
		this.text = text;
	}

	@Override
	public @Nullable String getValue() {
		return this.text;
	}

	@Override
	public void setByteValue(byte[] value, int offset) {
		throw new UnsupportedOperationException("A bind parameter is not read");
	}

	@Override
	public int lengthInBytes() {
		return this.length;
	}

	@Override
	public void toBytes(byte[] bytes, int offset) {
		System.arraycopy(this.source, 0, bytes, offset, this.length);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this);
	}

}
