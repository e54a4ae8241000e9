package io.rdsboot.vector;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.TenantRole;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorTable;
import org.postgresql.ds.PGSimpleDataSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static io.rdsboot.vector.filter.MetadataFilter.eq;

/**
 * Program that uses repositories without Spring Boot, as {@code vectors-without-boot.md}
 * shows it: each paragraph of that page's Java stands here. Its class path has nothing
 * but the module and what it depends on.
 */
final class WithoutBoot {

	private final String url;

	private final String username;

	private final String password;

	private final float[] embedding = { 1, 2, 3 };

	private final UUID id = new UUID(0, 1);

	private final String currentTenant = "acme";

	private final Stream<VectorRecord<UUID>> records = Stream.iterate(2, (i) -> i < 1_000, (i) -> i + 1)
		.map((i) -> new VectorRecord<>(new UUID(0, i), new float[] { 1, 2, i }, "text " + i, Map.of("year", i)));

	private WithoutBoot(String url, String username, String password) {
		this.url = url;
		this.username = username;
		this.password = password;
	}

	/**
	 * Run the program.
	 * @param arguments which data source to use, and whether to try tenants
	 */
	public static void main(String... arguments) throws Exception {
		WithoutBoot program = new WithoutBoot(System.getenv("PROGRAM_URL"), System.getenv("PROGRAM_USERNAME"),
				System.getenv("PROGRAM_PASSWORD"));
		if (arguments[0].equals("pool")) {
			try (HikariDataSource pool = program.pool()) {
				program.run(pool);
				program.tenants(pool);
			}
		}
		else {
			program.run(program.plain());
		}
		System.out.println("done");
	}

	private DataSource plain() {
		PGSimpleDataSource dataSource = new PGSimpleDataSource();
		dataSource.setUrl(url);
		dataSource.setUser(username);
		dataSource.setPassword(password);
		return dataSource;
	}

	private HikariDataSource pool() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url);
		dataSource.setUsername(username);
		dataSource.setPassword(password);
		return dataSource;
	}

	private void run(DataSource dataSource) throws Exception {
		VectorTable table = VectorTable.builder("documents")
			.dimensions(3)
			.key("tenant", KeyType.TEXT)
			.key("year", KeyType.INTEGER)
			.textSearch(TextSearch.of("english"))
			.build();

		VectorSchema schema = new VectorSchema(dataSource);
		schema.migrate(List.of(table));

		VectorRepository<UUID> documents = JdbcVectorRepository.of(dataSource, table, UUID.class);
		documents.upsert(new VectorRecord<>(id, embedding, "text", Map.of("tenant", "acme", "year", 2026)));
		List<VectorMatch<UUID>> hits = documents.search(VectorSearch.nearest(embedding).where(eq("tenant", "acme")));
		require(hits.size() == 1, "the record is found");

		schema.validate(List.of(table));

		VectorIndexManager indexes = VectorIndexManager.builder(dataSource, List.of(table))
			.application("importer")
			.build();
		indexes.start();

		documents.load(records, LoadOptions.upsert());
		indexes.awaitReady(Duration.ofMinutes(10));
		require(documents.explain(VectorSearch.nearest(embedding).hybrid("text 7")).contains("documents_embedding_rds"),
				"the index of the vectors is used");

		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		transaction.executeWithoutResult((status) -> {
			documents.delete(eq("year", 2026));
			documents.upsert(new VectorRecord<>(id, embedding, "new text", Map.of("tenant", "acme")));
		});
		require(documents.count() == 999, "the transaction was committed");

		indexes.close();
	}

	private void tenants(DataSource dataSource) {
		VectorSchema schema = new VectorSchema(dataSource);
		VectorTable notes = VectorTable.builder("notes")
			.dimensions(3)
			.key("tenant", KeyType.TEXT)
			.tenant("tenant")
			.build();
		schema.migrate(List.of(notes));
		new TenantRole(new JdbcTemplate(dataSource)).requireBound(notes);

		VectorRepository<UUID> repository = JdbcVectorRepository.builder(dataSource, notes, UUID.class)
			.tenantResolver(() -> currentTenant)
			.build();
		repository.upsert(new VectorRecord<>(this.id, this.embedding, "text", Map.of()));
		require(repository.count() == 1, "the tenant's row is found");
	}

	private static void require(boolean condition, String expectation) {
		if (!condition) {
			throw new IllegalStateException("Expected that " + expectation);
		}
	}

}
