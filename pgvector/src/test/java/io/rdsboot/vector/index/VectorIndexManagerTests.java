package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.vector.AbstractVectorDatabaseTests;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexDefinitions;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link VectorIndexManager} on PostgreSQL.
 */
@Timeout(120)
@SuppressWarnings("try") // resources that only have to be open
class VectorIndexManagerTests extends AbstractVectorDatabaseTests {

	private static final Duration RETRY = Duration.ofMillis(50);

	@BeforeEach
	void createTable() {
		jdbc.execute("DROP TABLE IF EXISTS documents");
		new VectorSchema(jdbc).migrate(table(VectorIndex.hnsw()).build());
		insert(1, 200);
	}

	@Test
	void indexWhenMissingIsBuiltAsDeclared() {
		reconcile(table(new VectorIndex.Hnsw(8, 32)));
		assertThat(indexes()).singleElement().satisfies((definition) -> {
			assertThat(definition).contains("USING hnsw (embedding vector_cosine_ops)");
			assertThat(definition).contains("WITH (ef_construction='32', m='8')");
		});
	}

	@Test
	void indexWhenThereIsNotBuiltAgain() {
		reconcile(table(VectorIndex.hnsw()));
		List<Long> before = oids();
		reconcile(table(VectorIndex.hnsw()));
		assertThat(oids()).isEqualTo(before);
	}

	@Test
	void sessionsKeepWhatTheirPoolHasSet() throws SQLException {
		try (HikariDataSource pool = new HikariDataSource()) {
			pool.setJdbcUrl(dataSource.getJdbcUrl());
			pool.setUsername(dataSource.getUsername());
			pool.setPassword(dataSource.getPassword());
			pool.setMaximumPoolSize(2);
			pool.setConnectionInitSql(
					"SET search_path = \"$user\", \"Odd, name\", public; SET statement_timeout = '7min'; SET lock_timeout = 4000");
			VectorTable changed = table(new VectorIndex.Hnsw(4, 64)).build();
			try (VectorIndexManager manager = new VectorIndexManager(pool, List.of(changed))) {
				manager.start();
				await(manager, State.READY);
			}
			try (Connection one = pool.getConnection(); Connection other = pool.getConnection()) {
				for (Connection connection : List.of(one, other)) {
					JdbcTemplate session = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
					assertThat(List.of("search_path", "statement_timeout", "lock_timeout"))
						.extracting((setting) -> session.queryForObject("SHOW " + setting, String.class))
						.containsExactly("\"$user\", \"Odd, name\", public", "7min", "4s");
				}
			}
		}
	}

	@Test
	void indexOfAnAdministratorWhenItFitsIsAdopted() {
		jdbc.execute("CREATE INDEX by_hand ON documents USING hnsw (embedding vector_cosine_ops)");
		assertThat(reconcile(table(VectorIndex.hnsw()))).extracting(VectorIndexStatus::index)
			.containsExactly("by_hand");
		assertThat(indexes()).hasSize(1);
	}

	@Test
	void indexOfAnAdministratorWhenItDoesNotFitStaysBesideTheNewOne() {
		jdbc.execute("CREATE INDEX by_hand ON documents USING hnsw (embedding vector_l2_ops)");
		jdbc.execute("CREATE INDEX partial ON documents USING hnsw (embedding vector_cosine_ops) WHERE id < 10");
		reconcile(table(VectorIndex.hnsw()));
		assertThat(indexes()).hasSize(3)
			.anySatisfy((definition) -> assertThat(definition).contains("by_hand"))
			.anySatisfy((definition) -> assertThat(definition).contains("partial"));
	}

	@Test
	void indexWhenDefinitionChangesIsReplacedWithoutAGap() throws Exception {
		reconcile(table(VectorIndex.hnsw()));
		VectorTable changed = table(new VectorIndex.Hnsw(4, 64)).distance(Distance.L2).build();
		try (VectorIndexManager manager = manager(changed)) {
			try (Connection ignored = openWriter()) {
				manager.start();
				awaitBuild();
				assertThat(validIndexes()).singleElement()
					.satisfies((definition) -> assertThat(definition).contains("vector_cosine_ops"));
			}
			await(manager, State.READY);
		}
		assertThat(indexes()).singleElement()
			.satisfies((definition) -> assertThat(definition).contains("vector_l2_ops").contains("m='4'"));
	}

	@Test
	void indexWhenNoneIsDeclaredIsDropped() {
		reconcile(table(VectorIndex.hnsw()));
		try (VectorIndexManager manager = manager(table(VectorIndex.none()).build())) {
			manager.start();
			Awaitility.await().until(() -> indexes().isEmpty());
			assertThat(manager.status()).isEmpty();
		}
	}

	@Test
	void managersWhenTwoStartAtOnceBuildOnce() throws Exception {
		try (VectorIndexManager first = manager(table(VectorIndex.hnsw()).build());
				VectorIndexManager second = manager(table(VectorIndex.hnsw()).build())) {
			try (Connection ignored = openWriter()) {
				first.start();
				awaitBuild();
				second.start();
				await(second, State.WAITING_FOR_OTHER);
				assertThat(second.status().get(0).detail()).isEqualTo("another session builds vector indexes");
				assertThat(first.status()).extracting(VectorIndexStatus::state).containsExactly(State.BUILDING);
				assertThat(oids()).hasSize(1);
			}
			await(first, State.READY);
			await(second, State.READY);
		}
		assertThat(validIndexes()).hasSize(1);
	}

	@Test
	void indexWhenBuildIsKilledIsDroppedAndBuiltAgain() throws Exception {
		try (VectorIndexManager manager = manager(table(VectorIndex.hnsw()).build())) {
			List<Long> leftover;
			try (Connection ignored = openWriter()) {
				manager.start();
				awaitBuild();
				leftover = oids();
				assertThat(validIndexes()).isEmpty();
				jdbc.queryForList("SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index");
				await(manager, State.FAILED, State.BUILDING);
			}
			await(manager, State.READY);
			assertThat(oids()).hasSize(1).doesNotContainAnyElementsOf(leftover);
		}
		assertThat(validIndexes()).hasSize(1);
	}

	@Test
	void buildWithoutTheGuardWhenRunningIsNotDropped() throws Exception {
		String name = IndexDefinitions.of(table(VectorIndex.hnsw()).build()).get(0).name();
		Thread administrator = new Thread(() -> jdbc.execute("CREATE INDEX CONCURRENTLY " + name
				+ " ON documents USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 64)"));
		try (VectorIndexManager manager = manager(table(VectorIndex.hnsw()).build())) {
			List<Long> building;
			try (Connection ignored = openWriter()) {
				administrator.start();
				awaitBuild();
				building = oids();
				manager.start();
				await(manager, State.WAITING_FOR_OTHER);
			}
			await(manager, State.READY);
			assertThat(oids()).isEqualTo(building);
		}
		administrator.join(20_000);
	}

	@Test
	void managerWhenClosedCancelsItsBuild() throws Exception {
		try (Connection ignored = openWriter()) {
			VectorIndexManager manager = manager(table(VectorIndex.hnsw()).build());
			manager.start();
			awaitBuild();
			manager.close();
			assertThat(jdbc.queryForList("SELECT 1 FROM pg_stat_progress_create_index")).isEmpty();
			assertThat(dataSource.getHikariPoolMXBean().getActiveConnections()).isOne();
		}
		assertThat(validIndexes()).isEmpty();
		reconcile(table(VectorIndex.hnsw()));
		assertThat(indexes()).hasSize(1);
	}

	@Test
	void ivfFlatIndexWhenTableHasTooFewRowsWaitsForThem() {
		VectorTable table = table(new VectorIndex.IvfFlat(250)).build();
		try (VectorIndexManager manager = manager(table)) {
			manager.start();
			await(manager, State.WAITING_FOR_DATA);
			assertThat(indexes()).isEmpty();
			insert(201, 250);
			await(manager, State.READY);
		}
		assertThat(indexes()).singleElement()
			.satisfies((definition) -> assertThat(definition)
				.contains("USING ivfflat (embedding vector_cosine_ops) WITH (lists='250')"));
	}

	@Test
	void tableWhenMissingIsReportedAndLookedForAgain() {
		VectorTable table = table(VectorIndex.hnsw()).build();
		jdbc.execute("ALTER TABLE documents RENAME TO elsewhere");
		try (VectorIndexManager manager = manager(table)) {
			manager.start();
			await(manager, State.FAILED);
			assertThat(manager.status().get(0).detail()).isEqualTo("table documents does not exist");
			jdbc.execute("ALTER TABLE elsewhere RENAME TO documents");
			await(manager, State.READY);
		}
	}

	@Test
	void connectionsWhenReturnedHaveTheirSettingsBack() {
		reconcile(table(VectorIndex.hnsw()));
		for (String setting : List.of("statement_timeout", "lock_timeout")) {
			assertThat(jdbc.queryForObject("SHOW " + setting, String.class)).isEqualTo("0");
		}
		assertThat(jdbc.queryForList("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'")).isEmpty();
	}

	private static VectorTable.Builder table(VectorIndex index) {
		return VectorTable.builder("documents").idType(IdType.BIGINT).metadataColumn(null).dimensions(3).index(index);
	}

	private static List<VectorIndexStatus> reconcile(VectorTable.Builder table) {
		try (VectorIndexManager manager = manager(table.build())) {
			manager.start();
			await(manager, State.READY);
			return manager.status();
		}
	}

	private static VectorIndexManager manager(VectorTable table) {
		return VectorIndexManager.builder(dataSource, List.of(table))
			.retryInterval(RETRY)
			.buildTimeout(Duration.ofMinutes(1))
			.dropDelay(Duration.ZERO)
			.build();
	}

	/**
	 * Wait until every index is in one of these states.
	 */
	private static void await(VectorIndexManager manager, State... states) {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.untilAsserted(() -> assertThat(manager.status()).extracting(VectorIndexStatus::state)
				.allMatch(List.of(states)::contains));
	}

	private static void awaitBuild() {
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.until(() -> !jdbc.queryForList("SELECT 1 FROM pg_stat_progress_create_index WHERE index_relid <> 0")
				.isEmpty());
	}

	/**
	 * A transaction that has written to the table, for whose end a concurrent build has
	 * to wait.
	 */
	private static Connection openWriter() throws SQLException {
		Connection connection = dataSource.getConnection();
		connection.setAutoCommit(false);
		try (Statement statement = connection.createStatement()) {
			statement.execute("DELETE FROM documents WHERE id = -1");
			statement.execute("UPDATE documents SET content = 'x' WHERE id = 1");
		}
		return connection;
	}

	private static void insert(int from, int to) {
		jdbc.update(
				"INSERT INTO documents SELECT i, ARRAY[i, 1, random()]::vector, null " + "FROM generate_series(?, ?) i",
				from, to);
	}

	private static List<String> indexes() {
		return jdbc.queryForList("SELECT indexdef FROM pg_indexes WHERE tablename = 'documents' "
				+ "AND indexdef LIKE '%embedding%' ORDER BY indexname", String.class);
	}

	private static List<String> validIndexes() {
		return jdbc.queryForList(
				"SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c "
						+ "ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam "
						+ "WHERE i.indrelid = 'documents'::regclass AND i.indisvalid AND am.amname <> 'btree'",
				String.class);
	}

	private static List<Long> oids() {
		return jdbc.queryForList("SELECT i.indexrelid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
				+ "JOIN pg_am am ON am.oid = c.relam WHERE i.indrelid = 'documents'::regclass "
				+ "AND am.amname <> 'btree' ORDER BY 1", Long.class);
	}

}
