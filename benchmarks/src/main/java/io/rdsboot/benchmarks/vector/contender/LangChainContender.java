package io.rdsboot.benchmarks.vector.contender;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.pgvector.DefaultMetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageMode;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore.DatasourceBuilder;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore.SearchMode;
import io.rdsboot.benchmarks.vector.data.Condition;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;

/**
 * LangChain4j's {@code PgVectorEmbeddingStore}.
 */
final class LangChainContender implements HybridContender {

	private final HikariDataSource pool;

	private final PgVectorEmbeddingStore store;

	/** Searches the same table by vector and text. */
	private final PgVectorEmbeddingStore hybridStore;

	private final StoredTable table;

	private final int callSize;

	private LangChainContender(HikariDataSource pool, StoredTable table, int callSize, DatasourceBuilder builder) {
		this.pool = pool;
		this.table = table;
		this.callSize = callSize;
		builder.datasource(pool).table(table.name());
		this.store = builder.build();
		this.hybridStore = builder.createTable(false).searchMode(SearchMode.HYBRID).build();
	}

	/**
	 * Creates a store with its defaults.
	 */
	static LangChainContender asShipped(VectorDatabase database, int dimensions) {
		return new LangChainContender(database.pool(),
				new StoredTable("langchain_shipped", List.of("USING gin (to_tsvector('simple', coalesce(text, '')))")),
				Integer.MAX_VALUE, PgVectorEmbeddingStore.datasourceBuilder().dimension(dimensions));
	}

	/**
	 * Creates a store with what helps it: inserts of many rows, no look for the extension
	 * at each call, metadata in columns with indexes, English words without those that
	 * say nothing, and iterative scans for filters.
	 */
	static LangChainContender bestConfigured(VectorDatabase database, int dimensions) {
		HikariDataSource pool = database
			.pool(Map.of("reWriteBatchedInserts", "true", "options", "-c hnsw.iterative_scan=strict_order"));
		return new LangChainContender(pool,
				new StoredTable("langchain_best",
						List.of("USING gin (to_tsvector('english', coalesce(text, '')))", "(category)", "(author)",
								"(document)")),
				1000,
				PgVectorEmbeddingStore.datasourceBuilder()
					.dimension(dimensions)
					.skipCreateVectorExtension(true)
					.textSearchConfig("english")
					.metadataStorageConfig(DefaultMetadataStorageConfig.builder()
						.storageMode(MetadataStorageMode.COLUMN_PER_KEY)
						.columnDefinitions(List.of("category text", "author integer", "document text"))
						.build()));
	}

	@Override
	public StoredTable table() {
		return this.table;
	}

	@Override
	public Call load(List<Row> rows) {
		return upsert(Batches.of(rows, this.callSize));
	}

	@Override
	public Call upsert(List<List<Row>> batches) {
		List<Batch> prepared = batches.stream().map(LangChainContender::batch).toList();
		return () -> prepared.forEach((batch) -> this.store.addAll(batch.ids(), batch.embeddings(), batch.segments()));
	}

	private static Batch batch(List<Row> rows) {
		List<String> ids = new ArrayList<>();
		List<Embedding> embeddings = new ArrayList<>();
		List<TextSegment> segments = new ArrayList<>();
		for (Row row : rows) {
			ids.add(row.id().toString());
			embeddings.add(Embedding.from(row.embedding()));
			segments.add(TextSegment.from(row.content(), Metadata.from(row.metadata())));
		}
		return new Batch(ids, embeddings, segments);
	}

	@Override
	public List<UUID> search(Search search) {
		return search(this.store, request(search).build());
	}

	@Override
	public List<UUID> hybridSearch(Search search) {
		return search(this.hybridStore, request(search).query(search.query().text()).build());
	}

	private static EmbeddingSearchRequest.EmbeddingSearchRequestBuilder request(Search search) {
		EmbeddingSearchRequest.EmbeddingSearchRequestBuilder request = EmbeddingSearchRequest.builder()
			.queryEmbedding(Embedding.from(search.query().vector()))
			.maxResults(search.limit());
		Condition condition = search.condition();
		return (condition != null) ? request.filter(new IsEqualTo(condition.key(), condition.value())) : request;
	}

	private static List<UUID> search(PgVectorEmbeddingStore store, EmbeddingSearchRequest request) {
		return store.search(request).matches().stream().map((match) -> UUID.fromString(match.embeddingId())).toList();
	}

	@Override
	public void close() {
		this.pool.close();
	}

	/**
	 * Arguments of one call.
	 */
	private record Batch(List<String> ids, List<Embedding> embeddings, List<TextSegment> segments) {

	}

}
