package io.rdsboot.vector;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link VectorSearch} says. Immutable.
 */
public final class SearchSettings implements Cloneable {

	@Nullable VectorValue vector;

	@Nullable Object rowId;

	@Nullable String column;

	public int limit = 10;

	@Nullable MetadataFilter filter;

	@Nullable Threshold threshold;

	boolean content = true;

	boolean metadata = true;

	public boolean embedding;

	public boolean exact;

	@Nullable Integer efSearch;

	@Nullable Integer probes;

	@Nullable Integer candidates;

	boolean paged;

	@Nullable SearchPosition after;

	@Nullable Hybrid hybrid;

	public @Nullable Diversity diversity;

	public @Nullable Reranking reranking;

	public @Nullable VectorValue vector() {
		return this.vector;
	}

	public @Nullable Object rowId() {
		return this.rowId;
	}

	public @Nullable String column() {
		return this.column;
	}

	public int limit() {
		return this.limit;
	}

	public @Nullable MetadataFilter filter() {
		return this.filter;
	}

	public @Nullable Threshold threshold() {
		return this.threshold;
	}

	public boolean content() {
		return this.content;
	}

	public boolean metadata() {
		return this.metadata;
	}

	public boolean embedding() {
		return this.embedding;
	}

	public boolean exact() {
		return this.exact;
	}

	public @Nullable Integer efSearch() {
		return this.efSearch;
	}

	public @Nullable Integer probes() {
		return this.probes;
	}

	public @Nullable Integer candidates() {
		return this.candidates;
	}

	public boolean paged() {
		return this.paged;
	}

	public @Nullable SearchPosition after() {
		return this.after;
	}

	public @Nullable Hybrid hybrid() {
		return this.hybrid;
	}

	public @Nullable Diversity diversity() {
		return this.diversity;
	}

	public @Nullable Reranking reranking() {
		return this.reranking;
	}

	/**
	 * Return these settings with another limit.
	 */
	public SearchSettings withLimit(int limit) {
		SearchSettings changed = copy();
		changed.limit = limit;
		return changed;
	}

	/**
	 * Return these settings with the embeddings of the rows.
	 */
	public SearchSettings withEmbedding() {
		SearchSettings changed = copy();
		changed.embedding = true;
		return changed;
	}

	/**
	 * Return these settings with other words to rank by.
	 */
	public SearchSettings withHybrid(Hybrid hybrid) {
		SearchSettings changed = copy();
		changed.hybrid = hybrid;
		return changed;
	}

	SearchSettings copy() {
		try {
			return (SearchSettings) clone();
		}
		catch (CloneNotSupportedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Place in the whole result after which this search begins.
	 */
	public int firstRank() {
		return (this.after != null) ? this.after.rank() : 0;
	}

	/**
	 * Refuse what cannot be combined.
	 */
	void check() {
		boolean ranked = this.hybrid != null || this.diversity != null || this.reranking != null;
		refuse(this.paged && ranked,
				"pages follow the distance alone: " + "a search by page cannot be hybrid, diversified or reranked");
		refuse(this.diversity != null && (this.hybrid != null || this.reranking != null),
				"a diversified search cannot be hybrid or reranked too");
		refuse(this.exact && (this.efSearch != null || this.probes != null || this.candidates != null),
				"an exact search uses no index, so it has no efSearch, probes or candidates");
		refuse(this.diversity != null && this.diversity.candidates() < this.limit,
				"candidates of a diversified search must be at least its limit");
		refuse(this.reranking != null && this.reranking.candidates() < this.limit,
				"candidates of a reranked search must be at least its limit");
		refuse(this.candidates != null && this.candidates < this.limit,
				"candidates of a search must be at least its limit");
	}

	private void refuse(boolean condition, String problem) {
		if (condition) {
			throw new IllegalArgumentException("vector search is not possible: " + problem);
		}
	}

	/**
	 * How far away rows may be.
	 *
	 * @param value a distance or a similarity
	 * @param similarity which of both
	 */
	public record Threshold(double value, boolean similarity) {

		public double maxDistance(VectorColumn column) {
			return this.similarity ? column.distance().toDistance(this.value, column.dimensions()) : this.value;
		}

	}

	/**
	 * What ranks rows by their words too.
	 *
	 * @param words the words
	 * @param vectorWeight weight of the rank by distance
	 * @param wordsWeight weight of the rank by words
	 * @param chosen text of the {@code tsquery} of those that are looked for, where the
	 * words are too many, or {@code null} for all
	 */
	public record Hybrid(String words, double vectorWeight, double wordsWeight, @Nullable String chosen) {

	}

	/**
	 * What makes rows differ from each other.
	 */
	public record Diversity(double lambda, int candidates) {

	}

	/**
	 * What ranks rows anew.
	 */
	public record Reranking(Reranker reranker, int candidates) {

	}

}
