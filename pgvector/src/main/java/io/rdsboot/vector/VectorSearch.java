package io.rdsboot.vector;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.type.DenseVector;
import io.rdsboot.vector.type.VectorValue;

/**
 * Search for the rows that are nearest to a vector. Immutable; a {@code float[]} is not
 * copied and must not be changed while the search is in use.
 *
 * <p>
 * Defaults: the table's main vector column, 10 rows, no filter, no greatest distance,
 * with content and metadata and without embeddings, by the index.
 *
 * <p>
 * What cannot be combined is refused with an {@link IllegalArgumentException}: a search
 * by page cannot be hybrid, diversified or reranked, a diversified one cannot be hybrid
 * or reranked, and an exact one has no settings of an index.
 */
public final class VectorSearch {

	/**
	 * Most rows that one search returns, and most candidates that it ranks.
	 */
	public static final int MAX_LIMIT = 10_000;

	/**
	 * Most words of a text that a hybrid search looks for.
	 */
	public static final int MAX_WORDS = 64;

	private static final int MAX_EF_SEARCH = 1000;

	private static final int MAX_PROBES = 32_768;

	private static final int MAX_DIVERSIFIED = 1000;

	private final SearchSettings settings;

	private VectorSearch(SearchSettings settings) {
		this.settings = settings;
	}

	/**
	 * Return a search for the rows nearest to a vector of floats.
	 * @param vector the vector, with as many dimensions as the column
	 * @return the search
	 */
	public static VectorSearch nearest(float[] vector) {
		return nearest(new DenseVector(Objects.requireNonNull(vector, "vector to search for must not be null")));
	}

	/**
	 * Return a search for the rows nearest to a vector.
	 * @param vector the vector, of the column's type and with as many dimensions
	 * @return the search
	 */
	public static VectorSearch nearest(VectorValue vector) {
		SearchSettings settings = new SearchSettings();
		settings.vector = Objects.requireNonNull(vector, "vector to search for must not be null");
		return new VectorSearch(settings);
	}

	/**
	 * Return a search for the rows nearest to one of the table, which is not among them.
	 * It fails with an {@link org.springframework.dao.EmptyResultDataAccessException} if
	 * there is no such row or it has no vector.
	 * @param id primary key of the row
	 * @return the search
	 */
	public static VectorSearch nearestTo(Object id) {
		SearchSettings settings = new SearchSettings();
		settings.rowId = Objects.requireNonNull(id, "id of the row to search from must not be null");
		return new VectorSearch(settings);
	}

	/**
	 * Return this search in another vector column than the main one.
	 * @param column name of the column, as the table declares it
	 * @return the new search
	 */
	public VectorSearch in(String column) {
		return with((settings) -> settings.column = column);
	}

	/**
	 * Return this search with another limit.
	 * @param limit most rows to return, from 1 to {@value #MAX_LIMIT}
	 * @return the new search
	 */
	public VectorSearch limit(int limit) {
		requireRange("limit", limit, 1, MAX_LIMIT);
		return with((settings) -> settings.limit = limit);
	}

	/**
	 * Return this search with another filter on the rows' metadata. Replaces a filter
	 * that was set before.
	 * @param filter the filter
	 * @return the new search
	 */
	public VectorSearch where(MetadataFilter filter) {
		return with((settings) -> settings.filter = filter);
	}

	/**
	 * Return this search with another filter on the rows' metadata. Replaces a filter
	 * that was set before.
	 * @param filter text form of the filter, such as
	 * {@code tenant = 'acme' and year >= 2020}
	 * @return the new search
	 * @throws io.rdsboot.vector.filter.FilterSyntaxException if the text is none
	 */
	public VectorSearch where(String filter) {
		return where(MetadataFilter.parse(filter));
	}

	/**
	 * Return this search for rows that are no further away than a distance. Replaces a
	 * {@link #minSimilarity least similarity}.
	 * @param maxDistance greatest distance, included, in the units of the column's
	 * {@link io.rdsboot.vector.table.Distance} (for
	 * {@link io.rdsboot.vector.table.Distance#INNER_PRODUCT} the negative inner product)
	 * @return the new search
	 */
	public VectorSearch within(double maxDistance) {
		requireNumber("greatest distance", maxDistance);
		return with((settings) -> settings.threshold = new SearchSettings.Threshold(maxDistance, false));
	}

	/**
	 * Return this search for rows that are no less similar than this. Replaces a
	 * {@link #within greatest distance}.
	 * @param minSimilarity least similarity, included, as
	 * {@link io.rdsboot.vector.table.Distance#toSimilarity} has it
	 * @return the new search
	 */
	public VectorSearch minSimilarity(double minSimilarity) {
		requireNumber("least similarity", minSimilarity);
		return with((settings) -> settings.threshold = new SearchSettings.Threshold(minSimilarity, true));
	}

	/**
	 * Return this search with the rows' vectors in the result: those of the column that
	 * is searched.
	 * @return the new search
	 */
	public VectorSearch withEmbedding() {
		return with((settings) -> settings.embedding = true);
	}

	/**
	 * Return this search without the rows' content in the result.
	 * @return the new search
	 */
	public VectorSearch withoutContent() {
		return with((settings) -> settings.content = false);
	}

	/**
	 * Return this search without the rows' metadata in the result.
	 * @return the new search
	 */
	public VectorSearch withoutMetadata() {
		return with((settings) -> settings.metadata = false);
	}

	/**
	 * Return this search without the vector index: exact, and slow where many rows fulfil
	 * the filter.
	 * @return the new search
	 */
	public VectorSearch exact() {
		return with((settings) -> settings.exact = true);
	}

	/**
	 * Return this search with another {@code hnsw.ef_search} than the limit and the
	 * filter ask for.
	 * @param efSearch value of {@code hnsw.ef_search}, from 1 to 1000
	 * @return the new search
	 */
	public VectorSearch efSearch(int efSearch) {
		requireRange("efSearch", efSearch, 1, MAX_EF_SEARCH);
		return with((settings) -> settings.efSearch = efSearch);
	}

	/**
	 * Return this search with other {@code ivfflat.probes} than the lists ask for.
	 * @param probes value of {@code ivfflat.probes}, from 1 to 32768
	 * @return the new search
	 */
	public VectorSearch probes(int probes) {
		requireRange("probes", probes, 1, MAX_PROBES);
		return with((settings) -> settings.probes = probes);
	}

	/**
	 * Return this search with another number of rows that the index finds and that are
	 * then ordered by their exact distances.
	 * @param candidates number of rows, from the limit to {@value #MAX_LIMIT}
	 * @return the new search
	 */
	public VectorSearch candidates(int candidates) {
		requireRange("candidates", candidates, 1, MAX_LIMIT);
		return with((settings) -> settings.candidates = candidates);
	}

	/**
	 * Return this search as one whose result is continued: {@link #after after} its last
	 * row. Rows at exactly the same distance are then found in the order of their ids, so
	 * that a page's border may run between them. All pages take this call, and together
	 * they have each row once, in order. No vector index can promise that, so each page
	 * reads the distances of all rows that fulfil the filter, as an {@link #exact} search
	 * does. To have pages from the index, which may leave out rows, set how broad its
	 * scan is: {@link #efSearch}, {@link #probes} or {@link #candidates}.
	 * @return the new search
	 */
	public VectorSearch paged() {
		return with((settings) -> settings.paged = true);
	}

	/**
	 * Return this search for the page that begins after a row of the same search. Implies
	 * {@link #paged}.
	 * @param match last row of the page before
	 * @return the new search
	 */
	public VectorSearch after(VectorMatch<?> match) {
		return after(SearchPosition.of(match));
	}

	/**
	 * Return this search for the page that begins after a position. Implies
	 * {@link #paged}.
	 * @param position where the last row of the page before stands
	 * @return the new search
	 */
	public VectorSearch after(SearchPosition position) {
		return with((settings) -> {
			settings.after = position;
			settings.paged = true;
		});
	}

	/**
	 * Return this search as one by words too, with equal weights.
	 * @param words what to search for in the content; a row needs any of the words, and
	 * rows that have all of them rank before others
	 * @return the new search
	 */
	public VectorSearch hybrid(String words) {
		return hybrid(words, 1, 1);
	}

	/**
	 * Return this search as one by words too. Rows are ordered by reciprocal rank fusion:
	 * each of both searches gives a row {@code weight / (60 + rank)}, and the sum is its
	 * {@link VectorMatch#score() score}.
	 *
	 * <p>
	 * Of a text with more than {@value #MAX_WORDS} words, such as a whole document, that
	 * many are looked for: the rarest ones. The table's statistics know the frequent
	 * words, and of 128 others, first what the text repeats most, the index of the words
	 * is asked, if there is one and the table has no tenants. Where the text has words
	 * beyond, of which nothing is known, half of what is looked for are some of these.
	 * @param words what to search for in the content; a row needs any of the words, and
	 * rows that have all of them rank before others
	 * @param vectorWeight weight of the rank by distance, not negative
	 * @param wordsWeight weight of the rank by words, not negative
	 * @return the new search
	 */
	public VectorSearch hybrid(String words, double vectorWeight, double wordsWeight) {
		if (words.isBlank() || words.indexOf('\0') >= 0) {
			throw new IllegalArgumentException(
					"words of a hybrid search must not be blank or contain a NUL character, but are '%s'"
						.formatted(words.replace('\0', '?')));
		}
		requireWeight("vectorWeight", vectorWeight);
		requireWeight("wordsWeight", wordsWeight);
		if (vectorWeight + wordsWeight == 0) {
			throw new IllegalArgumentException("weights of a hybrid search must not both be 0");
		}
		return with((settings) -> settings.hybrid = new SearchSettings.Hybrid(words, vectorWeight, wordsWeight, null));
	}

	/**
	 * Return this search with another number of rows that its words are ranked in. Rows
	 * with rare words come first. Where more rows have all of the words, the rank of a
	 * row by words is estimated from a sample of the table.
	 * @param maxRankedRows most rows to rank, at least 1
	 * @return the new search
	 * @see SearchLimits#maxRankedRows()
	 */
	public VectorSearch maxRankedRows(int maxRankedRows) {
		requireRange("maxRankedRows", maxRankedRows, 1, Integer.MAX_VALUE);
		return with((settings) -> settings.maxRankedRows = maxRankedRows);
	}

	/**
	 * Return this search for rows that differ from each other too, by maximal marginal
	 * relevance: each row is the one of which {@code lambda * similarity to the vector -
	 * (1 - lambda) * greatest similarity to a row taken before} is greatest, and that is
	 * its {@link VectorMatch#score() score}.
	 * @param lambda from 0 (rows differ) to 1 (rows are near)
	 * @param candidates number of nearest rows to choose from, from the limit to 1000
	 * @return the new search
	 */
	public VectorSearch diversified(double lambda, int candidates) {
		if (!(lambda >= 0 && lambda <= 1)) {
			throw new IllegalArgumentException(
					"lambda of a diversified search must be between 0 and 1, but is " + lambda);
		}
		requireRange("candidates", candidates, 1, MAX_DIVERSIFIED);
		return with((settings) -> settings.diversity = new SearchSettings.Diversity(lambda, candidates));
	}

	/**
	 * Return this search with rows ranked anew.
	 * @param reranker what ranks them
	 * @param candidates number of rows to rank, from the limit to {@value #MAX_LIMIT}
	 * @return the new search
	 */
	public VectorSearch reranked(Reranker reranker, int candidates) {
		requireRange("candidates", candidates, 1, MAX_LIMIT);
		return with((settings) -> settings.reranking = new SearchSettings.Reranking(reranker, candidates));
	}

	/**
	 * Return this search with another time limit. All of its statements together take no
	 * longer; the wait for a connection has the limit of the pool. A search that is not
	 * done by then fails with a {@link org.springframework.dao.QueryTimeoutException},
	 * and nothing of it keeps running on the server. A transaction of the caller's can go
	 * on, with the settings that it had. Limits of the transaction and of the server
	 * apply too, whichever is shorter.
	 * @param timeout longest time, at least a millisecond
	 * @return the new search
	 * @see SearchLimits#timeout()
	 */
	public VectorSearch timeout(Duration timeout) {
		SearchLimits.checkTimeout(timeout);
		return with((settings) -> settings.timeout = timeout);
	}

	/**
	 * Return this search with another number of rows that it may compare one by one,
	 * where it uses no vector index, or that has not found enough. Rows that an index of
	 * the filter's keys leaves out do not count. Where it would be more, the search fails
	 * with an {@link ExactSearchLimitException}, or a warning is logged, as the
	 * repository's limits say.
	 * @param maxExactRows most rows, at least 1
	 * @return the new search
	 * @see SearchLimits#maxExactRows()
	 */
	public VectorSearch maxExactRows(long maxExactRows) {
		SearchLimits.checkMaxExactRows(maxExactRows);
		return with((settings) -> settings.maxExactRows = maxExactRows);
	}

	/**
	 * Return all that this search says.
	 * @return the settings
	 */
	public SearchSettings settings() {
		return this.settings;
	}

	/**
	 * Return this search with its settings changed.
	 */
	private VectorSearch with(Consumer<SearchSettings> change) {
		SearchSettings changed = this.settings.copy();
		change.accept(changed);
		changed.check();
		return new VectorSearch(changed);
	}

	private static void requireRange(String name, int value, int least, int greatest) {
		if (value < least || value > greatest) {
			throw new IllegalArgumentException("%s of a vector search must be between %d and %d, but is %d"
				.formatted(name, least, greatest, value));
		}
	}

	private static void requireNumber(String name, double value) {
		if (Double.isNaN(value)) {
			throw new IllegalArgumentException(name + " of a vector search must be a number, but is NaN");
		}
	}

	private static void requireWeight(String name, double value) {
		if (!(value >= 0 && Double.isFinite(value))) {
			throw new IllegalArgumentException(
					"%s of a hybrid search must be finite and not negative, but is %s".formatted(name, value));
		}
	}

}
