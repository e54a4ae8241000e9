package io.rdsboot.springai;

import java.util.List;
import java.util.Optional;

import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.DenseVector;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.observation.conventions.VectorStoreProvider;
import org.springframework.ai.observation.conventions.VectorStoreSimilarityMetric;
import org.springframework.ai.vectorstore.AbstractVectorStoreBuilder;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.observation.AbstractObservationVectorStore;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.Assert;

/**
 * Spring AI's {@link org.springframework.ai.vectorstore.VectorStore VectorStore} over a
 * {@link VectorRepository}. Thread-safe, if the embedding model is.
 *
 * <p>
 * Every call takes part in the Spring transaction that is active on the repository's
 * {@link javax.sql.DataSource}. {@link #add} embeds all documents before it stores the
 * first, and stores all or none; a document replaces the one that has its id.
 *
 * <p>
 * The score of a document is 1 for the vector that was searched for. With vectors of
 * length 1 it is the cosine of the angle between the two, whether the repository measures
 * by cosine distance, Euclidean distance ({@code 1 - distance² / 2}) or inner product; by
 * taxicab distance it is {@code 1 / (1 + distance)}. A
 * {@linkplain SearchRequest#getSimilarityThreshold() threshold} is the least score, and
 * 0, its default, accepts all documents. The metadata of a document that was found has
 * its distance under {@code distance}.
 *
 * <p>
 * Filters hold for the rows for which they do with Spring AI's {@code PgVectorStore}.
 */
public final class RdsVectorStore extends AbstractObservationVectorStore {

	private final DocumentRepository<?> documents;

	private final DocumentEmbedder embedder;

	private final FilterTranslator filters;

	private final VectorTable table;

	private final @Nullable JdbcTemplate jdbcTemplate;

	private RdsVectorStore(Builder builder) {
		super(builder);
		this.table = builder.repository.table();
		this.documents = new DocumentRepository<>(builder.repository);
		this.embedder = new DocumentEmbedder(this.embeddingModel, this.batchingStrategy, this.table);
		this.filters = new FilterTranslator(this.table);
		this.jdbcTemplate = builder.jdbcTemplate;
	}

	/**
	 * Return a builder of a store.
	 * @param repository where the documents are
	 * @param embeddingModel model that makes their vectors
	 * @return the builder
	 * @throws IllegalArgumentException if the repository has no column for the text of
	 * documents, or its vectors are not those that models make
	 */
	public static Builder builder(VectorRepository<?> repository, EmbeddingModel embeddingModel) {
		return new Builder(repository, embeddingModel);
	}

	@Override
	public void doAdd(List<Document> documents) {
		for (int i = 0; i < documents.size(); i++) {
			Assert.notNull(documents.get(i), "Document at index %d must not be null".formatted(i));
		}
		if (!documents.isEmpty()) {
			add(this.documents, documents);
		}
	}

	private <ID> void add(DocumentRepository<ID> repository, List<Document> documents) {
		// Before the model is paid for what cannot be stored.
		List<ID> ids = repository.ids(documents.stream().map(Document::getId).toList());
		repository.store(documents, ids, this.embedder.embed(documents));
	}

	@Override
	public void doDelete(List<String> idList) {
		this.documents.delete(idList);
	}

	@Override
	protected void doDelete(Filter.Expression filterExpression) {
		MetadataFilter filter = this.filters.translate(filterExpression);
		try {
			this.documents.delete(filter);
		}
		catch (DataAccessException ex) {
			throw new IllegalStateException(
					"Documents of vector table %s cannot be deleted by the filter %s".formatted(this.table, filter),
					ex);
		}
	}

	@Override
	public List<Document> doSimilaritySearch(SearchRequest request) {
		Filter.Expression expression = request.getFilterExpression();
		MetadataFilter filter = (expression != null) ? this.filters.translate(expression) : null;
		if (request.getTopK() == 0) {
			return List.of();
		}
		return this.documents.search(this.embedder.embed(request.getQuery()), request.getTopK(),
				request.getSimilarityThreshold(), filter);
	}

	@Override
	public VectorStoreObservationContext.Builder createObservationContextBuilder(String operationName) {
		VectorStoreObservationContext.Builder context = VectorStoreObservationContext
			.builder(VectorStoreProvider.PG_VECTOR.value(), operationName)
			.collectionName(this.table.name())
			.dimensions(this.table.embedding().dimensions())
			.similarityMetric(similarityMetric(this.table.embedding().distance()));
		return (this.table.schema() != null) ? context.namespace(this.table.schema()) : context;
	}

	private static String similarityMetric(Distance distance) {
		return switch (distance) {
			case COSINE -> VectorStoreSimilarityMetric.COSINE.value();
			case L2 -> VectorStoreSimilarityMetric.EUCLIDEAN.value();
			case INNER_PRODUCT -> VectorStoreSimilarityMetric.DOT.value();
			case L1 -> VectorStoreSimilarityMetric.MANHATTAN.value();
			case HAMMING, JACCARD -> distance.name();
		};
	}

	/**
	 * Return the {@link JdbcTemplate} that the store was {@linkplain Builder#jdbcTemplate
	 * built} with, as {@code PgVectorStore} does.
	 * @param <T> {@link JdbcTemplate}
	 * @return the template, or empty if there is none
	 */
	@Override
	@SuppressWarnings("unchecked") // Spring AI leaves the type to the caller
	public <T> Optional<T> getNativeClient() {
		return Optional.ofNullable((T) this.jdbcTemplate);
	}

	/**
	 * Builder of a {@link RdsVectorStore}. Not thread-safe.
	 *
	 * <p>
	 * Defaults: no observations, Spring AI's convention for them, batches by the number
	 * of tokens, no native client.
	 */
	public static final class Builder extends AbstractVectorStoreBuilder<Builder> {

		private final VectorRepository<?> repository;

		private @Nullable JdbcTemplate jdbcTemplate;

		private Builder(VectorRepository<?> repository, EmbeddingModel embeddingModel) {
			super(embeddingModel);
			VectorTable table = repository.table();
			Assert.isTrue(table.embedding().type().javaType() == DenseVector.class,
					() -> "Column %s of vector table %s is a %s, but models make vectors of floats: use a repository of type vector or halfvec"
						.formatted(table.embedding().name(), table, table.embedding().type().sqlName()));
			Assert.notNull(table.contentColumn(),
					() -> "Vector table %s has no column for the text of documents: declare its content column"
						.formatted(table));
			this.repository = repository;
		}

		/**
		 * Set what {@link RdsVectorStore#getNativeClient()} returns.
		 * @param jdbcTemplate a template on the repository's data source, or {@code null}
		 * for none
		 * @return this builder
		 */
		public Builder jdbcTemplate(@Nullable JdbcTemplate jdbcTemplate) {
			this.jdbcTemplate = jdbcTemplate;
			return this;
		}

		@Override
		public RdsVectorStore build() {
			return new RdsVectorStore(this);
		}

	}

}
