package io.rdsboot.benchmarks.vector.contender;

import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.benchmarks.vector.data.Condition;
import io.rdsboot.benchmarks.vector.data.Row;
import io.rdsboot.benchmarks.vector.data.Search;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * This library's {@code VectorRepository} on a plain pool.
 */
public final class LibraryContender implements HybridContender {

	private final HikariDataSource pool;

	private final StoredTable table;

	private final VectorRepository<UUID> repository;

	private LibraryContender(HikariDataSource pool, VectorTable declaration, List<String> indexes) {
		this.pool = pool;
		this.table = new StoredTable(declaration.name(), indexes);
		new VectorSchema(new JdbcTemplate(pool)).migrate(declaration);
		this.repository = JdbcVectorRepository.of(pool, declaration, UUID.class);
	}

	/**
	 * Creates a repository with its defaults.
	 */
	static LibraryContender asShipped(VectorDatabase database, int dimensions) {
		return new LibraryContender(database.pool(), VectorTable.builder("library").dimensions(dimensions).build(),
				List.of("USING gin (metadata jsonb_path_ops)"));
	}

	/**
	 * Creates a repository whose keys are declared, and that can search for words.
	 */
	static LibraryContender declared(VectorDatabase database, int dimensions) {
		VectorTable declaration = VectorTable.builder("library_declared")
			.dimensions(dimensions)
			.key("category", KeyType.TEXT)
			.key("author", KeyType.INTEGER)
			.key("document", KeyType.TEXT)
			.textSearch(TextSearch.of("english"))
			.build();
		return new LibraryContender(database.pool(), declaration,
				List.of("(category)", "(author)", "(document)", "USING gin (content_words)"));
	}

	@Override
	public StoredTable table() {
		return this.table;
	}

	VectorRepository<UUID> repository() {
		return this.repository;
	}

	@Override
	public Call load(List<Row> rows) {
		List<VectorRecord<UUID>> records = rows.stream().map(LibraryContender::record).toList();
		return () -> this.repository.load(records.stream(), LoadOptions.insert());
	}

	@Override
	public Call upsert(List<List<Row>> batches) {
		List<List<VectorRecord<UUID>>> records = batches.stream()
			.map((batch) -> batch.stream().map(LibraryContender::record).toList())
			.toList();
		return () -> records.forEach(this.repository::upsert);
	}

	public static VectorRecord<UUID> record(Row row) {
		return new VectorRecord<>(row.id(), row.embedding(), row.content(), row.metadata());
	}

	@Override
	public List<UUID> search(Search search) {
		return find(toVectorSearch(search));
	}

	@Override
	public List<UUID> hybridSearch(Search search) {
		return find(toVectorSearch(search).hybrid(search.query().text()));
	}

	private static VectorSearch toVectorSearch(Search search) {
		VectorSearch vectorSearch = VectorSearch.nearest(search.query().vector()).limit(search.limit());
		Condition condition = search.condition();
		return (condition != null) ? vectorSearch.where(MetadataFilter.eq(condition.key(), condition.value()))
				: vectorSearch;
	}

	private List<UUID> find(VectorSearch search) {
		return this.repository.search(search).stream().map((match) -> match.id()).toList();
	}

	@Override
	public void close() {
		this.pool.close();
	}

}
