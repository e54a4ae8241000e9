package io.rdsboot.benchmarks.vector;

import java.util.List;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.LoadOptions;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * This library's {@code VectorRepository} on a plain pool.
 */
final class LibraryContender implements Contender {

	private final HikariDataSource pool;

	private final StoredTable table;

	private final VectorRepository<UUID> repository;

	private LibraryContender(HikariDataSource pool, VectorTable declaration, StoredTable table) {
		this.pool = pool;
		this.table = table;
		new VectorSchema(new JdbcTemplate(pool)).migrate(declaration);
		this.repository = VectorRepository.of(pool, declaration, UUID.class);
	}

	/**
	 * Creates a repository with its defaults.
	 */
	static LibraryContender asShipped(VectorDatabase database, int dimensions) {
		return new LibraryContender(database.pool(), VectorTable.builder("library").dimensions(dimensions).build(),
				new StoredTable("library", List.of("USING gin (metadata jsonb_path_ops)")));
	}

	@Override
	public StoredTable table() {
		return this.table;
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

	static VectorRecord<UUID> record(Row row) {
		return new VectorRecord<>(row.id(), row.embedding(), row.content(), row.metadata());
	}

	@Override
	public List<UUID> search(Search search) {
		VectorSearch vectorSearch = VectorSearch.nearest(search.query().vector()).limit(search.limit());
		Condition condition = search.condition();
		if (condition != null) {
			vectorSearch = vectorSearch.where(MetadataFilter.eq(condition.key(), condition.value()));
		}
		return this.repository.search(vectorSearch).stream().map((match) -> match.id()).toList();
	}

	@Override
	public void close() {
		this.pool.close();
	}

}
