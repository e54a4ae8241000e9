package io.rdsboot.vector.jdbc;

import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.vector.AbstractVectorDatabaseTests;
import io.rdsboot.vector.RecordChange;
import io.rdsboot.vector.RecordQuery;
import io.rdsboot.vector.VectorRecord;
import io.rdsboot.vector.VectorRepository;
import io.rdsboot.vector.VectorSearch;
import io.rdsboot.vector.VectorTestTables;
import io.rdsboot.vector.filter.MetadataFilter;
import io.rdsboot.vector.jdbc.session.VectorConnections;
import io.rdsboot.vector.table.IdType;
import io.rdsboot.vector.table.KeyType;
import io.rdsboot.vector.table.VectorTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the warning of keys that no row has: it is said once, and never of a key that
 * a row may have.
 */
class UnknownKeysTests extends AbstractVectorDatabaseTests {

	private static final String WARNING = "No row of vector table keyed has what a filter asks for: the key '%s', which is not declared%s";

	private final VectorTable table = VectorTable.builder("keyed")
		.idType(IdType.BIGINT)
		.dimensions(2)
		.key("year", KeyType.INTEGER)
		.key("known", KeyType.JSON)
		.build();

	private final Logger logger = (Logger) LoggerFactory.getLogger(UnknownKeys.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Queue<Runnable> questions = new ArrayDeque<>();

	private UnknownKeys keys;

	@BeforeEach
	void createTable() {
		new VectorTestTables(jdbc).create(this.table);
		write(1, "{\"rare\": 1, \"nothing\": null, \"n\": {\"a\": 1}, \"n.b\": 1}");
		this.keys = new UnknownKeys(this.table, new VectorConnections(dataSource), this.questions::add);
		this.log.list = new CopyOnWriteArrayList<>();
		this.log.start();
		this.logger.addAppender(this.log);
		this.logger.setLevel(Level.DEBUG);
	}

	@AfterEach
	void detachLog() {
		this.logger.detachAppender(this.log);
		this.logger.setLevel(null);
	}

	private static void write(long id, String metadata) {
		jdbc.update("INSERT INTO keyed (id, embedding, metadata) VALUES (?, '[1,1]', ?::jsonb)", id, metadata);
	}

	@Test
	void keyThatNoRowHasIsWarnedOfOnceWithTheNearest() {
		for (int i = 0; i < 3; i++) {
			used("yaer = 2026 or lower(colour) = 'x'", false);
			used("not yaer = 2026", true);
			used("yaer is null", true);
		}
		assertThat(warnings()).containsExactly(WARNING.formatted("yaer", ": did you mean 'year'?"),
				WARNING.formatted("colour", "; declared are [year, known]"));
	}

	@Test
	void keyOfNestedObjectsIsLookedForWhereItWouldBe() {
		used("n.a = 2 and n.b = 1", false);
		assertThat(warnings()).containsExactly(WARNING.formatted("n.b", "; declared are [year, known]")
				+ " (a member of nested objects; a name with dots stands in double quotes)");
	}

	@Test
	void keyThatIsDeclaredOrThatARowHasIsNotWarnedOf() {
		used("year = 1 or known = 1 or known.a = 1 or rare = 2 or nothing = 3 or n.a = 2 or \"n.b\" = 2", false);
		used("not (rare = 2 or n.a is null)", true);
		assertThat(warnings()).isEmpty();
	}

	@Test
	void keyOfARowThatIsWrittenBeforeTheAnswerIsNotWarnedOf() {
		MetadataFilter filter = MetadataFilter.parse("late = 1");
		this.keys.used(filter, false);
		write(2, "{\"late\": 2}");
		assertThat(warnings()).isEmpty();
	}

	@Test
	void keyThatFoundRowsHaveIsNotAskedFor() {
		used("rare = 1 and n.a = 1 and not other = 1", true);
		assertThat(this.questions).hasSize(1);
		this.keys.used(MetadataFilter.parse("rare = 3 and n.a = 3"), false);
		assertThat(this.questions).hasSize(1);
	}

	@Test
	void rowsThatAreFoundForWhatTheyLackProveNothing() {
		used("missing is null and gone is absent", true);
		assertThat(warnings()).containsExactly(WARNING.formatted("missing", "; declared are [year, known]"),
				WARNING.formatted("gone", "; declared are [year, known]"));
	}

	@Test
	void tableWithoutRowsTellsNothing() {
		jdbc.execute("DELETE FROM keyed");
		used("yaer = 1", false);
		assertThat(warnings()).isEmpty();
	}

	/**
	 * Rows of another tenant may have the key.
	 */
	@Test
	void keyIsNotWarnedOfWherePoliciesHideRows() {
		jdbc.execute("ALTER TABLE keyed ENABLE ROW LEVEL SECURITY");
		jdbc.execute("DROP ROLE IF EXISTS unknown_keys_reader");
		jdbc.execute("CREATE ROLE unknown_keys_reader LOGIN PASSWORD 'pw'");
		jdbc.execute("GRANT SELECT ON keyed TO unknown_keys_reader");
		try (HikariDataSource reader = new HikariDataSource()) {
			reader.setJdbcUrl(dataSource.getJdbcUrl());
			reader.setDataSourceProperties(dataSource.getDataSourceProperties());
			reader.setUsername("unknown_keys_reader");
			reader.setPassword("pw");
			jdbc.execute("CREATE POLICY own ON keyed USING (id > 1)");
			write(2, "{\"other\": 1}");
			this.keys = new UnknownKeys(this.table, new VectorConnections(reader), this.questions::add);
			used("rare = 2 or yaer = 1", false);
			assertThat(warnings()).isEmpty();
		}
	}

	@Test
	void answerThatTakesTooLongIsNone() throws Exception {
		try (var blocker = dataSource.getConnection(); var statement = blocker.createStatement()) {
			blocker.setAutoCommit(false);
			statement.execute("LOCK TABLE keyed");
			used("yaer = 1", false);
			blocker.rollback();
		}
		assertThat(warnings()).isEmpty();
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("Whether a row of vector table keyed has the key [yaer] is not known");
	}

	@Test
	void questionWaitsForTheCallersTransactionAndIsDroppedWithIt() {
		TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		transaction.executeWithoutResult((status) -> {
			write(2, "{\"mine\": 1}");
			this.keys.used(MetadataFilter.parse("mine = 2"), false);
			assertThat(this.questions).isEmpty();
		});
		assertThat(this.questions).hasSize(1);
		assertThat(warnings()).isEmpty();
		transaction.executeWithoutResult((status) -> {
			write(3, "{\"dropped\": 1}");
			this.keys.used(MetadataFilter.parse("dropped = 2"), false);
			status.setRollbackOnly();
		});
		assertThat(this.questions).isEmpty();
		used("dropped = 2", false);
		assertThat(warnings()).hasSize(1);
	}

	@Test
	void namesThatUsersInventAreBounded() {
		IntStream.range(0, 1_000).forEach((i) -> this.keys.used(MetadataFilter.eq("key" + i, 1), false));
		this.keys.used(MetadataFilter.eq("x".repeat(201), 1), false);
		assertThat(this.questions).hasSize(UnknownKeys.MAX_KEYS);
	}

	@Test
	void warningStaysOnItsLine() {
		this.keys.used(MetadataFilter.eq("a\nWARN\u2028\u202Eb\u001B[31m", 1), false);
		assertThat(warnings()).singleElement().asString().contains("the key 'a?WARN??b?[31m'");
	}

	@Test
	void everyCallOfARepositoryIsNoted() {
		VectorRepository<Long> repository = JdbcVectorRepository.of(dataSource, this.table, Long.class);
		VectorSearch search = VectorSearch.nearest(new float[] { 1, 0 });
		repository.search(search.where("k1 = 1"));
		repository.search(search.where("k2 = 1"), (row, number) -> row.getLong(1));
		repository.searchAll(List.of(search.where("k3 = 1"), search.where("k4 = 1")));
		repository.count(MetadataFilter.eq("k5", 1));
		repository.delete(MetadataFilter.eq("k6", 1));
		repository.find(RecordQuery.all().where("k7 = 1"));
		repository.update(MetadataFilter.eq("k8", 1), RecordChange.none().put("k9", 1));
		repository.exportTo(OutputStream.nullOutputStream(), RecordQuery.all().where("k10 = 1"));
		try (Stream<VectorRecord<Long>> none = repository.stream(RecordQuery.all().where("k11 = 1"))) {
			assertThat(none).isEmpty();
		}
		await().atMost(Duration.ofMinutes(1))
			.untilAsserted(() -> assertThat(messages(Level.WARN)).hasSize(10)
				.allMatch((message) -> message.contains("has what a filter asks for: the key 'k")));
		repository.upsert(new VectorRecord<>(9L, new float[] { 1, 1 }, null, Map.of("k1", 1)));
		assertThat(repository.count(MetadataFilter.eq("k1", 1))).isOne();
	}

	private void used(String filter, boolean found) {
		this.keys.used(MetadataFilter.parse(filter), found);
		if (found) {
			return;
		}
		answer();
	}

	private void answer() {
		for (Runnable question = this.questions.poll(); question != null; question = this.questions.poll()) {
			question.run();
		}
	}

	private List<String> warnings() {
		answer();
		return messages(Level.WARN);
	}

	private List<String> messages(Level level) {
		return List.copyOf(this.log.list)
			.stream()
			.filter((event) -> event.getLevel() == level)
			.map(ILoggingEvent::getFormattedMessage)
			.toList();
	}

}
