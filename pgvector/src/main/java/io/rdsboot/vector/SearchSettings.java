package io.rdsboot.vector;

import java.time.Duration;

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

	@Nullable Integer tunedSetting;

	boolean paged;

	@Nullable SearchPosition after;

	@Nullable Hybrid hybrid;

	@Nullable Integer maxRankedRows;

	@Nullable Duration timeout;

	@Nullable Long maxExactRows;

	@Nullable Diversity diversity;

	@Nullable Reranking reranking;

	/**
	 * Return the vector searched for, or {@code null} if a row is searched from.
	 * @return the vector searched for
	 */
	public @Nullable VectorValue vector() {
		return this.vector;
	}

	/**
	 * Return the id of the row that is searched from, or {@code null} if a vector is
	 * searched for.
	 * @return the id of the row that is searched from
	 */
	public @Nullable Object rowId() {
		return this.rowId;
	}

	/**
	 * Return the column that is searched, or {@code null} for the main one.
	 * @return the column that is searched
	 */
	public @Nullable String column() {
		return this.column;
	}

	/**
	 * Return how many rows are searched for at most.
	 * @return how many rows are searched for at most
	 */
	public int limit() {
		return this.limit;
	}

	/**
	 * Return the filter, or {@code null} for all rows.
	 * @return the filter
	 */
	public @Nullable MetadataFilter filter() {
		return this.filter;
	}

	/**
	 * Return how far away rows may be, or {@code null} for any distance.
	 * @return how far away rows may be
	 */
	public @Nullable Threshold threshold() {
		return this.threshold;
	}

	/**
	 * Return whether the content of the rows is read.
	 * @return whether the content of the rows is read
	 */
	public boolean content() {
		return this.content;
	}

	/**
	 * Return whether the metadata of the rows is read.
	 * @return whether the metadata of the rows is read
	 */
	public boolean metadata() {
		return this.metadata;
	}

	/**
	 * Return whether the vectors of the rows are read.
	 * @return whether the vectors of the rows are read
	 */
	public boolean embedding() {
		return this.embedding;
	}

	/**
	 * Return whether no index is used.
	 * @return whether no index is used
	 */
	public boolean exact() {
		return this.exact;
	}

	/**
	 * Return {@code ef_search} of this search, or {@code null} for the index's.
	 * @return {@code ef_search} of this search
	 */
	public @Nullable Integer efSearch() {
		return this.efSearch;
	}

	/**
	 * Return {@code probes} of this search, or {@code null} for the index's.
	 * @return {@code probes} of this search
	 */
	public @Nullable Integer probes() {
		return this.probes;
	}

	/**
	 * Return how many rows the index is asked for, or {@code null} for as many as fit the
	 * limit.
	 * @return how many rows the index is asked for
	 */
	public @Nullable Integer candidates() {
		return this.candidates;
	}

	/**
	 * Return {@code ef_search} or {@code probes} that the repository is tuned to, or
	 * {@code null} if it is not. Counts where the search sets none itself.
	 * @return the setting
	 */
	public @Nullable Integer tunedSetting() {
		return this.tunedSetting;
	}

	/**
	 * Return whether this is one page of several.
	 * @return whether this is one page of several
	 */
	public boolean paged() {
		return this.paged;
	}

	/**
	 * Return the row after which the page begins, or {@code null} for the first page.
	 * @return the row after which the page begins
	 */
	public @Nullable SearchPosition after() {
		return this.after;
	}

	/**
	 * Return the words that rows are ranked by too, or {@code null} for none.
	 * @return the words that rows are ranked by too
	 */
	public @Nullable Hybrid hybrid() {
		return this.hybrid;
	}

	/**
	 * Return how many rows are ranked by their words at most, or {@code null} for the
	 * repository's limit.
	 * @return how many rows are ranked by their words at most
	 */
	public @Nullable Integer maxRankedRows() {
		return this.maxRankedRows;
	}

	/**
	 * Return the longest time that all statements take together, or {@code null} for the
	 * repository's limit.
	 * @return the longest time
	 */
	public @Nullable Duration timeout() {
		return this.timeout;
	}

	/**
	 * Return how many rows are compared one by one at most, or {@code null} for the
	 * repository's limit.
	 * @return how many rows are compared one by one at most
	 */
	public @Nullable Long maxExactRows() {
		return this.maxExactRows;
	}

	/**
	 * Return what makes rows differ from each other, or {@code null} for nothing.
	 * @return what makes rows differ from each other
	 */
	public @Nullable Diversity diversity() {
		return this.diversity;
	}

	/**
	 * Return what ranks rows anew, or {@code null} for nothing.
	 * @return what ranks rows anew
	 */
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
	 * Return these settings with another setting that the repository is tuned to.
	 * @param tunedSetting the setting, or {@code null} for none
	 */
	public SearchSettings withTunedSetting(@Nullable Integer tunedSetting) {
		SearchSettings changed = copy();
		changed.tunedSetting = tunedSetting;
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

	/**
	 * Return the settings of an exact search for the same.
	 */
	public SearchSettings exactly() {
		SearchSettings changed = copy();
		changed.exact = true;
		return changed;
	}

	/**
	 * Return the settings of the search for the rows that are chosen from, where the
	 * result is to be diverse or is reranked; else these.
	 */
	public SearchSettings ofCandidates() {
		SearchSettings changed = copy();
		if (this.diversity != null) {
			changed.diversity = null;
			changed.limit = this.diversity.candidates();
			changed.embedding = true;
		}
		if (this.reranking != null) {
			changed.reranking = null;
			changed.limit = this.reranking.candidates();
		}
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

	/**
	 * What the searches of a repository are tuned to, and what learns from them.
	 * Implementations are thread-safe and quick: each search calls them.
	 */
	public interface Tuning {

		/**
		 * Tuning of a repository that is not tuned.
		 */
		Tuning NONE = new Tuning() {

			@Override
			public @Nullable Integer setting(VectorColumn column) {
				return null;
			}

			@Override
			public void searched(VectorColumn column, VectorValue vector) {
			}

		};

		/**
		 * Return the setting with which searches scan the index of a column, where they
		 * do not set it themselves.
		 * @param column the column
		 * @return {@code hnsw.ef_search} or {@code ivfflat.probes}, or {@code null} if
		 * the limit and the filter of each search decide
		 */
		@Nullable Integer setting(VectorColumn column);

		/**
		 * Called before each search for a vector.
		 * @param column the column that is searched
		 * @param vector the vector, whose array may change after the call
		 */
		void searched(VectorColumn column, VectorValue vector);

	}

}
