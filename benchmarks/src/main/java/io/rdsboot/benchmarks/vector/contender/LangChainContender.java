package io.rdsboot.benchmarks.vector.contender;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.store.embedding.pgvector.DefaultMetadataStorageConfig;
import dev.langchain4j.store.embedding.pgvector.MetadataStorageMode;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore.DatasourceBuilder;
import dev.langchain4j.store.embedding.pgvector.PgVectorEmbeddingStore.SearchMode;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;

/**
 * LangChain4j's {@code PgVectorEmbeddingStore}.
 */
public final class LangChainContender implements HybridContender {

	private static final int DEFAULT_EF_SEARCH = 40;

	private final EmbeddingStoreContender stored;

	/** Searches the same table by vector and text. */
	private final PgVectorEmbeddingStore hybridStore;

	private LangChainContender(HikariDataSource pool, StoredTable table, int callSize, DatasourceBuilder builder) {
		builder.datasource(pool).table(table.name());
		this.stored = new EmbeddingStoreContender(pool, table, callSize, builder.build());
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
		return withColumns(database, dimensions, DEFAULT_EF_SEARCH);
	}

	/**
	 * Creates a store with what helps it, on the same table as others.
	 * @param efSearch its {@code hnsw.ef_search}
	 */
	public static LangChainContender withColumns(VectorDatabase database, int dimensions, int efSearch) {
		HikariDataSource pool = database.pool(Map.of("reWriteBatchedInserts", "true", "options",
				"-c hnsw.iterative_scan=strict_order -c hnsw.ef_search=" + efSearch));
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

	/**
	 * Returns the store that searches by vector.
	 */
	public EmbeddingStoreContender stored() {
		return this.stored;
	}

	@Override
	public StoredTable table() {
		return this.stored.table();
	}

	@Override
	public Call load(List<Row> rows) {
		return this.stored.load(rows);
	}

	@Override
	public Call upsert(List<List<Row>> batches) {
		return this.stored.upsert(batches);
	}

	@Override
	public List<UUID> search(Search search) {
		return this.stored.search(search);
	}

	@Override
	public List<UUID> hybridSearch(Search search) {
		return EmbeddingStoreContender.search(this.hybridStore,
				EmbeddingStoreContender.request(search).query(search.query().text()).build());
	}

	@Override
	public void close() {
		this.stored.close();
	}

}
