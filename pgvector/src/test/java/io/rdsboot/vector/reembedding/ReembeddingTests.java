package io.rdsboot.vector.reembedding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestDatabase;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.reembedding.ReembeddingStatus.State;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.text.EmbeddingException;
import io.rdsboot.vector.text.TextEmbedder;
import io.rdsboot.vector.text.TextRepository;
import io.rdsboot.vector.type.ElementType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Reembedding}.
 */
@LocalRds
@ExtendWith(OutputCaptureExtension.class)
class ReembeddingTests {

	private static final String NEXT = "embedding_2";

	private static final TextEmbedder OLD = new HashedTexts("old", 4);

	private final HashedTexts model = new HashedTexts("new", 6);

	private final List<Reembedding> changes = new ArrayList<>();

	private LocalRdsCluster cluster;

	private HikariDataSource dataSource;

	private JdbcTemplate jdbc;

	private VectorTable table;

	private VectorRepository<Long> repository;

	@BeforeEach
	void createTable(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.dataSource = VectorTestDatabase.createWithExtension(cluster);
		this.jdbc = new JdbcTemplate(this.dataSource);
		this.table = table(VectorIndex.none()).build();
		new VectorSchema(this.dataSource).migrate(this.table);
		this.repository = JdbcVectorRepository.of(this.dataSource, this.table, Long.class);
	}

	@AfterEach
	void close() {
		this.changes.forEach(Reembedding::close);
		this.dataSource.close();
	}

	@Test
	void searchesChangeOverOnceEveryRowIsEmbedded() {
		write(oldVersion(), 1, 300);
		Reembedding change = start(this.dataSource);
		awaitState(change, State.COMPLETE);
		assertThat(change.isComplete()).isTrue();
		assertThat(change.status().embedded()).isEqualTo(300);
		assertThat(nearest("text 217")).isEqualTo(217);
		assertThat(comment()).startsWith("rds-spring-boot: embedded by new, complete since 2");
	}

	@Test
	void everyRowStaysSearchableMeanwhile() {
		write(oldVersion(), 1, 200);
		this.model.delay = Duration.ofMillis(20);
		Reembedding change = start(this.dataSource);
		awaitState(change, State.EMBEDDING);
		assertThat(change.isComplete()).isFalse();
		VectorSearch search = VectorSearch.nearest(OLD.embedQuery("text 199")).limit(1);
		assertThat(this.repository.search(search)).extracting(VectorMatch::id).containsExactly(199L);
		awaitState(change, State.COMPLETE);
	}

	@Test
	void rowsOfAnOlderVersionAreEmbeddedToo() {
		write(oldVersion(), 1, 20);
		Reembedding change = start(this.dataSource);
		awaitState(change, State.COMPLETE);
		VectorRepository<Long> older = oldVersion();
		older.upsert(record(older, 7, "another text"));
		older.upsert(record(older, 21, "text 21"));
		Awaitility.await().untilAsserted(() -> {
			assertThat(nearest("another text")).isEqualTo(7);
			assertThat(nearest("text 21")).isEqualTo(21);
		});
		assertThat(change.status().embedded()).isEqualTo(22);
	}

	@Test
	void textsOfARepositoryAreEmbeddedByBothModels() {
		Reembedding change = start(this.dataSource);
		awaitState(change, State.COMPLETE);
		TextRepository<Long> texts = TextRepository.of(this.repository, OLD, change);
		texts.upsert(1L, "text 1");
		assertThat(texts.search("text 1")).extracting(VectorMatch::id).containsExactly(1L);
		assertThat(texts.nearest("text 1").settings().column()).isEqualTo(NEXT);
		assertThat(change.status().embedded()).isZero();
		this.model.down = true;
		assertThatExceptionOfType(EmbeddingException.class).isThrownBy(() -> texts.upsert(2L, "text 2"));
		assertThat(this.repository.count()).isEqualTo(1);
	}

	@Test
	void untilSearchesChangeOverTheNewModelMayFail() {
		write(oldVersion(), 1, 3);
		this.jdbc.update("UPDATE documents SET content = NULL WHERE id = 3");
		Reembedding change = start(this.dataSource);
		awaitState(change, State.INCOMPLETE);
		TextRepository<Long> texts = TextRepository.of(this.repository, OLD, change);
		texts.upsert(4L, "text 4");
		this.model.down = true;
		texts.upsert(5L, "text 5");
		assertThat(texts.search("text 5", (search) -> search.limit(1))).extracting(VectorMatch::id).containsExactly(5L);
		assertThat(this.jdbc.queryForList("SELECT id FROM documents WHERE embedding_2 IS NULL ORDER BY id", Long.class))
			.containsExactly(3L, 5L);
		this.model.down = false;
		texts.upsert(3L, "text 3");
		awaitState(change, State.COMPLETE);
		assertThat(texts.search("text 5", (search) -> search.limit(1))).extracting(VectorMatch::id).containsExactly(5L);
	}

	@Test
	void otherChangesOfARowKeepItsVector() {
		write(oldVersion(), 1, 3);
		Reembedding change = start(this.dataSource);
		awaitState(change, State.COMPLETE);
		this.jdbc.update("UPDATE documents SET metadata = '{\"year\": 2026}', content = content");
		assertThat(this.jdbc.queryForObject("SELECT count(embedding_2) FROM documents", Integer.class)).isEqualTo(3);
	}

	@Test
	void aRowThatTheModelRefusesKeepsSearchesWhereTheyAre(CapturedOutput output) {
		write(oldVersion(), 1, 100);
		this.model.refused = "text 42";
		Reembedding change = start(this.dataSource);
		awaitState(change, State.INCOMPLETE);
		assertThat(change.isComplete()).isFalse();
		assertThat(change.status().embedded()).isEqualTo(99);
		assertThat(change.status().detail()).isEqualTo("1 rows cannot be embedded: '42' (no such text: text 42)");
		int calls = this.model.calls.get();
		Awaitility.await("two more looks").until(() -> this.model.calls.get() > calls + 6);
		assertThat(output.getOut().split("stays incomplete, and searches use column embedding", -1)).hasSize(2);
		VectorRepository<Long> older = oldVersion();
		older.upsert(record(older, 42, "mended"));
		awaitState(change, State.COMPLETE);
		assertThat(nearest("mended")).isEqualTo(42);
	}

	@Test
	void aRowWithoutTextIsNotLostToSearches() {
		write(oldVersion(), 1, 5);
		this.jdbc.update("UPDATE documents SET content = NULL WHERE id = 3");
		Reembedding change = start(this.dataSource);
		awaitState(change, State.INCOMPLETE);
		assertThat(change.status().detail()).isEqualTo("1 rows cannot be embedded: '3' (it has no text)");
	}

	@Test
	void aModelThatDoesNotAnswerIsAskedAgain(CapturedOutput output) {
		write(oldVersion(), 1, 100);
		this.model.down = true;
		Reembedding change = start(this.dataSource);
		awaitState(change, State.FAILED);
		assertThat(change.status().detail()).isEqualTo("model is down");
		Awaitility.await().until(() -> output.getOut().contains("could not be embedded by new"));
		this.model.down = false;
		awaitState(change, State.COMPLETE);
		assertThat(output.getOut().split("could not be embedded by new", -1)).hasSize(2);
	}

	@Test
	void oneInstanceEmbedsAndAllChangeOver() {
		write(oldVersion(), 1, 200);
		this.model.delay = Duration.ofMillis(5);
		Reembedding first = start(this.dataSource);
		Reembedding second = start(this.dataSource);
		awaitState(first, State.COMPLETE);
		awaitState(second, State.COMPLETE);
		assertThat(this.model.texts).hasValue(200);
	}

	@Test
	void theNextStartGoesOnWhereTheLastOneEnded() {
		write(oldVersion(), 1, 200);
		this.model.delay = Duration.ofMillis(20);
		Reembedding stopped = start(this.dataSource);
		Awaitility.await().until(() -> stopped.status().embedded() > 0);
		stopped.close();
		long embedded = this.jdbc.queryForObject("SELECT count(embedding_2) FROM documents", Long.class);
		assertThat(embedded).isPositive().isLessThan(200);
		Reembedding resumed = start(this.dataSource);
		awaitState(resumed, State.COMPLETE);
		assertThat(resumed.status().embedded()).isEqualTo(200 - embedded);
	}

	@Test
	void changeOverWaitsForTheIndex() {
		write(oldVersion(), 1, 50);
		VectorTable indexed = table(VectorIndex.hnsw()).build();
		try (VectorIndexManager manager = VectorIndexManager
			.builder(this.dataSource, List.of(oldTable(VectorIndex.hnsw())))
			.build()) {
			manager.start();
			Awaitility.await()
				.until(() -> this.jdbc.queryForList("SELECT 1 FROM pg_indexes WHERE indexdef LIKE '%hnsw%'"),
						(indexes) -> !indexes.isEmpty());
		}
		Reembedding change = start(Reembedding.builder(this.dataSource, indexed, NEXT, this.model));
		Awaitility.await().until(() -> "waits for the index of the column".equals(change.status().detail()));
		try (VectorIndexManager manager = VectorIndexManager.builder(this.dataSource, List.of(indexed)).build()) {
			manager.start();
			awaitState(change, State.COMPLETE);
		}
	}

	@Test
	void theTablesOwnerMakesWhatTheChangeNeeds() {
		write(oldVersion(), 1, 10);
		String role = this.cluster.username();
		this.jdbc.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON documents TO " + role);
		try (HikariDataSource application = VectorTestDatabase.asOrdinaryRole(this.cluster, this.dataSource)) {
			Reembedding alone = start(application);
			awaitState(alone, State.FAILED);
			assertThat(alone.status().detail()).contains("must be owner of table documents");
			alone.close();
			Reembedding change = start(
					Reembedding.builder(application, this.table, NEXT, this.model).ownerDataSource(this.dataSource));
			awaitState(change, State.COMPLETE);
			change.close();
		}
	}

	@Test
	void vectorsOfAnotherModelAreNotMixed() {
		write(oldVersion(), 1, 10);
		Reembedding change = start(this.dataSource);
		awaitState(change, State.COMPLETE);
		change.close();
		Reembedding other = start(Reembedding.builder(this.dataSource, this.table, NEXT, new HashedTexts("third", 6)));
		awaitState(other, State.FAILED);
		assertThat(other.isComplete()).isFalse();
		assertThat(other.status().detail())
			.contains("column embedding_2 of vector table documents holds vectors of model 'new', not of 'third'");
	}

	@Test
	void rowsThatAreHiddenAreNotLeftBehind() {
		VectorTable tenants = table(VectorIndex.none()).key("tenant", KeyType.TEXT).tenant("tenant").build();
		this.jdbc.execute("DROP TABLE documents");
		String role = this.cluster.username();
		try (HikariDataSource application = VectorTestDatabase.asOrdinaryRole(this.cluster, this.dataSource)) {
			new VectorSchema(application).migrate(tenants);
			Reembedding change = start(Reembedding.builder(application, tenants, NEXT, this.model));
			awaitState(change, State.FAILED);
			assertThat(change.status().detail()).contains("row-level security hides rows of vector table documents");
			change.close();
		}
	}

	@Test
	void vectorsThatDoNotFitAreRefused() {
		write(oldVersion(), 1, 3);
		this.model.made = new float[] { 1, 2 };
		Reembedding change = start(this.dataSource);
		awaitState(change, State.INCOMPLETE);
		assertThat(change.status().detail())
			.contains("'1' (model new made a vector for the row '1' that has 2 dimensions, but must have 6)");
		this.model.made = new float[] { 1, 2, Float.NaN, 4, 5, 6 };
		Awaitility.await().until(() -> String.valueOf(change.status().detail()).contains("NaN"));
	}

	@Test
	void declarationThatCannotWorkIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Reembedding.builder(this.dataSource, this.table, "embedding", OLD))
			.withMessage(
					"column embedding is the main vector column of vector table documents: declare a second one for the new model");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Reembedding.builder(this.dataSource, this.table, NEXT, new HashedTexts("large", 8)))
			.withMessage(
					"model large makes vectors of 8 dimensions, but column embedding_2 of vector table documents holds 6");
		VectorTable textless = table(VectorIndex.none()).contentColumn(null).build();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Reembedding.builder(this.dataSource, textless, NEXT, this.model))
			.withMessage("vector table documents has no column for texts to embed again: declare its content column");
	}

	private Reembedding start(DataSource application) {
		return start(Reembedding.builder(application, this.table, NEXT, this.model));
	}

	private Reembedding start(Reembedding.Builder builder) {
		Reembedding change = builder.batchSize(16)
			.settleTime(Duration.ofMillis(200))
			.interval(Duration.ofMillis(50))
			.build();
		this.changes.add(change);
		change.start();
		return change;
	}

	private static void awaitState(Reembedding change, State state) {
		Awaitility.await("state " + state)
			.atMost(Duration.ofSeconds(30))
			.until(() -> change.status().state(), state::equals);
	}

	private long nearest(String text) {
		VectorSearch search = VectorSearch.nearest(this.model.embedQuery(text)).in(NEXT).limit(1).within(1e-6);
		return this.repository.search(search).stream().map(VectorMatch::id).findFirst().orElse(-1L);
	}

	private String comment() {
		return this.jdbc.queryForObject("""
				SELECT col_description(attrelid, attnum) FROM pg_attribute
				WHERE attrelid = 'documents'::regclass AND attname = 'embedding_2'""", String.class);
	}

	private static VectorTable.Builder table(VectorIndex index) {
		return VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.embedding(VectorColumn.of("embedding", ElementType.VECTOR, 4, Distance.COSINE, index))
			.vector(VectorColumn.of(NEXT, ElementType.VECTOR, 6, Distance.COSINE, index));
	}

	private static VectorTable oldTable(VectorIndex index) {
		return VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.embedding(VectorColumn.of("embedding", ElementType.VECTOR, 4, Distance.COSINE, index))
			.build();
	}

	/**
	 * Repository of a version that does not know of the new column.
	 */
	private VectorRepository<Long> oldVersion() {
		return JdbcVectorRepository.of(this.dataSource, oldTable(VectorIndex.none()), Long.class);
	}

	private static VectorRecord<Long> record(VectorRepository<Long> repository, long id, String text) {
		return new VectorRecord<>(id, OLD.embedQuery(text), text, Map.of());
	}

	private static void write(VectorRepository<Long> repository, int first, int last) {
		repository
			.upsert(IntStream.rangeClosed(first, last).mapToObj((id) -> record(repository, id, "text " + id)).toList());
	}

}
