package io.rdsboot.benchmarks.vector.contender;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.vector.data.Condition;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.springai.RdsVectorStore;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.VectorStore;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore.PgIndexType;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A {@code VectorStore} of Spring AI, its own {@code PgVectorStore} or this library's,
 * with an embedding model that takes no time.
 */
public final class SpringAiContender implements VectorContender {

	private final @Nullable HikariDataSource pool;

	private final PreparedModel model;

	private final VectorStore store;

	private final StoredTable table;

	private final int callSize;

	private SpringAiContender(@Nullable HikariDataSource pool, PreparedModel model, VectorStore store,
			StoredTable table, int callSize) {
		this.pool = pool;
		this.model = model;
		this.store = store;
		this.table = table;
		this.callSize = callSize;
	}

	private static SpringAiContender ofPgVectorStore(HikariDataSource pool, int dimensions, StoredTable table,
			int callSize, boolean countTokens) {
		PreparedModel model = new PreparedModel(dimensions);
		PgVectorStore.PgVectorStoreBuilder builder = PgVectorStore.builder(new JdbcTemplate(pool), model)
			.vectorTableName(table.name())
			.initializeSchema(true)
			.indexType(PgIndexType.NONE);
		if (!countTokens) {
			builder.batchingStrategy(List::of);
		}
		PgVectorStore store = builder.build();
		store.afterPropertiesSet();
		return new SpringAiContender(pool, model, store, table, callSize);
	}

	/**
	 * Creates a store with its defaults, but for the index, which all contenders are
	 * given after they were loaded.
	 */
	static SpringAiContender asShipped(VectorDatabase database, int dimensions) {
		return ofPgVectorStore(database.pool(), dimensions, new StoredTable("spring_ai_shipped", List.of()),
				Integer.MAX_VALUE, true);
	}

	/**
	 * Creates a store with its defaults on the same table as {@link #asShipped}, whose
	 * sessions scan the index on and on where a filter leaves too few rows.
	 * @param efSearch their {@code hnsw.ef_search}
	 */
	public static SpringAiContender iterating(VectorDatabase database, int dimensions, int efSearch) {
		HikariDataSource pool = database
			.pool(Map.of("options", "-c hnsw.iterative_scan=strict_order -c hnsw.ef_search=" + efSearch));
		return ofPgVectorStore(pool, dimensions, new StoredTable("spring_ai_shipped", List.of()), Integer.MAX_VALUE,
				true);
	}

	/**
	 * Creates a store that does not count the tokens of documents, because its model has
	 * no limit.
	 */
	static SpringAiContender withoutTokens(VectorDatabase database, int dimensions) {
		return ofPgVectorStore(database.pool(), dimensions, new StoredTable("spring_ai_uncounted", List.of()),
				Integer.MAX_VALUE, false);
	}

	/**
	 * Creates a store with what helps it: vectors in binary, a thousand documents a call,
	 * because the time of a call grows with their square, no counting of tokens for a
	 * model that has no limit, iterative scans for filters, and an index for these.
	 */
	static SpringAiContender bestConfigured(VectorDatabase database, int dimensions) {
		HikariDataSource pool = database.pool(Map.of("datatype.vector", "com.pgvector.PGvector",
				"reWriteBatchedInserts", "true", "options", "-c hnsw.iterative_scan=strict_order"));
		return ofPgVectorStore(pool, dimensions,
				new StoredTable("spring_ai_best", List.of("USING gin ((metadata::jsonb) jsonb_path_ops)")), 1000,
				false);
	}

	/**
	 * Creates a store over this library's repository, in the same table.
	 */
	static SpringAiContender over(LibraryContender library, int dimensions, boolean countTokens) {
		PreparedModel model = new PreparedModel(dimensions);
		RdsVectorStore.Builder store = RdsVectorStore.builder(library.repository(), model);
		if (!countTokens) {
			store.batchingStrategy(List::of);
		}
		return new SpringAiContender(null, model, store.build(), library.table(), Integer.MAX_VALUE);
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
		List<List<Document>> documents = batches.stream()
			.map((batch) -> batch.stream().map(this::document).toList())
			.toList();
		return () -> documents.forEach(this.store::add);
	}

	private Document document(Row row) {
		this.model.add(row.content(), row.embedding());
		return Document.builder().id(row.id().toString()).text(row.content()).metadata(row.metadata()).build();
	}

	@Override
	public List<UUID> search(Search search) {
		this.model.add(search.query().key(), search.query().vector());
		SearchRequest.Builder request = SearchRequest.builder().query(search.query().key()).topK(search.limit());
		Condition condition = search.condition();
		if (condition != null) {
			request.filterExpression(new Filter.Expression(Filter.ExpressionType.EQ, new Filter.Key(condition.key()),
					new Filter.Value(condition.value())));
		}
		return Objects.requireNonNull(this.store.similaritySearch(request.build()))
			.stream()
			.map((document) -> UUID.fromString(document.getId()))
			.toList();
	}

	@Override
	public void close() {
		if (this.pool != null) {
			this.pool.close();
		}
	}

}
