package io.rdsboot.vector.jdbc.copy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

import io.rdsboot.vector.type.ElementType;
import io.rdsboot.vector.type.VectorCodec;
import io.rdsboot.vector.type.VectorValue;
import org.postgresql.core.Oid;
import org.postgresql.util.ByteConverter;

/**
 * Growing buffer of values in PostgreSQL's binary format, each behind its length. Rows of
 * a {@code COPY BINARY} and elements of an array look the same. Not thread-safe.
 */
public final class BinaryFields {

	private static final int NULL_LENGTH = -1;

	private static final int JSONB_VERSION = 1;

	private static final long POSTGRES_EPOCH_SECOND = 946_684_800;

	private static final int MICROS = 1_000_000;

	private ByteBuffer buffer;

	/**
	 * Create a buffer.
	 * @param capacity number of bytes that it has room for before it grows
	 */
	public BinaryFields(int capacity) {
		this.buffer = ByteBuffer.allocate(capacity);
	}

	/**
	 * Return how many bytes there are.
	 * @return the number of bytes
	 */
	public int length() {
		return this.buffer.position();
	}

	/**
	 * Return the bytes.
	 * @return the array, of which {@link #length} bytes count; the next value may change
	 * or replace it
	 */
	public byte[] array() {
		return this.buffer.array();
	}

	/**
	 * Remove all bytes.
	 */
	public void clear() {
		this.buffer.clear();
	}

	/**
	 * Remove what was put behind a number of bytes.
	 * @param length number of bytes to keep
	 */
	public void truncate(int length) {
		this.buffer.position(length);
	}

	void putShort(int value) {
		room(Short.BYTES).putShort((short) value);
	}

	void putInt(int value) {
		room(Integer.BYTES).putInt(value);
	}

	/**
	 * Put a {@code NULL} of any type.
	 */
	public void putNull() {
		putInt(NULL_LENGTH);
	}

	/**
	 * Put a {@code text}.
	 * @param value the value
	 */
	public void putText(String value) {
		putBytes(value.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Put a {@code jsonb}.
	 * @param text the value in JSON, in UTF-8
	 */
	public void putJsonb(byte[] text) {
		room(Integer.BYTES + 1 + text.length).putInt(1 + text.length).put((byte) JSONB_VERSION).put(text);
	}

	/**
	 * Put an {@code integer}.
	 * @param value the value
	 */
	public void putInteger(int value) {
		room(2 * Integer.BYTES).putInt(Integer.BYTES).putInt(value);
	}

	/**
	 * Put a {@code bigint}.
	 * @param value the value
	 */
	public void putBigint(long value) {
		room(Integer.BYTES + Long.BYTES).putInt(Long.BYTES).putLong(value);
	}

	/**
	 * Put a {@code numeric}.
	 * @param value the value
	 */
	public void putNumeric(BigDecimal value) {
		putBytes(ByteConverter.numeric(value));
	}

	/**
	 * Put a {@code double precision}.
	 * @param value the value
	 */
	public void putDouble(double value) {
		room(Integer.BYTES + Double.BYTES).putInt(Double.BYTES).putDouble(value);
	}

	/**
	 * Put a {@code boolean}.
	 * @param value the value
	 */
	public void putBoolean(boolean value) {
		room(Integer.BYTES + 1).putInt(1).put((byte) (value ? 1 : 0));
	}

	/**
	 * Put a {@code timestamp with time zone}.
	 * @param value the value, which is rounded to microseconds, as by pgjdbc
	 */
	public void putTimestamp(Instant value) {
		putBigint((value.getEpochSecond() - POSTGRES_EPOCH_SECOND) * MICROS + (value.getNano() + 500) / 1000);
	}

	/**
	 * Put a {@code uuid}.
	 * @param value the value
	 */
	public void putUuid(UUID value) {
		room(Integer.BYTES + 2 * Long.BYTES).putInt(2 * Long.BYTES)
			.putLong(value.getMostSignificantBits())
			.putLong(value.getLeastSignificantBits());
	}

	/**
	 * Put a {@code text[]}.
	 * @param values the elements
	 */
	public void putTextArray(List<String> values) {
		int start = length();
		putInt(0);
		putArrayHeader(Oid.TEXT, values.size());
		values.forEach(this::putText);
		this.buffer.putInt(start, length() - start - Integer.BYTES);
	}

	/**
	 * Put the beginning of an array of one dimension, which the elements follow.
	 * @param elementOid the type of the elements
	 * @param size number of the elements
	 */
	public void putArrayHeader(int elementOid, int size) {
		boolean empty = size == 0;
		putInt(empty ? 0 : 1);
		putInt(1);
		putInt(elementOid);
		if (!empty) {
			putInt(size);
			putInt(1);
		}
	}

	/**
	 * Put a vector.
	 * @param type type of the column
	 * @param vector the vector, of the type's {@link ElementType#javaType() Java type}
	 * @throws IllegalArgumentException if a value is too great for a half-precision float
	 */
	public void putVector(ElementType type, VectorValue vector) {
		int length = VectorCodec.length(type, vector);
		VectorCodec.encode(type, vector, room(Integer.BYTES + length).putInt(length));
	}

	void putRaw(byte[] bytes) {
		room(bytes.length).put(bytes);
	}

	/**
	 * Put a value of a type whose binary form is its text, such as {@code json}.
	 * @param bytes the text in UTF-8
	 */
	public void putBytes(byte[] bytes) {
		room(Integer.BYTES + bytes.length).putInt(bytes.length).put(bytes);
	}

	private ByteBuffer room(int bytes) {
		if (this.buffer.remaining() < bytes) {
			int needed = Math.addExact(length(), bytes);
			int doubled = (int) Math.min(2L * this.buffer.capacity(), Integer.MAX_VALUE - 8);
			ByteBuffer larger = ByteBuffer.allocate(Math.max(needed, doubled));
			this.buffer = larger.put(this.buffer.flip());
		}
		return this.buffer;
	}

}
