package io.rdsboot.benchmarks.vector.contender;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import io.rdsboot.benchmarks.vector.data.Condition;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.langchain4j.RdsEmbeddingStore;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;

/**
 * An {@code EmbeddingStore} of LangChain4j, whoever has written it.
 *
 * @param pool where it is
 * @param table its table
 * @param callSize most rows of one call
 * @param store the store
 */
public record EmbeddingStoreContender(HikariDataSource pool, StoredTable table, int callSize,
		EmbeddingStore<TextSegment> store) implements VectorContender {

	/**
	 * Creates this library's store, over a repository as {@code langchain4j: true}
	 * declares it.
	 */
	public static EmbeddingStoreContender ofLibrary(VectorDatabase database, int dimensions) {
		HikariDataSource pool = database.pool();
		VectorTable table = VectorTable.builder("library_langchain").dimensions(dimensions).numericText().build();
		new VectorSchema(pool).migrate(List.of(table));
		VectorRepository<UUID> repository = JdbcVectorRepository.of(pool, table, UUID.class);
		return new EmbeddingStoreContender(pool,
				new StoredTable(table.name(), List.of("USING gin (metadata jsonb_path_ops)")), Integer.MAX_VALUE,
				RdsEmbeddingStore.builder(repository).build());
	}

	/**
	 * Creates this library's store over a table of LangChain4j's with a column for each
	 * key, all of them declared.
	 */
	public static EmbeddingStoreContender ofLibraryOver(VectorDatabase database, StoredTable stored, int dimensions) {
		HikariDataSource pool = database.pool();
		VectorTable table = VectorTable.builder(stored.name())
			.idColumn("embedding_id")
			.contentColumn("text")
			.metadataColumn(null)
			.dimensions(dimensions)
			.key("category", KeyType.TEXT)
			.key("author", KeyType.INTEGER)
			.key("document", KeyType.TEXT)
			.build();
		VectorRepository<UUID> repository = JdbcVectorRepository.of(pool, table, UUID.class);
		return new EmbeddingStoreContender(pool, stored, Integer.MAX_VALUE,
				RdsEmbeddingStore.builder(repository).build());
	}

	@Override
	public Call load(List<Row> rows) {
		return upsert(Batches.of(rows, this.callSize));
	}

	@Override
	public Call upsert(List<List<Row>> batches) {
		List<Batch> prepared = batches.stream().map(EmbeddingStoreContender::batch).toList();
		return () -> prepared.forEach((batch) -> this.store.addAll(batch.ids(), batch.embeddings(), batch.segments()));
	}

	/**
	 * Prepares to insert all rows under ids that the store generates.
	 */
	public Call insert(List<Row> rows) {
		List<Batch> prepared = Batches.of(rows, this.callSize).stream().map(EmbeddingStoreContender::batch).toList();
		return () -> prepared.forEach((batch) -> this.store.addAll(batch.embeddings(), batch.segments()));
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

	static EmbeddingSearchRequest.EmbeddingSearchRequestBuilder request(Search search) {
		EmbeddingSearchRequest.EmbeddingSearchRequestBuilder request = EmbeddingSearchRequest.builder()
			.queryEmbedding(Embedding.from(search.query().vector()))
			.maxResults(search.limit());
		Condition condition = search.condition();
		return (condition != null) ? request.filter(new IsEqualTo(condition.key(), condition.value())) : request;
	}

	static List<UUID> search(EmbeddingStore<TextSegment> store, EmbeddingSearchRequest request) {
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
