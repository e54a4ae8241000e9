package io.rdsboot.vector;

import io.rdsboot.vector.filter.MetadataFilter;
import org.jspecify.annotations.Nullable;

/**
 * Search for the rows that are nearest to a vector. Immutable; the vector is not copied
 * and must not be changed while the search is in use.
 *
 * <p>
 * Defaults: 10 rows, no filter, no greatest distance, without embeddings.
 */
public final class VectorSearch {

	private static final int DEFAULT_LIMIT = 10;

	private final float[] vector;

	private final int limit;

	private final @Nullable MetadataFilter filter;

	private final @Nullable Double maxDistance;

	private final boolean embeddingIncluded;

	private VectorSearch(float[] vector, int limit, @Nullable MetadataFilter filter, @Nullable Double maxDistance,
			boolean embeddingIncluded) {
		this.vector = vector;
		this.limit = limit;
		this.filter = filter;
		this.maxDistance = maxDistance;
		this.embeddingIncluded = embeddingIncluded;
	}

	/**
	 * Return a search for the rows nearest to the given vector.
	 * @param vector the vector, with as many dimensions as the table's
	 * @return the search
	 */
	public static VectorSearch nearest(float[] vector) {
		return new VectorSearch(vector, DEFAULT_LIMIT, null, null, false);
	}

	/**
	 * Return this search with another limit.
	 * @param limit most rows to return, at least 1
	 * @return the new search
	 * @throws IllegalArgumentException if the limit is less than 1
	 */
	public VectorSearch limit(int limit) {
		if (limit < 1) {
			throw new IllegalArgumentException("limit of a vector search must be at least 1, but is " + limit);
		}
		return new VectorSearch(this.vector, limit, this.filter, this.maxDistance, this.embeddingIncluded);
	}

	/**
	 * Return this search with another filter on the rows' metadata. Replaces a filter
	 * that was set before.
	 * @param filter the filter
	 * @return the new search
	 */
	public VectorSearch where(MetadataFilter filter) {
		return new VectorSearch(this.vector, this.limit, filter, this.maxDistance, this.embeddingIncluded);
	}

	/**
	 * Return this search for rows that are no further away than the given distance.
	 * @param maxDistance greatest distance, included, in the units of the table's
	 * {@link Distance} (for {@link Distance#INNER_PRODUCT} the negative inner product)
	 * @return the new search
	 * @throws IllegalArgumentException if the distance is not a number
	 */
	public VectorSearch within(double maxDistance) {
		if (Double.isNaN(maxDistance)) {
			throw new IllegalArgumentException("greatest distance of a vector search must be a number, but is NaN");
		}
		return new VectorSearch(this.vector, this.limit, this.filter, maxDistance, this.embeddingIncluded);
	}

	/**
	 * Return this search with the rows' vectors in the result.
	 * @return the new search
	 */
	public VectorSearch withEmbedding() {
		return new VectorSearch(this.vector, this.limit, this.filter, this.maxDistance, true);
	}

	float[] vector() {
		return this.vector;
	}

	int limit() {
		return this.limit;
	}

	@Nullable MetadataFilter filter() {
		return this.filter;
	}

	@Nullable Double maxDistance() {
		return this.maxDistance;
	}

	boolean isEmbeddingIncluded() {
		return this.embeddingIncluded;
	}

}
