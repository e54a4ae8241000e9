package io.rdsboot.vector.index;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.AbstractVectorDatabaseTests;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexDefinitions;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.MetadataColumn;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests on PostgreSQL for which indexes a {@link VectorIndexManager} makes of a
 * declaration, and when.
 */
@Timeout(90)
@ExtendWith(OutputCaptureExtension.class)
class DeclaredIndexesTests extends AbstractVectorDatabaseTests {

	private static final Duration RETRY = Duration.ofMillis(50);

	@BeforeEach
	void dropTable() {
		jdbc.execute("DROP TABLE IF EXISTS documents");
	}

	@Test
	void indexesOfAllThatIsDeclaredAreBuiltOnce() {
		VectorTable table = table().embedding(VectorColumn.of("embedding", 2))
			.vector(VectorColumn.of("h", ElementType.HALFVEC, 2, Distance.L1, new VectorIndex.Hnsw(5, 10)))
			.vector(VectorColumn.of("b", ElementType.BIT, 8, Distance.JACCARD, VectorIndex.hnsw()))
			.vector(VectorColumn.of("s", ElementType.SPARSEVEC, 9, Distance.INNER_PRODUCT, VectorIndex.hnsw()))
			.vector(VectorColumn.of("wide", 2001))
			.vector(VectorColumn.of("widest", 4001))
			.vector(VectorColumn.of("i", ElementType.VECTOR, 2, Distance.L2, new VectorIndex.IvfFlat(1)))
			.vector(VectorColumn.of("n", ElementType.VECTOR, 2, Distance.L2, VectorIndex.none()))
			.key("year", KeyType.INTEGER)
			.key("Tags", KeyType.TEXT_ARRAY)
			.key(new MetadataColumn("note", "note", KeyType.TEXT, false))
			.textSearch(TextSearch.of("english"))
			.build();
		new VectorSchema(jdbc).migrate(table);
		jdbc.execute("""
				INSERT INTO documents (id, embedding, h, b, s, wide, widest, i) VALUES (1, '[1,2]', '[1,2]', '10101010',
					'{1:1}/9', array_fill(1, '{2001}')::vector, array_fill(1, '{4001}')::vector, '[1,2]')""");
		List<VectorIndexStatus> built = reconcile(table);
		assertThat(built).extracting(VectorIndexStatus::purpose)
			.containsExactly("year", "Tags", "embedding", "h", "b", "s", "wide", "widest", "i", "metadata",
					"content_words");
		assertThat(indexes()).containsExactlyInAnyOrder("btree (year)", "gin (\"Tags\")",
				"hnsw (embedding vector_cosine_ops) WITH (ef_construction='64', m='16')",
				"hnsw (h halfvec_l1_ops) WITH (ef_construction='10', m='5')",
				"hnsw (b bit_jaccard_ops) WITH (ef_construction='64', m='16')",
				"hnsw (s sparsevec_ip_ops) WITH (ef_construction='64', m='16')",
				"hnsw (((wide)::halfvec(2001)) halfvec_cosine_ops) WITH (ef_construction='64', m='16')",
				"hnsw (((binary_quantize(widest))::bit(4001)) bit_hamming_ops) WITH (ef_construction='64', m='16')",
				"ivfflat (i) WITH (lists='1')", "gin (metadata jsonb_path_ops)", "gin (content_words)");
		assertThat(reconcile(table)).isEqualTo(built);
		assertThat(indexes()).hasSize(11);
	}

	@Test
	void tableWhenEmptyHasTheIndexesOfItsKeysOnlyAndTheOthersOnceThereAreRows() {
		VectorTable table = table().key("year", KeyType.INTEGER).textSearch(TextSearch.of("english")).build();
		new VectorSchema(jdbc).migrate(table);
		try (VectorIndexManager manager = manager(dataSource, table)) {
			manager.start();
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(manager.status())
					.extracting(VectorIndexStatus::purpose, VectorIndexStatus::state, VectorIndexStatus::detail)
					.containsExactly(tuple("year", State.READY, null),
							tuple("embedding", State.WAITING_FOR_DATA,
									"table documents has fewer rows than the index needs (1)"),
							tuple("metadata", State.WAITING_FOR_DATA,
									"table documents has fewer rows than the index needs (1)"),
							tuple("content_words", State.WAITING_FOR_DATA,
									"table documents has fewer rows than the index needs (1)")));
			assertThat(indexes()).containsExactly("btree (year)");
			jdbc.execute("INSERT INTO documents (id, embedding) VALUES (1, '[1,2]')");
			awaitReady(manager);
		}
		assertThat(indexes()).hasSize(4);
	}

	@Test
	void furtherVectorWithoutValuesHasNoIndexBeforeItHasSome() {
		VectorTable table = table().vector(VectorColumn.of("image", 2)).build();
		new VectorSchema(jdbc).migrate(table);
		jdbc.execute("INSERT INTO documents (id, embedding) VALUES (1, '[1,2]'), (2, '[1,2]')");
		try (VectorIndexManager manager = manager(dataSource, table)) {
			manager.start();
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(manager.status()).extracting(VectorIndexStatus::state)
					.containsExactly(State.READY, State.WAITING_FOR_DATA, State.READY));
			jdbc.execute("UPDATE documents SET image = '[1,2]' WHERE id = 2");
			awaitReady(manager);
		}
	}

	@Test
	void metadataThatNobodyMayAskForHasNoIndex() {
		VectorTable table = table().refuseUndeclaredKeys().build();
		createWithRow(table);
		reconcile(table);
		assertThat(indexes()).singleElement().asString().startsWith("hnsw (embedding");
	}

	@Test
	void quantizationThatWasChosenIsSaid() {
		Logger logger = (Logger) LoggerFactory.getLogger(IndexBuilder.class);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		try {
			VectorTable table = table().embeddingColumn("wide").dimensions(3072).metadataColumn(null).build();
			new VectorSchema(jdbc).migrate(table);
			jdbc.execute("INSERT INTO documents VALUES (1, array_fill(1, '{3072}')::vector)");
			String name = String.valueOf(reconcile(table).get(0).index());
			assertThat(appender.list).extracting(ILoggingEvent::getFormattedMessage)
				.contains("Index %s of vector table documents: column wide has 3072 dimensions, more than an index on "
					.formatted(name) + "vector can have: indexed as halfvec, searches re-rank by the full vectors");
		}
		finally {
			logger.detachAppender(appender);
		}
	}

	@Test
	void expressionIndexOfAnAdministratorWhenItFitsIsAdopted() {
		VectorTable table = table().dimensions(2001).metadataColumn(null).build();
		new VectorSchema(jdbc).migrate(table);
		jdbc.execute("INSERT INTO documents VALUES (1, array_fill(1, '{2001}')::vector)");
		jdbc.execute("CREATE INDEX by_hand ON documents USING hnsw ((embedding::halfvec(2001)) halfvec_cosine_ops)");
		jdbc.execute(
				"CREATE INDEX narrow ON documents USING hnsw ((subvector(embedding, 1, 9)::halfvec(9)) halfvec_cosine_ops)");
		assertThat(reconcile(table)).extracting(VectorIndexStatus::index).containsExactly("by_hand");
		assertThat(indexes()).hasSize(2);
	}

	@Test
	void keyThatAnAdministratorIndexedIsNotIndexedAgain() {
		VectorTable table = table().key("year", KeyType.INTEGER).key("who", KeyType.TEXT).metadataColumn(null).build();
		createWithRow(table);
		jdbc.execute("CREATE UNIQUE INDEX by_hand ON documents (year)");
		jdbc.execute("CREATE INDEX other ON documents (who text_pattern_ops)");
		jdbc.execute("CREATE INDEX two ON documents (who, year)");
		reconcile(table);
		assertThat(indexes())
			.contains("btree (year)", "btree (who text_pattern_ops)", "btree (who, year)", "btree (who)")
			.hasSize(5);
	}

	@Test
	void hotFiltersHaveIndexesOfTheirRows() {
		MetadataFilter acme = MetadataFilter.eq("who", "o'neil");
		MetadataFilter recent = MetadataFilter.in("year", 2020, 2021).and(MetadataFilter.eq("json", true));
		VectorTable table = table(List.of(acme, recent, acme));
		createWithRow(table);
		List<VectorIndexStatus> statuses = reconcile(table);
		assertThat(statuses).extracting(VectorIndexStatus::purpose)
			.containsExactly("who", "year", "embedding", "embedding where " + acme, "embedding where " + recent,
					"metadata");
		assertThat(indexes()).filteredOn((index) -> index.contains("WHERE")).hasSize(2).anySatisfy((index) -> {
			assertThat(index).startsWith("hnsw (embedding vector_cosine_ops)").contains("o''neil");
		});
		assertThat(reconcile(table)).isEqualTo(statuses);
		reconcile(table(List.of(recent)));
		assertThat(indexes()).filteredOn((index) -> index.contains("WHERE"))
			.singleElement()
			.asString()
			.contains("2021");
	}

	@Test
	void partialIndexOfAnAdministratorIsNoneOfOurs() {
		VectorTable table = table(List.of(MetadataFilter.eq("who", "a")));
		createWithRow(table);
		jdbc.execute("CREATE INDEX by_hand ON documents USING hnsw (embedding vector_cosine_ops) WHERE who = 'a'");
		reconcile(table);
		assertThat(indexes()).filteredOn((index) -> index.contains("WHERE")).hasSize(2);
		reconcile(table(List.of()));
		assertThat(indexes()).filteredOn((index) -> index.contains("WHERE")).hasSize(1);
	}

	@Test
	void indexThatCannotBeBuiltKeepsNoOtherFromBeingBuilt() {
		VectorTable table = table()
			.embedding(VectorColumn.of("embedding", ElementType.SPARSEVEC, 5000, Distance.L2, VectorIndex.hnsw()))
			.vector(VectorColumn.of("image", 2))
			.build();
		new VectorSchema(jdbc).migrate(table);
		jdbc.execute("INSERT INTO documents (id, embedding, image) "
				+ "VALUES (1, array_fill(1, '{5000}')::vector::sparsevec, '[1,2]')");
		try (VectorIndexManager manager = manager(dataSource, table)) {
			manager.start();
			// It is tried again and again, so that one look must tell both.
			Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
				List<VectorIndexStatus> statuses = manager.status();
				assertThat(statuses).extracting(VectorIndexStatus::state)
					.containsExactly(State.FAILED, State.READY, State.READY);
				assertThat(statuses.get(0).detail()).contains("cannot have more than 1000 non-zero elements");
			});
			jdbc.execute("UPDATE documents SET embedding = '{1:1}/5000'");
			awaitReady(manager);
		}
		assertThat(jdbc.queryForList("SELECT 1 FROM pg_index WHERE NOT indisvalid")).isEmpty();
	}

	@Test
	void indexThatIsReplacedStaysWhileTheNewOneWaitsForRows() {
		VectorTable before = table().metadataColumn(null).build();
		createWithRow(before);
		reconcile(before);
		VectorTable after = table().metadataColumn(null).index(new VectorIndex.IvfFlat(2)).build();
		try (VectorIndexManager manager = manager(dataSource, after)) {
			manager.start();
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(manager.status()).extracting(VectorIndexStatus::state)
					.containsExactly(State.WAITING_FOR_DATA));
			assertThat(indexes()).singleElement().asString().startsWith("hnsw");
			jdbc.execute("INSERT INTO documents (id, embedding) VALUES (2, '[1,2]')");
			awaitReady(manager);
		}
		assertThat(indexes()).singleElement().asString().startsWith("ivfflat");
	}

	@Test
	void rowsThatRowLevelSecurityHidesAreCounted(LocalRdsCluster cluster) {
		VectorTable table = table().key("who", KeyType.TEXT)
			.tenant("who")
			.vector(VectorColumn.of("i", ElementType.VECTOR, 2, Distance.L2, new VectorIndex.IvfFlat(3)))
			.build();
		try (HikariDataSource owner = VectorTestDatabase.asOrdinaryRole(cluster, dataSource);
				VectorIndexManager manager = manager(owner, table)) {
			JdbcTemplate ordinary = new JdbcTemplate(owner);
			new VectorSchema(ordinary).migrate(table);
			manager.start();
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.untilAsserted(() -> assertThat(manager.status()).extracting(VectorIndexStatus::state)
					.containsExactly(State.READY, State.WAITING_FOR_DATA, State.WAITING_FOR_DATA,
							State.WAITING_FOR_DATA));
			new TransactionTemplate(new JdbcTransactionManager(owner)).executeWithoutResult((status) -> {
				ordinary.execute("SET LOCAL rdsboot.tenant = 'a'");
				ordinary.execute("INSERT INTO documents (id, embedding, i, who) "
						+ "SELECT n, '[1,2]', '[1,2]', 'a' FROM generate_series(1, 3) n");
			});
			assertThat(ordinary.queryForList("SELECT 1 FROM documents")).isEmpty();
			awaitReady(manager);
		}
	}

	@Test
	void extensionOffTheSearchPathServesWhenItsSchemaIsDeclared(LocalRdsCluster cluster) {
		try (HikariDataSource own = VectorTestDatabase.create(cluster)) {
			JdbcTemplate elsewhere = new JdbcTemplate(own);
			elsewhere.execute("CREATE SCHEMA \"My ext\"");
			elsewhere.execute("CREATE EXTENSION vector SCHEMA \"My ext\"");
			VectorTable table = table().extensionSchema("My ext")
				.vector(VectorColumn.of("wide", 2001))
				.vector(VectorColumn.of("widest", 4001))
				.build();
			new VectorSchema(elsewhere).migrate(table);
			elsewhere.execute("""
					INSERT INTO documents (id, embedding, wide, widest) VALUES (1, '[1,2]',
						array_fill(1, '{2001}')::"My ext".vector, array_fill(1, '{4001}')::"My ext".vector)""");
			List<VectorIndexStatus> built = reconcile(own, table);
			assertThat(built).hasSize(4);
			assertThat(reconcile(own, table)).isEqualTo(built);
			assertThat(elsewhere.queryForObject("SELECT count(*) FROM pg_index WHERE indrelid = 'documents'::regclass",
					Integer.class))
				.isEqualTo(5);
		}
	}

	private static void createWithRow(VectorTable table) {
		new VectorSchema(jdbc).migrate(table);
		jdbc.execute("INSERT INTO documents (id, embedding) VALUES (1, '[1,2]')");
	}

	private static VectorTable table(List<MetadataFilter> hotFilters) {
		return table().key("who", KeyType.TEXT)
			.key("year", KeyType.INTEGER)
			.embedding(new VectorColumn("embedding", ElementType.VECTOR, 2, Distance.COSINE, VectorIndex.hnsw(), null,
					hotFilters))
			.build();
	}

	@Test
	void partitionedTableIsToldTheStatementsThatIndexIt() throws Exception {
		jdbc.execute("CREATE TABLE documents (id bigint, embedding vector(2) NOT NULL, content text) "
				+ "PARTITION BY HASH (id)");
		for (int part = 0; part < 5; part++) {
			jdbc.execute("CREATE TABLE \"part %d\" PARTITION OF documents FOR VALUES WITH (MODULUS 5, REMAINDER %1$d)"
				.formatted(part));
		}
		jdbc.execute("INSERT INTO documents SELECT n, '[1,2]' FROM generate_series(1, 20) n");
		VectorTable table = table().metadataColumn(null).build();
		try (VectorIndexManager manager = manager(dataSource, table)) {
			manager.start();
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> manager.status().get(0).state() == State.FAILED);
			String detail = String.valueOf(manager.status().get(0).detail());
			assertThat(detail).startsWith("the table is partitioned, ")
				.endsWith("and so on for the other 2 partitions");
			String statements = detail.substring(detail.indexOf("CREATE"), detail.indexOf(" and so on"));
			for (String statement : statements.split(";")) {
				jdbc.execute(statement);
			}
			for (int part = 3; part < 5; part++) {
				jdbc.execute(
						"CREATE INDEX p%d ON \"part %1$d\" USING hnsw (embedding vector_cosine_ops)".formatted(part));
				jdbc.execute("ALTER INDEX \"%s\" ATTACH PARTITION p%d"
					.formatted(IndexDefinitions.of(table).get(0).name(), part));
			}
			awaitReady(manager);
		}
	}

	@Test
	void indexesThatDoTheSameAreReported(CapturedOutput output) throws Exception {
		VectorTable table = table().metadataColumn(null).build();
		createWithRow(table);
		reconcile(table);
		jdbc.execute("CREATE INDEX by_hand ON documents USING hnsw (embedding vector_cosine_ops)");
		reconcile(table);
		assertThat(output).containsPattern("Vector table documents has indexes that do the same: "
				+ "public.documents_embedding_rds_[0-9a-f]{8}, public.by_hand\\. Each write pays for all of them");
		assertThat(indexes()).hasSize(2);
	}

	private static VectorTable.Builder table() {
		return VectorTable.builder("documents").idType(IdType.BIGINT).dimensions(2);
	}

	private static List<VectorIndexStatus> reconcile(VectorTable table) {
		return reconcile(dataSource, table);
	}

	/**
	 * Their condition is told some time later.
	 */
	private static List<VectorIndexStatus> reconcile(HikariDataSource dataSource, VectorTable table) {
		try (VectorIndexManager manager = manager(dataSource, table)) {
			manager.start();
			awaitReady(manager);
			return manager.status()
				.stream()
				.map((status) -> new VectorIndexStatus(status.table(), status.purpose(), status.state(), status.index(),
						status.detail()))
				.toList();
		}
	}

	private static VectorIndexManager manager(HikariDataSource dataSource, VectorTable table) {
		return VectorIndexManager.builder(dataSource, List.of(table))
			.retryInterval(RETRY)
			.buildTimeout(Duration.ofMinutes(1))
			.dropDelay(Duration.ZERO)
			.build();
	}

	private static void awaitReady(VectorIndexManager manager) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.pollInterval(Duration.ofMillis(20))
			.untilAsserted(() -> assertThat(manager.status())
				.allSatisfy((status) -> assertThat(status.state()).isEqualTo(State.READY)));
	}

	/**
	 * Return the indexes of the table but its primary key, from their method on.
	 */
	private static List<String> indexes() {
		return jdbc.queryForList("SELECT regexp_replace(indexdef, '^.* USING ', '') FROM pg_indexes "
				+ "WHERE tablename = 'documents' AND indexname <> 'documents_pkey'", String.class);
	}

}
