package io.rdsboot.benchmarks.vector.contender;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.vector.data.Condition;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;

import org.springframework.ai.document.Document;
import org.springframework.ai.vectorstore.SearchRequest;
import org.springframework.ai.vectorstore.filter.Filter;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.ai.vectorstore.pgvector.PgVectorStore.PgIndexType;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Spring AI's {@code PgVectorStore} with an embedding model that takes no time.
 */
final class SpringAiContender implements VectorContender {

	private final HikariDataSource pool;

	private final PreparedModel model;

	private final PgVectorStore store;

	private final StoredTable table;

	private final int callSize;

	private SpringAiContender(HikariDataSource pool, int dimensions, StoredTable table, int callSize,
			boolean countTokens) {
		this.pool = pool;
		this.model = new PreparedModel(dimensions);
		this.table = table;
		this.callSize = callSize;
		PgVectorStore.PgVectorStoreBuilder builder = PgVectorStore.builder(new JdbcTemplate(pool), this.model)
			.vectorTableName(table.name())
			.initializeSchema(true)
			.indexType(PgIndexType.NONE);
		if (!countTokens) {
			builder.batchingStrategy(List::of);
		}
		this.store = builder.build();
		this.store.afterPropertiesSet();
	}

	/**
	 * Creates a store with its defaults, but for the index, which all contenders are
	 * given after they were loaded.
	 */
	static SpringAiContender asShipped(VectorDatabase database, int dimensions) {
		return new SpringAiContender(database.pool(), dimensions, new StoredTable("spring_ai_shipped", List.of()),
				Integer.MAX_VALUE, true);
	}

	/**
	 * Creates a store with what helps it: vectors in binary, a thousand documents a call,
	 * because the time of a call grows with their square, no counting of tokens for a
	 * model that has no limit, iterative scans for filters, and an index for these.
	 */
	static SpringAiContender bestConfigured(VectorDatabase database, int dimensions) {
		HikariDataSource pool = database.pool(Map.of("datatype.vector", "com.pgvector.PGvector",
				"reWriteBatchedInserts", "true", "options", "-c hnsw.iterative_scan=strict_order"));
		return new SpringAiContender(pool, dimensions,
				new StoredTable("spring_ai_best", List.of("USING gin ((metadata::jsonb) jsonb_path_ops)")), 1000,
				false);
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
		this.pool.close();
	}

}
