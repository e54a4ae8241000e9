package io.rdsboot.vector.index;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rdsboot.vector.AbstractVectorDatabaseTests;
import io.rdsboot.vector.VectorMatch;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.jdbc.JdbcVectorRepository;
import io.rdsboot.vector.schema.VectorSchema;
import io.rdsboot.vector.table.Distance;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.TextSearch;
import io.rdsboot.vector.table.VectorColumn;
import io.rdsboot.vector.table.VectorIndex;
import io.rdsboot.vector.table.VectorTable;
import io.rdsboot.vector.type.ElementType;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the indexes of a table that several applications, or versions of one, declare
 * otherwise at the same time.
 */
@Timeout(90)
class SharedTableIndexTests extends AbstractVectorDatabaseTests {

	private static final String BUILT = "Built index {} of vector table {}";

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.rdsboot.vector.index");

	private final List<VectorIndexManager> managers = new ArrayList<>();

	private final AtomicInteger polls = new AtomicInteger();

	@BeforeEach
	void createTable() {
		jdbc.execute("DROP TABLE IF EXISTS documents");
		new VectorSchema(jdbc).migrate(table(Distance.COSINE));
		jdbc.update(
				"INSERT INTO documents (id, embedding) SELECT i, ARRAY[i, 1, 2]::vector FROM generate_series(1, 50) i");
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void closeManagers() {
		this.managers.forEach(VectorIndexManager::close);
		this.logger.detachAppender(this.log);
	}

	@Test
	void applicationsThatDeclareOtherwiseEachBuildOnceAndSaySo() {
		start("orders", table(Distance.COSINE), Duration.ZERO);
		start("search", table(Distance.L2), Duration.ZERO);
		start("orders", table(Distance.COSINE), Duration.ZERO);
		start("search", table(Distance.L2), Duration.ZERO);
		Awaitility.await().until(() -> messages(BUILT).size() >= 2);
		awaitPolls(60);
		assertThat(operatorClasses()).containsExactly("vector_cosine_ops", "vector_l2_ops");
		assertThat(messages(BUILT)).hasSize(2);
		assertThat(messages("Dropping")).isEmpty();
		List<String> warnings = this.log.list.stream()
			.filter((event) -> event.getLevel() == Level.WARN)
			.map(ILoggingEvent::getFormattedMessage)
			.filter((message) -> message.contains("is declared by application"))
			.toList();
		assertThat(warnings).hasSizeBetween(2, 4)
			.anySatisfy((warning) -> assertThat(warning).contains("is declared by application orders (CREATE INDEX")
				.contains("vector_cosine_ops")
				.contains("but this application, search, declares CREATE INDEX")
				.contains("vector_l2_ops")
				.contains(
						"once no instance of orders needs it: DROP INDEX CONCURRENTLY public.documents_embedding_rds_"));
	}

	@Test
	void versionsOfOneApplicationEndWithTheIndexOfTheLatestStart() {
		VectorIndexManager old = start("orders", table(Distance.COSINE), Duration.ZERO);
		awaitReady(old);
		start("orders", table(Distance.L2), Duration.ZERO);
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> operatorClasses().equals(Set.of("vector_l2_ops")));
		awaitPolls(60);
		assertThat(operatorClasses()).containsExactly("vector_l2_ops");
		assertThat(messages(BUILT)).hasSize(2);
		for (Distance distance : List.of(Distance.COSINE, Distance.L2)) {
			assertThat(JdbcVectorRepository.of(dataSource, table(distance), Long.class)
				.search(VectorSearch.nearest(new float[] { 1, 1, 2 }).limit(100))).hasSize(50);
		}
		assertThat(old.status()).filteredOn((status) -> status.purpose().equals("embedding"))
			.singleElement()
			.satisfies((status) -> assertThat(status.state()).isIn(State.WAITING_FOR_OTHER, State.READY));
	}

	@Test
	void versionThatIsBeingReplacedKeepsItsIndexForAWhile() {
		VectorIndexManager old = start("orders", table(Distance.COSINE), Duration.ofMinutes(10));
		awaitReady(old);
		VectorIndexManager latest = start("orders", table(Distance.L2), Duration.ofMinutes(10));
		awaitReady(latest);
		// An instance of the version before is started again, and one of the new one.
		awaitReady(start("orders", table(Distance.COSINE), Duration.ofMinutes(10)));
		awaitReady(start("orders", table(Distance.L2), Duration.ofMinutes(10)));
		awaitPolls(40);
		assertThat(operatorClasses()).containsExactly("vector_cosine_ops", "vector_l2_ops");
		assertThat(messages(BUILT)).hasSize(2);
		// Once all of the old version are gone and the time is over.
		this.managers.forEach(VectorIndexManager::close);
		start("orders", table(Distance.L2), Duration.ZERO);
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> operatorClasses().equals(Set.of("vector_l2_ops")));
		assertThat(messages(BUILT)).hasSize(2);
	}

	/**
	 * Each version searches the words of its language, in a column of its own.
	 */
	@Test
	void versionsWithOtherLanguagesFindWhatEachWrites() {
		VectorTable before = words(TextSearch.of("english"));
		VectorTable after = words(new TextSearch("german", "german_words"));
		jdbc.execute("DROP TABLE documents");
		VectorSchema schema = new VectorSchema(jdbc);
		schema.migrate(before);
		VectorRepository<Long> old = JdbcVectorRepository.of(dataSource, before, Long.class);
		VectorRepository<Long> latest = JdbcVectorRepository.of(dataSource, after, Long.class);
		old.upsert(new VectorRecord<>(1L, new float[] { 1, 2, 3 }, "houses and H\u00e4user"));
		schema.migrate(after);
		schema.validate(before);
		old.upsert(new VectorRecord<>(2L, new float[] { 1, 2, 3 }, "houses and H\u00e4user"));
		latest.upsert(new VectorRecord<>(3L, new float[] { 1, 2, 3 }, "houses and H\u00e4user"));
		awaitReady(start("orders", before, Duration.ofMinutes(10)));
		awaitReady(start("orders", after, Duration.ofMinutes(10)));
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 2, 3 });
		assertThat(old.search(search.hybrid("house", 0, 1))).extracting(VectorMatch::id)
			.containsExactlyInAnyOrder(1L, 2L, 3L);
		assertThat(latest.search(search.hybrid("Haus", 0, 1))).extracting(VectorMatch::id)
			.containsExactlyInAnyOrder(1L, 2L, 3L);
	}

	private static VectorTable words(TextSearch words) {
		return VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.dimensions(3)
			.textSearch(words)
			.build();
	}

	@Test
	void indexThatTwoApplicationsDeclareStaysWhenOneDoesNotAnyMore() {
		awaitReady(start("orders", table(Distance.COSINE), Duration.ZERO));
		awaitReady(start("search", table(Distance.COSINE), Duration.ZERO));
		assertThat(comment("vector_cosine_ops")).contains("orders since ").contains("search since ");
		awaitReady(start("orders", table(Distance.L2), Duration.ZERO));
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> !comment("vector_cosine_ops").contains("orders since "));
		awaitPolls(20);
		assertThat(operatorClasses()).containsExactly("vector_cosine_ops", "vector_l2_ops");
	}

	@Test
	void commentOfAnAdministratorStays() {
		awaitReady(start("a b", table(Distance.COSINE), Duration.ZERO));
		String name = jdbc.queryForObject("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%hnsw%'",
				String.class);
		jdbc.execute("COMMENT ON INDEX " + name + " IS 'ask Ann''s team'");
		awaitReady(start("b", table(Distance.COSINE), Duration.ZERO));
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> comment("vector_cosine_ops")
				.matches("ask Ann's team\nrds-spring-boot: declared by (a_b since \\S+Z, )?b since \\S+Z"));
	}

	@Test
	void indexThatAnotherSessionDropsIsNotBuiltAgainBeforeTheNextStart() {
		awaitReady(start("orders", table(Distance.COSINE), Duration.ZERO));
		String name = jdbc.queryForObject("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '%hnsw%'",
				String.class);
		jdbc.execute("DROP INDEX " + name);
		awaitPolls(20);
		assertThat(operatorClasses()).isEmpty();
		start("orders", table(Distance.COSINE), Duration.ZERO);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> operatorClasses().size() == 1);
	}

	/**
	 * The index of the pictures is never ready, so that the manager goes on looking.
	 */
	private VectorIndexManager start(String application, VectorTable table, Duration dropDelay) {
		DataSource counting = new DelegatingDataSource(dataSource) {

			@Override
			public Connection getConnection() throws SQLException {
				SharedTableIndexTests.this.polls.incrementAndGet();
				return super.getConnection();
			}

		};
		VectorIndexManager manager = VectorIndexManager.builder(counting, List.of(table))
			.application(application)
			.retryInterval(Duration.ofMillis(30))
			.buildTimeout(Duration.ofMinutes(1))
			.dropDelay(dropDelay)
			.build();
		this.managers.add(manager);
		manager.start();
		return manager;
	}

	private static VectorTable table(Distance distance) {
		return VectorTable.builder("documents")
			.idType(IdType.BIGINT)
			.metadataColumn(null)
			.dimensions(3)
			.distance(distance)
			.vector(VectorColumn.of("picture", ElementType.VECTOR, 3, Distance.L2, new VectorIndex.IvfFlat(1000)))
			.build();
	}

	private void awaitPolls(int more) {
		int target = this.polls.get() + more;
		Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> this.polls.get() >= target);
	}

	private static void awaitReady(VectorIndexManager manager) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> manager.status()
				.stream()
				.anyMatch((status) -> status.purpose().equals("embedding") && status.state() == State.READY));
	}

	private List<String> messages(String start) {
		return List.copyOf(this.log.list)
			.stream()
			.map(ILoggingEvent::getMessage)
			.filter((message) -> message.startsWith(start))
			.toList();
	}

	private static Set<String> operatorClasses() {
		return new TreeSet<>(jdbc.queryForList(
				"""
						SELECT o.opcname FROM pg_index i JOIN pg_opclass o ON o.oid = i.indclass[0] JOIN pg_am a ON a.oid = o.opcmethod
						WHERE i.indrelid = 'documents'::regclass AND a.amname = 'hnsw' AND i.indisvalid""",
				String.class));
	}

	private static String comment(String operatorClass) {
		return String.valueOf(jdbc.queryForObject(
				"""
						SELECT obj_description(i.indexrelid, 'pg_class') FROM pg_index i JOIN pg_opclass o ON o.oid = i.indclass[0]
						WHERE i.indrelid = 'documents'::regclass AND o.opcname = ?""",
				String.class, operatorClass));
	}

}
