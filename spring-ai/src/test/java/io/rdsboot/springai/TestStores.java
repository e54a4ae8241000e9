package io.rdsboot.springai;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.VectorTable;

import org.springframework.ai.vectorstore.pgvector.PgVectorStore;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A database of a test class's own, and stores of tables in it.
 */
final class TestStores implements AutoCloseable {

	private final AtomicInteger tables = new AtomicInteger();

	private final HikariDataSource database;

	TestStores(LocalRdsCluster cluster) {
		this.database = VectorTestDatabase.createWithExtension(cluster);
	}

	HikariDataSource database() {
		return this.database;
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(this.database);
	}

	String newName() {
		return "documents_" + this.tables.incrementAndGet();
	}

	/**
	 * Make a table and return its repository.
	 */
	VectorRepository<?> repository(UnaryOperator<VectorTable.Builder> declaration) {
		VectorTable table = declaration.apply(VectorTable.builder(newName()).dimensions(HashingModel.DIMENSIONS))
			.build();
		new VectorSchema(this.database).migrate(List.of(table));
		return JdbcVectorRepository.of(this.database, table, table.idType().javaType());
	}

	RdsVectorStore store(UnaryOperator<VectorTable.Builder> declaration) {
		return RdsVectorStore.builder(repository(declaration), new HashingModel()).build();
	}

	RdsVectorStore store() {
		return store((table) -> table);
	}

	/**
	 * Make Spring AI's own store with its table.
	 */
	PgVectorStore pgVectorStore(String table, UnaryOperator<PgVectorStore.PgVectorStoreBuilder> settings) {
		PgVectorStore store = settings
			.apply(PgVectorStore.builder(jdbc(), new HashingModel())
				.vectorTableName(table)
				.dimensions(HashingModel.DIMENSIONS)
				.initializeSchema(true))
			.build();
		store.afterPropertiesSet();
		return store;
	}

	@Override
	public void close() {
		this.database.close();
	}

}
