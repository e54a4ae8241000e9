package io.rdsboot.vector;

import java.util.List;
import java.util.Map;

import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * Row that a search found. Immutable.
 *
 * @param <ID> type of the id
 * @param id primary key
 * @param rank place in the result, counted from 1, over all pages of it
 * @param distance distance to the vector that was searched for, by the column's
 * {@link io.rdsboot.vector.table.Distance}; smaller is nearer
 * @param similarity what the distance stands for by
 * {@link io.rdsboot.vector.table.Distance#toSimilarity}; greater is nearer
 * @param score what the result is ordered by, greater first: the similarity, and where a
 * search ranks by more than the distance, its measure
 * @param content text that the vector stands for, or {@code null}
 * @param metadata as in {@link VectorRecord}
 * @param embedding the vector, or {@code null} unless the search asked for it
 */
public record VectorMatch<ID>(ID id, int rank, double distance, double similarity, double score,
		@Nullable String content, Map<String, Object> metadata, @Nullable VectorValue embedding) {

	/**
	 * Return what could not be read of the metadata and is left out of it, as in
	 * {@link VectorRecord#metadataProblems()}.
	 * @return the problems, empty if the metadata was read whole
	 */
	public List<String> metadataProblems() {
		return ReadableMetadata.problems(this.metadata);
	}

	@Override
	public String toString() {
		return "VectorMatch[id=%s, rank=%d, distance=%s, score=%s]".formatted(this.id, this.rank, this.distance,
				this.score);
	}

}
