package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.index.session.BuildGuard;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of what an operator does about an index: builds are canceled, and indexes
 * rebuilt.
 */
@LocalRds(readers = 0)
@ExtendWith(OutputCaptureExtension.class)
@Timeout(120)
class IndexOperationsTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final String LONG_NAME = "an_index_of_an_administrator_whose_name_is_as_long_as_it_may_be";

	private final AtomicInteger borrowed = new AtomicInteger();

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	private VectorTable table;

	@BeforeEach
	void createTable(LocalRdsCluster cluster) {
		this.dataSource = VectorTestDatabase.createWithExtension(cluster);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.table = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.dimensions(3)
			.index(VectorIndex.hnsw())
			.build();
		new VectorSchema(this.jdbc).migrate(this.table);
		this.jdbc.execute("INSERT INTO documents (id, embedding) SELECT i, ARRAY[i, 1, random()]::vector "
				+ "FROM generate_series(1, 200) i");
	}

	@AfterEach
	void closePool() {
		this.dataSource.close();
	}

	@Test
	void canceledBuildLeavesNothingAndIsBuiltOnceItIsAskedFor(CapturedOutput output) throws Exception {
		try (VectorIndexManager manager = manager(this.table)) {
			try (Connection writer = openWriter()) {
				manager.start();
				awaitPhase("waiting for writers before build");
				String name = index(manager);
				assertThat(manager.cancelBuild(this.table, name)).isTrue();
				assertThat(this.jdbc.queryForList("SELECT 1 FROM pg_stat_progress_create_index")).isEmpty();
				await(manager, State.CANCELED);
				assertThat(status(manager).detail()).contains("an operator has canceled its build");
				writer.rollback();
			}
			awaitIndexes(0);
			int before = this.borrowed.get();
			Awaitility.await().atMost(LIMIT).until(() -> this.borrowed.get() > before + 2);
			assertThat(status(manager).state()).isEqualTo(State.CANCELED);
			awaitIndexes(0);
			manager.lookNow();
			manager.awaitReady(LIMIT);
			awaitIndexes(1);
		}
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void canceledBuildIsBuiltByTheNextStart() throws Exception {
		try (VectorIndexManager manager = manager(this.table)) {
			try (Connection writer = openWriter()) {
				manager.start();
				awaitPhase("waiting for writers before build");
				assertThat(manager.cancelBuild(this.table, index(manager))).isTrue();
				writer.rollback();
			}
			awaitIndexes(0);
		}
		try (VectorIndexManager manager = manager(this.table)) {
			manager.start();
			manager.awaitReady(LIMIT);
		}
	}

	@Test
	void indexServesAtEveryMomentOfItsRebuild() throws Exception {
		try (VectorIndexManager manager = manager(this.table)) {
			manager.start();
			manager.awaitReady(LIMIT);
			String oid = oid();
			try (Connection reader = openReader()) {
				manager.rebuild(this.table, index(manager));
				manager.rebuild(this.table, index(manager));
				awaitPhase("waiting for old snapshots");
				assertThat(status(manager).state()).isEqualTo(State.READY);
				assertServes();
				Awaitility.await().atMost(LIMIT).until(() -> status(manager).progress() != null);
				reader.rollback();
			}
			Awaitility.await().atMost(LIMIT).until(() -> {
				assertServes();
				return !oid.equals(oid());
			});
			Awaitility.await().atMost(LIMIT).until(() -> status(manager).progress() == null);
			awaitIndexes(1);
			assertThat(status(manager).state()).isEqualTo(State.READY);
			assertThat(status(manager).detail()).isNull();
			assertThat(Objects.requireNonNull(status(manager).condition()).rowsWhenBuilt()).isEqualTo(200);
		}
	}

	@Test
	void canceledRebuildLeavesTheIndexAndNothingElse(CapturedOutput output) throws Exception {
		this.jdbc.execute("CREATE INDEX %s ON documents USING hnsw (embedding vector_cosine_ops)".formatted(LONG_NAME));
		try (VectorIndexManager manager = manager(this.table)) {
			manager.start();
			manager.awaitReady(LIMIT);
			assertThat(index(manager)).isEqualTo(LONG_NAME).hasSize(63);
			String oid = oid();
			try (Connection reader = openReader()) {
				manager.rebuild(this.table, LONG_NAME);
				awaitPhase("waiting for old snapshots");
				awaitIndexes(2);
				assertThat(manager.cancelBuild(this.table, LONG_NAME)).isTrue();
				assertServes();
				reader.rollback();
			}
			awaitIndexes(1);
			assertThat(oid()).isEqualTo(oid);
			assertThat(status(manager).state()).isEqualTo(State.READY);
			assertThat(status(manager).detail()).contains("canceled its rebuild");
			manager.rebuild(this.table, LONG_NAME);
			Awaitility.await().atMost(LIMIT).until(() -> !oid.equals(oid()));
		}
		assertThat(output).doesNotContain("WARN");
	}

	@Test
	void rebuildThatIsAskedForWhileACanceledOneIsCleanedUpIsBegunAfterThat() throws Exception {
		try (VectorIndexManager manager = manager(this.table)) {
			manager.start();
			manager.awaitReady(LIMIT);
			String name = index(manager);
			String oid = oid();
			try (Connection writer = openWriter()) {
				manager.rebuild(this.table, name);
				awaitPhase("waiting for writers before build");
				assertThat(manager.cancelBuild(this.table, name)).isTrue();
				// The writer keeps what is left of the build from being dropped.
				awaitIndexes(2);
				manager.rebuild(this.table, name);
				writer.rollback();
			}
			Awaitility.await().atMost(LIMIT).until(() -> !oid.equals(oid()));
			awaitIndexes(1);
		}
	}

	@Test
	void indexThatHoldsNoVectorsIsRebuilt() throws Exception {
		VectorTable withKey = VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.dimensions(3)
			.index(VectorIndex.hnsw())
			.key("team", KeyType.TEXT)
			.build();
		new VectorSchema(this.jdbc).migrate(withKey);
		try (VectorIndexManager manager = manager(withKey)) {
			manager.start();
			manager.awaitReady(LIMIT);
			VectorIndexStatus status = manager.status()
				.stream()
				.filter((each) -> each.purpose().contains("team"))
				.findFirst()
				.orElseThrow();
			String name = Objects.requireNonNull(status.index());
			String oid = oid(name);
			manager.rebuild(withKey, name);
			Awaitility.await().atMost(LIMIT).until(() -> !oid.equals(oid(name)));
			Awaitility.await()
				.atMost(LIMIT)
				.untilAsserted(
						() -> assertThat(manager.status()).extracting(VectorIndexStatus::detail).containsOnlyNulls());
		}
	}

	@Test
	void rebuildSaysThatAnotherSessionBuilds() throws Exception {
		try (VectorIndexManager manager = manager(this.table)) {
			manager.start();
			manager.awaitReady(LIMIT);
			// The look that has built the index may still hold it.
			try (BuildGuard guard = Awaitility.await()
				.atMost(LIMIT)
				.until(() -> BuildGuard.tryAcquire(this.dataSource), Objects::nonNull)) {
				assertThat(guard).isNotNull();
				manager.rebuild(this.table, index(manager));
				Awaitility.await()
					.atMost(LIMIT)
					.until(() -> "cannot be built anew: another session builds vector indexes"
						.equals(status(manager).detail()));
			}
			assertThat(status(manager).state()).isEqualTo(State.READY);
		}
	}

	@Test
	void whatCannotBeDoneSaysWhy() throws Exception {
		try (VectorIndexManager manager = manager(this.table)) {
			assertThatIllegalStateException().isThrownBy(() -> manager.rebuild(this.table, "nothing"))
				.withMessage("The manager of the indexes of vector tables does not work");
			assertThatIllegalArgumentException().isThrownBy(() -> manager.cancelBuild(this.table, "nothing"))
				.withMessage(
						"Index 'nothing' of vector table documents is not being built by this instance of the service");
			try (Connection writer = openWriter()) {
				manager.start();
				awaitPhase("waiting for writers before build");
				String name = index(manager);
				assertThatIllegalArgumentException().isThrownBy(() -> manager.rebuild(this.table, name))
					.withMessage("Index '%s' of vector table documents cannot be rebuilt while it is BUILDING", name);
				writer.rollback();
			}
			manager.awaitReady(LIMIT);
			assertThatIllegalArgumentException().isThrownBy(() -> manager.rebuild(this.table, "nothing"))
				.withMessage("Vector table documents has no index 'nothing'");
			assertThatIllegalArgumentException().isThrownBy(() -> manager.cancelBuild(this.table, index(manager)))
				.withMessageEndingWith("is not being built by this instance of the service");
		}
	}

	private VectorIndexManager manager(VectorTable declared) {
		return VectorIndexManager.builder(new DelegatingDataSource(this.dataSource) {

			@Override
			public Connection getConnection() throws SQLException {
				IndexOperationsTests.this.borrowed.incrementAndGet();
				return super.getConnection();
			}

		}, List.of(declared))
			.retryInterval(Duration.ofMillis(50))
			.progressInterval(Duration.ofMillis(20))
			.maintenance(new IndexMaintenance(IndexMaintenance.Action.REPORT, null, Duration.ofSeconds(1)))
			.build();
	}

	/**
	 * A transaction that has written to the table, for whose end a build has to wait
	 * before it begins.
	 */
	private Connection openWriter() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("UPDATE documents SET content = 'x' WHERE id = 1");
		}
		return connection;
	}

	/**
	 * A transaction that has a snapshot, for whose end a build has to wait before the
	 * index serves.
	 */
	private Connection openReader() throws SQLException {
		Connection connection = this.dataSource.getConnection();
		connection.setAutoCommit(false);
		connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
		try (Statement statement = connection.createStatement()) {
			statement.execute("SELECT 1");
		}
		return connection;
	}

	private void awaitPhase(String phase) {
		Awaitility.await()
			.atMost(LIMIT)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> this.jdbc
				.queryForList("SELECT phase FROM pg_stat_progress_create_index WHERE datname = current_database()",
						String.class)
				.contains(phase));
	}

	private static void await(VectorIndexManager manager, State state) {
		Awaitility.await().atMost(LIMIT).until(() -> status(manager).state() == state);
	}

	private void awaitIndexes(int count) {
		Awaitility.await()
			.atMost(LIMIT)
			.untilAsserted(() -> assertThat(this.jdbc.queryForList(
					"SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'documents'::regclass AND NOT indisprimary",
					String.class))
				.hasSize(count));
	}

	private void assertServes() throws SQLException {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("SET LOCAL enable_seqscan = off");
			try (var rows = statement
				.executeQuery("EXPLAIN SELECT id FROM documents ORDER BY embedding <=> '[1,1,1]' LIMIT 5")) {
				StringBuilder plan = new StringBuilder();
				while (rows.next()) {
					plan.append(rows.getString(1)).append('\n');
				}
				assertThat(plan).contains("Index Scan using");
			}
			connection.rollback();
		}
	}

	private String oid() {
		return String.valueOf(this.jdbc.queryForObject(
				"""
						SELECT i.indexrelid::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
						WHERE i.indrelid = 'documents'::regclass AND a.amname = 'hnsw' AND i.indisvalid""",
				String.class));
	}

	private String oid(String name) {
		return String.valueOf(this.jdbc.queryForObject("SELECT ?::regclass::oid::text", String.class, name));
	}

	private static VectorIndexStatus status(VectorIndexManager manager) {
		return manager.status().get(0);
	}

	private static String index(VectorIndexManager manager) {
		return Objects.requireNonNull(status(manager).index());
	}

}
