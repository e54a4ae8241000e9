package io.rdsboot.vector;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Row that a search found, with its distance.
 *
 * @param <ID> type of the id
 * @param id primary key
 * @param distance distance to the vector that was searched for, by the table's
 * {@link Distance}; smaller is nearer
 * @param content text that the vector stands for, or {@code null}
 * @param metadata as in {@link VectorRecord}
 * @param embedding the vector, or {@code null} unless the search asked for it by
 * {@link VectorSearch#withEmbedding()}
 */
@SuppressWarnings("ArrayRecordComponent") // a List<Float> would cost an object for each
											// dimension
public record VectorMatch<ID>(ID id, double distance, @Nullable String content, Map<String, Object> metadata,
		float @Nullable [] embedding) {

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof VectorMatch<?> that && this.id.equals(that.id)
				&& Double.compare(this.distance, that.distance) == 0 && Objects.equals(this.content, that.content)
				&& this.metadata.equals(that.metadata) && Arrays.equals(this.embedding, that.embedding);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.id, this.distance, this.content, this.metadata, Arrays.hashCode(this.embedding));
	}

	@Override
	public String toString() {
		return "VectorMatch[id=%s, distance=%s]".formatted(this.id, this.distance);
	}

}
