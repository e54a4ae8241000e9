package io.rdsboot.langchain4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.filter.Filter;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.type.DenseVector;
import org.jspecify.annotations.Nullable;

/**
 * LangChain4j's {@link EmbeddingStore} over a {@link VectorRepository}. Thread-safe.
 *
 * <p>
 * Ids are those of the repository: UUIDs or texts. A row without content is an embedding
 * without a segment, and the other way round. Everything that the repository does is done
 * here too: calls take part in Spring transactions, searches go to readers, tenants see
 * their own rows.
 *
 * <p>
 * The score of a match is from 0 to 1. With vectors of length 1 it is LangChain4j's,
 * {@code (cosine + 1) / 2}, whether the repository measures by cosine distance, inner
 * product ({@code (product + 1) / 2}) or L2 distance ({@code 1 - distance² / 4}); of
 * longer vectors, the last two end at 0 and 1. By L1 distance it is
 * {@code 1 / (1 + distance)}. In {@link SearchMode#HYBRID} it is the sum of
 * {@code 1 / (60 + rank)} over both ranks, at most 0.033, as with LangChain4j's
 * {@code PgVectorEmbeddingStore}.
 *
 * <p>
 * What cannot be stored is refused before anything is sent to the server, with an
 * {@link IllegalArgumentException} that names the embedding, and what the database
 * refuses is a {@link org.springframework.dao.DataAccessException}.
 */
public final class RdsEmbeddingStore implements EmbeddingStore<TextSegment> {

	/**
	 * Embeddings from which on a {@code COPY} is faster than an upsert.
	 */
	private static final int LEAST_COPIED = 200;

	private final VectorRepository<Object> repository;

	private final SearchMode searchMode;

	private final @Nullable Executor executor;

	private final EmbeddingIds ids;

	private final MetadataMapper metadata;

	private final FilterMapper filters;

	private final RelevanceScale scale;

	@SuppressWarnings("unchecked") // of its ids' type are all ids that EmbeddingIds
									// parses
	private RdsEmbeddingStore(Builder builder) {
		this.repository = (VectorRepository<Object>) builder.repository;
		this.searchMode = builder.searchMode;
		this.executor = builder.executor;
		this.ids = new EmbeddingIds(this.repository.table());
		this.metadata = new MetadataMapper(this.repository.table());
		this.filters = new FilterMapper(this.metadata);
		this.scale = new RelevanceScale(this.repository.table());
		if (this.searchMode == SearchMode.HYBRID && this.repository.table().textSearch() == null) {
			throw new IllegalArgumentException(
					"vector table %s is declared without text search, so searches of its embedding store cannot be hybrid"
						.formatted(this.repository.table()));
		}
	}

	/**
	 * Return a builder of a store over a repository.
	 * @param repository the repository, with ids of type {@code uuid} or {@code text} and
	 * a main vector column of type {@code vector} or {@code halfvec}
	 * @return the builder
	 */
	public static Builder builder(VectorRepository<?> repository) {
		return new Builder(repository);
	}

	/**
	 * Return the repository beneath, for what LangChain4j has no call for.
	 * @return the repository
	 */
	public VectorRepository<?> repository() {
		return this.repository;
	}

	@Override
	public String add(Embedding embedding) {
		return addAll(Collections.singletonList(embedding)).get(0);
	}

	@Override
	public void add(String id, Embedding embedding) {
		addAll(Collections.singletonList(id), Collections.singletonList(embedding), null);
	}

	@Override
	public String add(Embedding embedding, TextSegment segment) {
		return addAll(Collections.singletonList(embedding), Collections.singletonList(segment)).get(0);
	}

	@Override
	public List<String> addAll(List<Embedding> embeddings) {
		return insert(embeddings, null);
	}

	/**
	 * Insert embeddings under new ids, all or none; many of them by {@code COPY}.
	 * @param embeddings the embeddings
	 * @param segments what was embedded, as many, or {@code null}; an element may be
	 * {@code null} too
	 * @return their ids, which are UUIDs
	 * @throws IllegalArgumentException if the sizes differ, or one of the embeddings
	 * cannot be stored; nothing is stored then
	 */
	@Override
	public List<String> addAll(List<Embedding> embeddings, @Nullable List<TextSegment> segments) {
		return insert(embeddings, segments);
	}

	private List<String> insert(@Nullable List<Embedding> embeddings, @Nullable List<TextSegment> segments) {
		if (embeddings == null) {
			return List.of();
		}
		check(null, embeddings, segments);
		List<String> generated = new ArrayList<>(embeddings.size());
		Stream<VectorRecord<Object>> records = IntStream.range(0, embeddings.size()).mapToObj((position) -> {
			UUID uuid = UUID.randomUUID();
			String text = uuid.toString();
			generated.add(text);
			return record(this.ids.of(uuid, text), embeddings.get(position), at(segments, position));
		});
		if (embeddings.size() < LEAST_COPIED) {
			this.repository.upsert(records.toList());
		}
		else {
			// Each record is made while the server stores the one before it.
			this.repository.load(records, LoadOptions.insert());
		}
		return generated;
	}

	/**
	 * Insert embeddings or replace those that have their ids, all or none. Where an id
	 * occurs more than once, the last one wins.
	 * @param ids the ids
	 * @param embeddings the embeddings, as many
	 * @param segments what was embedded, as many, or {@code null}; an element may be
	 * {@code null} too
	 * @throws IllegalArgumentException if the sizes differ, or one of the embeddings
	 * cannot be stored; nothing has been sent to the server then
	 */
	@Override
	public void addAll(@Nullable List<String> ids, @Nullable List<Embedding> embeddings,
			@Nullable List<TextSegment> segments) {
		this.repository.upsert(records(ids, embeddings, segments));
	}

	private List<VectorRecord<Object>> records(@Nullable List<String> ids, @Nullable List<Embedding> embeddings,
			@Nullable List<TextSegment> segments) {
		if (size(ids) != size(embeddings)) {
			throw new IllegalArgumentException(
					"ids size (%d) is not equal to embeddings size (%d)".formatted(size(ids), size(embeddings)));
		}
		if (ids == null || embeddings == null) {
			return List.of();
		}
		check(ids, embeddings, segments);
		List<VectorRecord<Object>> records = new ArrayList<>(ids.size());
		for (int i = 0; i < ids.size(); i++) {
			int position = i;
			Object id = this.ids.parse(ids.get(i), () -> "ids[%d]".formatted(position));
			records.add(record(id, embeddings.get(i), at(segments, i)));
		}
		return records;
	}

	private static int size(@Nullable List<?> list) {
		return (list != null) ? list.size() : 0;
	}

	private void check(@Nullable List<String> ids, List<Embedding> embeddings, @Nullable List<TextSegment> segments) {
		if (segments != null && segments.size() != embeddings.size()) {
			throw new IllegalArgumentException("embeddings size (%d) is not equal to embedded size (%d)"
				.formatted(embeddings.size(), segments.size()));
		}
		for (int i = 0; i < embeddings.size(); i++) {
			if (embeddings.get(i) == null) {
				throw new IllegalArgumentException("embeddings[%d]%s for vector table %s must not be null".formatted(i,
						(ids != null) ? " (id %s)".formatted(ids.get(i)) : "", this.repository.table()));
			}
		}
	}

	private static @Nullable TextSegment at(@Nullable List<TextSegment> segments, int position) {
		return (segments != null) ? segments.get(position) : null;
	}

	private VectorRecord<Object> record(Object id, Embedding embedding, @Nullable TextSegment segment) {
		DenseVector vector = new DenseVector(embedding.vector());
		return (segment != null)
				? new VectorRecord<>(id, vector, segment.text(), this.metadata.toRecord(segment.metadata()))
				: new VectorRecord<>(id, vector, null, Map.of());
	}

	/**
	 * Remove the embeddings with the given ids.
	 * @param ids the ids; none, or {@code null}, remove nothing
	 */
	@Override
	public void removeAll(@Nullable Collection<String> ids) {
		if (ids != null) {
			this.repository.delete(ids.stream().map((id) -> this.ids.parse(id, () -> "id")).toList());
		}
	}

	@Override
	public void removeAll(@Nullable Filter filter) {
		if (filter == null) {
			throw new IllegalArgumentException("filter cannot be null");
		}
		this.repository.delete(this.filters.map(filter));
	}

	@Override
	public void removeAll() {
		this.repository.deleteAll();
	}

	/**
	 * Find the embeddings that are nearest to that of the request.
	 * @param request what to search for: at most {@value VectorSearch#MAX_LIMIT} results,
	 * and in {@link SearchMode#HYBRID} with a query text
	 * @return the matches, best first, with their embeddings
	 * @throws IllegalArgumentException if the request does not fit the table
	 */
	@Override
	public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
		List<EmbeddingMatch<TextSegment>> matches = new ArrayList<>();
		for (VectorMatch<Object> match : this.repository.search(vectorSearch(request))) {
			double score = score(match);
			if (score >= request.minScore()) {
				matches.add(match(score, match));
			}
		}
		return new EmbeddingSearchResult<>(matches);
	}

	/**
	 * Search on a thread of the builder's executor.
	 * @param request what to search for
	 * @return the matches, or the failure: an {@link UnsupportedOperationException} if
	 * there is no executor
	 */
	@Override
	public CompletableFuture<EmbeddingSearchResult<TextSegment>> searchAsync(EmbeddingSearchRequest request) {
		if (this.executor == null) {
			return CompletableFuture.failedFuture(new UnsupportedOperationException(
					"embedding store of vector table %s has no executor to search on: set one on its builder"
						.formatted(this.repository.table())));
		}
		return CompletableFuture.supplyAsync(() -> search(request), this.executor);
	}

	private VectorSearch vectorSearch(EmbeddingSearchRequest request) {
		VectorSearch search = VectorSearch.nearest(request.queryEmbedding().vector())
			.limit(request.maxResults())
			.withEmbedding();
		if (request.filter() != null) {
			search = search.where(this.filters.map(request.filter()));
		}
		if (this.searchMode == SearchMode.HYBRID) {
			String words = request.query();
			if (words == null || words.isBlank()) {
				throw new IllegalArgumentException(
						"search of vector table %s is hybrid, so the EmbeddingSearchRequest must have a query text"
							.formatted(this.repository.table()));
			}
			return search.hybrid(words);
		}
		// Without a threshold a search needs not count what it leaves out.
		return (request.minScore() > 0) ? this.scale.restrict(search, request.minScore()) : search;
	}

	private double score(VectorMatch<?> match) {
		return (this.searchMode == SearchMode.HYBRID) ? match.score() : this.scale.score(match.distance());
	}

	private EmbeddingMatch<TextSegment> match(double score, VectorMatch<?> match) {
		String content = match.content();
		// LangChain4j has no segment without text.
		TextSegment segment = (content != null && !content.isBlank())
				? TextSegment.from(content, this.metadata.toMetadata(match.metadata())) : null;
		Embedding embedding = (match.embedding() != null) ? Embedding.from(match.embedding().toFloats()) : null;
		return new EmbeddingMatch<>(score, match.id().toString(), embedding, segment);
	}

	/**
	 * What searches rank by.
	 */
	public enum SearchMode {

		/**
		 * The distance of the vectors alone.
		 */
		VECTOR,

		/**
		 * The distance of the vectors and the words of the request's query text, by
		 * reciprocal rank fusion. The table is declared with text search.
		 */
		HYBRID

	}

	/**
	 * Builder of a {@link RdsEmbeddingStore}. Not thread-safe.
	 *
	 * <p>
	 * Defaults: {@link SearchMode#VECTOR}, no executor.
	 */
	public static final class Builder {

		private final VectorRepository<?> repository;

		private SearchMode searchMode = SearchMode.VECTOR;

		private @Nullable Executor executor;

		private Builder(VectorRepository<?> repository) {
			this.repository = repository;
		}

		/**
		 * Set what searches rank by. Default: {@link SearchMode#VECTOR}.
		 * @param searchMode the mode
		 * @return this builder
		 */
		public Builder searchMode(SearchMode searchMode) {
			this.searchMode = searchMode;
			return this;
		}

		/**
		 * Set where {@link RdsEmbeddingStore#searchAsync} searches. Each search blocks a
		 * thread. Default: none, so that such searches fail.
		 * @param executor the executor, or {@code null} for none
		 * @return this builder
		 */
		public Builder executor(@Nullable Executor executor) {
			this.executor = executor;
			return this;
		}

		/**
		 * Build the store.
		 * @return the store
		 * @throws IllegalArgumentException if the repository's table does not fit
		 */
		public RdsEmbeddingStore build() {
			return new RdsEmbeddingStore(this);
		}

	}

}
