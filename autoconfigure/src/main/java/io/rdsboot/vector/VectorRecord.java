package io.rdsboot.vector;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Row of a vector table. The embedding is not copied and must not be changed while the
 * record is in use.
 *
 * @param <ID> type of the id
 * @param id primary key
 * @param embedding the vector
 * @param content text that the vector stands for, or {@code null}
 * @param metadata JSON object with what is known about the row; a member that is
 * {@code null} in the database is left out. Whole numbers come back as {@link Integer},
 * {@link Long} or {@link java.math.BigInteger}, others as {@link Double}.
 */
@SuppressWarnings("ArrayRecordComponent") // a List<Float> would cost an object for each
											// dimension
public record VectorRecord<ID>(ID id, float[] embedding, @Nullable String content, Map<String, Object> metadata) {

	public VectorRecord {
		Objects.requireNonNull(metadata, () -> "metadata of vector record %s must not be null".formatted(id));
		metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
	}

	/**
	 * Create a record without metadata.
	 * @param id primary key
	 * @param embedding the vector
	 * @param content text that the vector stands for, or {@code null}
	 */
	public VectorRecord(ID id, float[] embedding, @Nullable String content) {
		this(id, embedding, content, Map.of());
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof VectorRecord<?> that && Objects.equals(this.id, that.id)
				&& Arrays.equals(this.embedding, that.embedding) && Objects.equals(this.content, that.content)
				&& this.metadata.equals(that.metadata);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.id, Arrays.hashCode(this.embedding), this.content, this.metadata);
	}

	@Override
	public String toString() {
		return "VectorRecord[id=%s, dimensions=%d]".formatted(this.id, this.embedding.length);
	}

}
