package io.rdsboot.flyway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.schema.VectorSchemaException;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests for {@link VectorExtensionCallback} and {@link VectorTablesMigration} with Flyway
 * on PostgreSQL.
 */
@LocalRds
class VectorFlywayTests {

	private static final VectorTable DOCUMENTS = VectorTable.builder("documents").dimensions(3).build();

	private static final VectorTable PICTURES = VectorTable.builder("pictures").dimensions(4).build();

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	@BeforeEach
	void createDatabase(LocalRdsCluster cluster) {
		this.dataSource = VectorTestDatabase.create(cluster);
		this.jdbc = new JdbcTemplate(this.dataSource);
	}

	@AfterEach
	void closePool() {
		this.dataSource.close();
	}

	@Test
	void migrationWhenNothingChangesRunsOnce() {
		assertThat(migrate(this.dataSource, DOCUMENTS).migrationsExecuted).isOne();
		assertThat(migrate(this.dataSource, DOCUMENTS).migrationsExecuted).isZero();
		assertThat(tables()).contains("documents");
	}

	@Test
	void migrationWhenTablesComeAndGoKeepsWhatIsThere() {
		migrate(this.dataSource, DOCUMENTS);
		this.jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		migrate(this.dataSource, PICTURES, DOCUMENTS);
		assertThat(tables()).contains("documents", "pictures");
		migrate(this.dataSource, PICTURES);
		assertThat(this.jdbc.queryForObject("SELECT count(*) FROM documents", Integer.class)).isOne();
	}

	@Test
	void migrationWhenOrderOfTablesDiffersIsTheSame() {
		assertThat(new VectorTablesMigration(List.of(DOCUMENTS, PICTURES)).getChecksum())
			.isEqualTo(new VectorTablesMigration(List.of(PICTURES, DOCUMENTS)).getChecksum());
	}

	@Test
	void migrationWhenDimensionsOfATableWithRowsChangeFailsAndChangesNothing() {
		migrate(this.dataSource, DOCUMENTS);
		this.jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]')");
		VectorTable changed = VectorTable.builder("documents").dimensions(5).build();
		assertThatThrownBy(() -> migrate(this.dataSource, changed, VectorTable.builder("a").dimensions(1).build()))
			.hasRootCauseInstanceOf(VectorSchemaException.class)
			.rootCause()
			.hasMessageContaining("column embedding is declared as vector(5), but is vector(3)");
		assertThat(tables()).doesNotContain("a");
		migrate(this.dataSource, DOCUMENTS);
	}

	@Test
	@Timeout(120)
	void migrationsWhenTwentyStartAtOnceAllSucceed() throws Exception {
		assertThat(migrateAtOnce(20, DOCUMENTS, PICTURES)).isOne();
		assertThat(tables()).contains("documents", "pictures");
	}

	@Test
	@Timeout(120)
	void migrationsWhenTwentyStartAtOnceWithAnOlderTableAllSucceed() throws Exception {
		migrate(this.dataSource, DOCUMENTS, PICTURES);
		this.jdbc.execute("INSERT INTO documents VALUES (gen_random_uuid(), '[1,2,3]', 'houses')");
		VectorTable changed = VectorTable.builder("documents")
			.dimensions(3)
			.vector(VectorColumn.of("image", ElementType.HALFVEC, 4, Distance.L2, VectorIndex.hnsw()))
			.key("year", KeyType.INTEGER)
			.textSearch(TextSearch.of("english"))
			.build();
		VectorTable withTenant = VectorTable.builder("pictures")
			.dimensions(5)
			.key("who", KeyType.TEXT)
			.tenant("who")
			.build();
		assertThat(migrateAtOnce(20, changed, withTenant)).isOne();
		VectorSchema schema = new VectorSchema(this.jdbc);
		schema.validate(changed);
		schema.validate(withTenant);
		assertThat(this.jdbc.queryForObject("SELECT content_words::text FROM documents", String.class))
			.isEqualTo("'hous':1");
	}

	/**
	 * Return how many of the migrations changed something.
	 */
	private int migrateAtOnce(int starts, VectorTable... tables) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(starts);
		try {
			CyclicBarrier barrier = new CyclicBarrier(starts);
			List<Future<MigrateResult>> results = new ArrayList<>();
			for (int i = 0; i < starts; i++) {
				results.add(threads.submit(() -> {
					DataSource unpooled = new DriverManagerDataSource(this.dataSource.getJdbcUrl(),
							this.dataSource.getUsername(), this.dataSource.getPassword());
					barrier.await(30, TimeUnit.SECONDS);
					return migrate(unpooled, tables);
				}));
			}
			int executed = 0;
			for (Future<MigrateResult> result : results) {
				executed += result.get(90, TimeUnit.SECONDS).migrationsExecuted;
			}
			return executed;
		}
		finally {
			threads.shutdownNow();
		}
	}

	@Test
	void extensionWhenItsSchemaIsDeclaredIsMadeThere() {
		VectorTable table = VectorTable.builder("documents").dimensions(3).extensionSchema("ext").build();
		assertThat(migrate(this.dataSource, table).migrationsExecuted).isOne();
		assertThat(migrate(this.dataSource, table).migrationsExecuted).isZero();
		new VectorSchema(this.jdbc).validate(table);
		assertThatThrownBy(() -> migrate(this.dataSource, table, PICTURES))
			.hasRootCauseInstanceOf(VectorSchemaException.class)
			.rootCause()
			.hasMessageStartingWith("The extension vector is in schema ext, which is not on the search_path (");
	}

	@Test
	void checksumFollowsWhatConcernsTheTable() {
		assertThat(new VectorTablesMigration(List.of(DOCUMENTS, PICTURES)).getChecksum())
			.isEqualTo(new VectorTablesMigration(
					List.of(PICTURES, VectorTable.builder("documents").dimensions(3).distance(Distance.L2).build()))
				.getChecksum())
			.isNotEqualTo(new VectorTablesMigration(
					List.of(PICTURES, VectorTable.builder("documents").dimensions(3).key("a", KeyType.TEXT).build()))
				.getChecksum());
	}

	@Test
	void migrationWhenFlywayHasASchemaOfItsOwnLeavesTheTypeVisible() {
		List<VectorTable> tables = List.of(VectorTable.builder("documents").schema("app").dimensions(3).build());
		Flyway.configure()
			.dataSource(this.dataSource)
			.schemas("app")
			.callbacks(new VectorExtensionCallback(tables))
			.javaMigrations(new VectorTablesMigration(tables))
			.load()
			.migrate();
		assertThat(this.jdbc.queryForObject(
				"SELECT embedding IS NULL FROM app.documents RIGHT JOIN " + "(SELECT '[1,2,3]'::vector) one ON true",
				Boolean.class))
			.isTrue();
	}

	@Test
	void migrationWhenServerOnlyReadsIsRefused(LocalRdsCluster cluster) {
		migrate(this.dataSource, DOCUMENTS);
		cluster.awaitReplication();
		LocalRdsInstance reader = cluster.readers().get(0);
		DataSource readerDataSource = new DriverManagerDataSource(
				this.dataSource.getJdbcUrl().replace(":" + cluster.writer().port(), ":" + reader.port()),
				reader.adminUsername(), reader.adminPassword());
		assertThatThrownBy(() -> migrate(readerDataSource, DOCUMENTS))
			.hasRootCauseInstanceOf(VectorSchemaException.class)
			.rootCause()
			.hasMessage("Flyway reached a database server that only reads (transaction_read_only is on), "
					+ "so it cannot migrate.");
	}

	private static MigrateResult migrate(DataSource dataSource, VectorTable... tables) {
		return Flyway.configure()
			.dataSource(dataSource)
			.callbacks(new VectorExtensionCallback(List.of(tables)))
			.javaMigrations(new VectorTablesMigration(List.of(tables)))
			.load()
			.migrate();
	}

	private List<String> tables() {
		return this.jdbc.queryForList("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", String.class);
	}

}
