package io.rdsboot.vector;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.type.VectorValue;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link VectorSearch} says. Never changed once a search holds it.
 */
final class SearchSettings implements Cloneable {

	@Nullable VectorValue vector;

	@Nullable Object rowId;

	@Nullable String column;

	int limit = 10;

	@Nullable MetadataFilter filter;

	@Nullable Threshold threshold;

	boolean content = true;

	boolean metadata = true;

	boolean embedding;

	boolean exact;

	@Nullable Integer efSearch;

	@Nullable Integer probes;

	@Nullable Integer candidates;

	boolean paged;

	@Nullable SearchPosition after;

	@Nullable Hybrid hybrid;

	@Nullable Diversity diversity;

	@Nullable Reranking reranking;

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
	int firstRank() {
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
	record Threshold(double value, boolean similarity) {

		double maxDistance(VectorColumn column) {
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
	record Hybrid(String words, double vectorWeight, double wordsWeight, @Nullable String chosen) {

	}

	/**
	 * What makes rows differ from each other.
	 */
	record Diversity(double lambda, int candidates) {

	}

	/**
	 * What ranks rows anew.
	 */
	record Reranking(Reranker reranker, int candidates) {

	}

}
