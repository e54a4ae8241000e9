package io.rdsboot.move.shadow;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.rdsboot.move.Side;
import io.rdsboot.move.read.ReadShare;
import io.rdsboot.move.read.ReplicatedDatabase;
import io.rdsboot.move.read.TargetProgress;
import io.rdsboot.test.LocalRdsCluster;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Id;
import jakarta.persistence.PersistenceConfiguration;
import jakarta.persistence.Table;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link ShadowReads}, with a target that follows a source.
 */
@ExtendWith(OutputCaptureExtension.class)
class ShadowReadsTests {

	private static final String TABLES = """
			CREATE EXTENSION vector;
			CREATE TABLE item (id int PRIMARY KEY, name text, price float8, tags text[], embedding vector(3));
			INSERT INTO item SELECT i, 'item ' || i % 10, i / 7.0, ARRAY['a', 'b'], ARRAY[i, 1, 0]::real[]
				FROM generate_series(1, 100) i;
			CREATE FUNCTION roll() RETURNS int LANGUAGE sql AS 'SELECT 4';
			CREATE FUNCTION double(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 * 2'""";

	private static LocalRdsCluster sourceCluster;

	private static LocalRdsCluster targetCluster;

	private final Map<ShadowOutcome, Integer> outcomes = new ConcurrentHashMap<>();

	private final Map<Side, Integer> answers = new ConcurrentHashMap<>();

	private ReplicatedDatabase database;

	private TargetProgress progress;

	private ShadowReads shadow;

	@BeforeAll
	static void start() {
		sourceCluster = ReplicatedDatabase.startCluster();
		targetCluster = ReplicatedDatabase.startCluster();
	}

	@AfterAll
	static void stop() {
		sourceCluster.close();
		targetCluster.close();
	}

	@BeforeEach
	void createDatabase() {
		this.database = ReplicatedDatabase.create(sourceCluster, targetCluster, TABLES, "copy_data = false");
		this.progress = TargetProgress.builder(this.database.source(), this.database.name())
			.pollInterval(Duration.ofMillis(10))
			.build();
		this.shadow = shadow((builder) -> {
		});
	}

	private ShadowReads shadow(Consumer<ShadowReads.Builder> settings) {
		ShadowReads.Builder builder = ShadowReads.builder(this.database.source(), this.database.target(), this.progress)
			.share(ReadShare.ALL)
			.statementTimeout(Duration.ofSeconds(30))
			.lagTimeout(Duration.ofSeconds(30))
			.listener(new ShadowListener() {
				@Override
				public void answered(Side side, long nanos) {
					ShadowReadsTests.this.answers.merge(side, 1, Integer::sum);
				}

				@Override
				public void ended(ShadowOutcome outcome) {
					ShadowReadsTests.this.outcomes.merge(outcome, 1, Integer::sum);
				}
			});
		settings.accept(builder);
		return builder.build();
	}

	@AfterEach
	void dropDatabase() {
		this.shadow.close();
		this.progress.close();
		this.database.close();
	}

	private DataSource observed() {
		return new DelegatingDataSource(this.database.source()) {
			@Override
			public Connection getConnection() throws SQLException {
				return ShadowReadsTests.this.shadow.observe(super.getConnection());
			}
		};
	}

	private JdbcTemplate jdbc() {
		return new JdbcTemplate(observed());
	}

	private void awaitOutcomes(Map<ShadowOutcome, Integer> expected) {
		int all = expected.values().stream().mapToInt(Integer::intValue).sum();
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> this.outcomes.values().stream().mapToInt(Integer::intValue).sum() >= all);
		assertThat(this.outcomes).isEqualTo(expected);
	}

	@Test
	void readsOfBothSidesAreEqual() {
		JdbcTemplate jdbc = jdbc();
		assertThat(jdbc.queryForObject("SELECT count(*) FROM item", Integer.class)).isEqualTo(100);
		assertThat(jdbc.queryForObject("SELECT name FROM item WHERE id = ?", String.class, 7)).isEqualTo("item 7");
		jdbc.queryForList("SELECT * FROM item ORDER BY name DESC");
		jdbc.queryForList("SELECT double(id) FROM item WHERE name LIKE ? AND price < ?", "item%", 3.5);
		awaitOutcomes(Map.of(ShadowOutcome.EQUAL, 4));
		assertThat(this.answers).isEqualTo(Map.of(Side.SOURCE, 4, Side.TARGET, 4));
		assertThat(this.shadow.differences()).isEmpty();
	}

	/**
	 * From the fifth execution on, pgjdbc prepares on the server, and values come in
	 * binary: by chance on one side sooner than on the other.
	 */
	@Test
	void statementThatIsExecutedOftenIsEqual() {
		for (int i = 0; i < 12; i++) {
			jdbc().queryForList("SELECT * FROM item WHERE id = ?", 7 + i);
			awaitOutcomes(Map.of(ShadowOutcome.EQUAL, i + 1));
		}
	}

	@Test
	void plantedDifferenceIsFoundAndShownWithoutData(CapturedOutput output) {
		this.database.inTarget().execute("UPDATE item SET name = 'changed' WHERE id = 7");
		JdbcTemplate jdbc = jdbc();
		jdbc.queryForObject("SELECT name FROM item WHERE id = 7 AND name <> 'secret' -- private", String.class);
		jdbc.queryForObject("SELECT name FROM item WHERE id = ?", String.class, 8);
		awaitOutcomes(Map.of(ShadowOutcome.DIFFERENT, 1, ShadowOutcome.EQUAL, 1));
		assertThat(this.shadow.differences()).singleElement().satisfies((difference) -> {
			assertThat(difference.statement()).isEqualTo("SELECT name FROM item WHERE id = ? AND name <> ?");
			assertThat(difference.what()).isEqualTo(ShadowDifference.What.ROWS);
			assertThat(difference.sourceRows()).isEqualTo(1);
			assertThat(difference.targetRows()).isEqualTo(1);
			assertThat(difference.times()).isEqualTo(1);
			assertThat(difference.toString()).doesNotContain("secret", "changed", "item 7");
		});
		assertThat(output).containsOnlyOnce("Source and target of the move answer a read differently (ROWS)")
			.doesNotContain("secret");
	}

	@Test
	void dataIsShownIfAskedFor() {
		this.shadow.close();
		this.shadow = shadow((builder) -> builder.showData(true));
		this.database.inTarget().execute("UPDATE item SET name = 'changed' WHERE id = 7");
		for (int i = 0; i < 2; i++) {
			jdbc().queryForObject("SELECT id, name FROM item WHERE id = ? AND price < 100",
					(row, number) -> row.getInt(1), 7);
		}
		awaitOutcomes(Map.of(ShadowOutcome.DIFFERENT, 2));
		assertThat(this.shadow.differences()).singleElement().satisfies((difference) -> {
			assertThat(difference.statement()).endsWith("price < 100");
			assertThat(difference.times()).isEqualTo(2);
			assertThat(difference.parameters()).containsExactly("7");
			assertThat(difference.sourceOnly()).containsExactly("7, item 7");
			assertThat(difference.targetOnly()).containsExactly("7, changed");
		});
	}

	@Test
	void missingRowsWrongOrderAndRefusedStatementsAreDifferences() {
		this.database.inTarget().execute("""
				DELETE FROM item WHERE id = 50;
				DROP FUNCTION double;
				ALTER TABLE item ALTER COLUMN name TYPE varchar(40)""");
		jdbc().queryForList("SELECT id FROM item ORDER BY id");
		jdbc().queryForList("SELECT double(id) FROM item WHERE id < 10");
		jdbc().queryForList("SELECT name FROM item WHERE id < 10");
		awaitOutcomes(Map.of(ShadowOutcome.DIFFERENT, 3));
		assertThat(this.shadow.differences()).extracting(ShadowDifference::what)
			.containsExactlyInAnyOrder(ShadowDifference.What.ROWS, ShadowDifference.What.REFUSED,
					ShadowDifference.What.COLUMNS);
	}

	/**
	 * A target that is paused and lets go again and again, while rows change all the
	 * time.
	 */
	@Test
	void lagIsNoDifference() throws Exception {
		AtomicBoolean writing = new AtomicBoolean(true);
		Thread writer = new Thread(() -> {
			for (int i = 0; writing.get(); i++) {
				this.database.inSource()
					.update("UPDATE item SET name = ? WHERE id = ?", "changed " + i, 1 + (int) (i * 37L % 100));
			}
		});
		this.database.pause();
		writer.start();
		try {
			JdbcTemplate jdbc = jdbc();
			for (int i = 0; i < 40; i++) {
				jdbc.queryForList("SELECT * FROM item WHERE id BETWEEN ? AND ?", i, i + 1);
			}
			CountDownLatch lagging = new CountDownLatch(1);
			lagging.await(2, TimeUnit.SECONDS);
			assertThat(this.outcomes).doesNotContainKey(ShadowOutcome.DIFFERENT);
			this.database.resume();
			Awaitility.await()
				.atMost(Duration.ofSeconds(60))
				.until(() -> this.outcomes.values().stream().mapToInt(Integer::intValue).sum() == 40);
		}
		finally {
			writing.set(false);
			writer.join();
		}
		assertThat(this.outcomes).doesNotContainKeys(ShadowOutcome.DIFFERENT, ShadowOutcome.FAILED);
		assertThat(this.outcomes.get(ShadowOutcome.EQUAL)).isGreaterThan(10);
		assertThat(this.shadow.differences()).isEmpty();
	}

	@Test
	void targetThatDoesNotCatchUpDecidesNothing() {
		this.shadow.lagTimeout(Duration.ofMillis(100));
		this.database.pause();
		this.database.inSource().update("UPDATE item SET name = 'changed' WHERE id = 7");
		jdbc().queryForList("SELECT * FROM item WHERE id = 7");
		awaitOutcomes(Map.of(ShadowOutcome.UNDECIDED, 1));
		this.database.resume();
	}

	@Test
	void differencesThatTheStatementAllowsDecideNothing() {
		this.database.inTarget().execute("UPDATE item SET name = 'changed' WHERE id = 7");
		this.database.inTarget().execute("VACUUM FULL item");
		jdbc().queryForList("SELECT id, name FROM item WHERE name IN ('item 7', 'changed') LIMIT 3");
		jdbc().queryForList("SELECT id, name FROM item ORDER BY lower(name) LIMIT 3");
		awaitOutcomes(Map.of(ShadowOutcome.UNDECIDED, 2));
	}

	@Test
	void answerThatIsTooLargeDecidesNothing() {
		this.shadow.close();
		this.shadow = shadow((builder) -> builder.maxRows(99));
		jdbc().queryForList("SELECT id FROM item");
		jdbc().queryForList("SELECT id FROM item WHERE id < 100");
		awaitOutcomes(Map.of(ShadowOutcome.UNDECIDED, 1, ShadowOutcome.EQUAL, 1));
	}

	@Test
	void whatIsNoReadIsNotAsked() throws SQLException {
		JdbcTemplate jdbc = jdbc();
		jdbc.execute("CREATE SEQUENCE numbers");
		jdbc.queryForObject("SELECT nextval('numbers')", Long.class);
		jdbc.queryForList("SELECT id FROM item WHERE id = 1 FOR UPDATE");
		jdbc.queryForList("SELECT roll()");
		jdbc.queryForList("SELECT random()");
		jdbc.queryForList("SELECT now()");
		jdbc.queryForList("INSERT INTO item (id) VALUES (200) RETURNING id");
		jdbc.update("UPDATE item SET name = 'x' WHERE id = 200");
		jdbc.batchUpdate("UPDATE item SET name = 'y' WHERE id = 200", "UPDATE item SET name = 'z' WHERE id = 200");
		try (Connection connection = observed().getConnection();
				PreparedStatement statement = connection.prepareStatement("SELECT id FROM item WHERE name = ?")) {
			statement.setCharacterStream(1, new StringReader("item 7"));
			statement.executeQuery().close();
		}
		awaitOutcomes(Map.of(ShadowOutcome.SKIPPED, 8));
		assertThat(this.answers).isEmpty();
		assertThat(jdbc.queryForObject("SELECT last_value FROM numbers", Long.class)).isEqualTo(1);
	}

	@Test
	void parametersAreNotedAsTheyWere() throws SQLException {
		try (Connection connection = observed().getConnection();
				PreparedStatement statement = connection.prepareStatement(
						"SELECT * FROM item WHERE tags = ? AND id <> ALL (?) AND ?::bytea IS NOT NULL AND ?::timestamptz > '2000-01-01' AND ?::text IS NULL")) {
			byte[] bytes = { 1, 2 };
			Timestamp time = new Timestamp(1_700_000_000_000L);
			statement.setArray(1, connection.createArrayOf("text", new Object[] { "a", "b" }));
			statement.setArray(2, connection.createArrayOf("int4", new Object[] { 1, 2 }));
			statement.setBytes(3, bytes);
			statement.setTimestamp(4, time);
			statement.setNull(5, Types.VARCHAR);
			try (ResultSet rows = statement.executeQuery()) {
				bytes[0] = 9;
				time.setTime(0);
				int count = 0;
				while (rows.next()) {
					count++;
				}
				assertThat(count).isEqualTo(98);
			}
		}
		awaitOutcomes(Map.of(ShadowOutcome.EQUAL, 1));
	}

	@Test
	void cursorsAndTransactionsWorkAsBefore() throws SQLException {
		try (Connection connection = observed().getConnection()) {
			assertThat(connection.unwrap(PGConnection.class)).isNotNull();
			connection.setAutoCommit(false);
			try (Statement statement = connection.createStatement()) {
				statement.setFetchSize(10);
				statement.executeUpdate("UPDATE item SET name = 'mine' WHERE id = 1");
				try (ResultSet rows = statement.executeQuery("SELECT id, name FROM item")) {
					List<Integer> ids = new ArrayList<>();
					while (rows.next()) {
						ids.add(rows.getInt(1));
					}
					assertThat(ids).hasSize(100);
				}
			}
			connection.rollback();
		}
		awaitOutcomes(Map.of(ShadowOutcome.EQUAL, 1));
	}

	@Test
	void readsOfHibernateAreAsked() {
		try (EntityManagerFactory factory = new PersistenceConfiguration("shadow").managedClass(Item.class)
			.property("jakarta.persistence.nonJtaDataSource", observed())
			.createEntityManagerFactory()) {
			this.outcomes.clear();
			String name = factory.callInTransaction((entities) -> entities.find(Item.class, 7).name);
			assertThat(name).isEqualTo("item 7");
			List<Item> items = factory.callInTransaction((entities) -> entities
				.createQuery("SELECT i FROM Item i WHERE i.name = :name ORDER BY i.id", Item.class)
				.setParameter("name", "item 3")
				.setMaxResults(5)
				.getResultList());
			assertThat(items).hasSize(5);
			Awaitility.await().until(() -> this.outcomes.getOrDefault(ShadowOutcome.EQUAL, 0) == 2);
		}
	}

	/**
	 * The reads of the application go on, none on a thread of the application, and those
	 * that are too many are dropped.
	 */
	@Test
	void targetThatHangsCostsCallersNothing() throws Exception {
		AtomicInteger borrowed = new AtomicInteger();
		CountDownLatch end = new CountDownLatch(1);
		DataSource hanging = new DelegatingDataSource(this.database.target()) {
			@Override
			public Connection getConnection() throws SQLException {
				borrowed.incrementAndGet();
				try {
					end.await();
				}
				catch (InterruptedException ex) {
					throw new SQLException(ex);
				}
				throw new SQLException("ended");
			}
		};
		try (ShadowReads hung = ShadowReads.builder(this.database.source(), hanging, this.progress)
			.share(ReadShare.ALL)
			.queueSize(5)
			.listener(new ShadowListener() {
				@Override
				public void ended(ShadowOutcome outcome) {
					ShadowReadsTests.this.outcomes.merge(outcome, 1, Integer::sum);
				}
			})
			.build(); Connection connection = hung.observe(this.database.source().getConnection())) {
			try (Statement statement = connection.createStatement()) {
				for (int i = 0; i < 200; i++) {
					statement.executeQuery("SELECT name FROM item").close();
				}
			}
			assertThat(this.outcomes.get(ShadowOutcome.DROPPED)).isBetween(150, 193);
			Awaitility.await().until(() -> borrowed.get() > 0);
			end.countDown();
		}
	}

	@Test
	void serverThatIsFrozenHoldsUpNeitherCallersNorTheEnd() throws Exception {
		try (LocalRdsCluster frozen = ReplicatedDatabase.startCluster()) {
			ShadowReads hung = ShadowReads
				.builder(this.database.source(), ReplicatedDatabase.admin(frozen), this.progress)
				.share(ReadShare.ALL)
				.statementTimeout(Duration.ofMinutes(10))
				.queueSize(5)
				.listener(new ShadowListener() {
					@Override
					public void ended(ShadowOutcome outcome) {
						ShadowReadsTests.this.outcomes.merge(outcome, 1, Integer::sum);
					}

					@Override
					public void answered(Side side, long nanos) {
						ShadowReadsTests.this.answers.merge(side, 1, Integer::sum);
					}
				})
				.build();
			try (Connection connection = hung.observe(this.database.source().getConnection());
					Statement statement = connection.createStatement()) {
				statement.executeQuery("SELECT 1").close();
				Awaitility.await().until(() -> this.answers.size() == 2);
				frozen.freeze(frozen.writer());
				for (int i = 0; i < 20; i++) {
					statement.executeQuery("SELECT 1").close();
				}
				assertThat(this.outcomes.get(ShadowOutcome.DROPPED)).isGreaterThan(10);
				hung.close();
			}
			Awaitility.await()
				.until(() -> Thread.getAllStackTraces()
					.keySet()
					.stream()
					.noneMatch((thread) -> thread.getName().matches("rds-move-shadow-\\d+")));
		}
	}

	@Test
	void shareAndTimeoutsMayBeSetWhileReadsRun() throws SQLException {
		this.shadow.share(ReadShare.NONE);
		try (Connection connection = this.database.source().getConnection()) {
			assertThat(this.shadow.observe(connection)).isSameAs(connection);
		}
		this.shadow.share(ReadShare.ALL);
		this.shadow.statementTimeout(Duration.ofMillis(1));
		jdbc().queryForList("SELECT count(*) FROM item a, item b, item c, item d WHERE a.id < 20");
		awaitOutcomes(Map.of(ShadowOutcome.FAILED, 1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.shadow.statementTimeout(Duration.ofDays(400_000_000L)))
			.withMessageStartingWith("statement timeout of shadow reads must be from 1 ms to 1 hour, but is");
		assertThatIllegalArgumentException().isThrownBy(() -> shadow((builder) -> builder.threads(0)))
			.withMessage("threads of shadow reads must be from 1 to 32, but is 0");
		assertThatIllegalArgumentException().isThrownBy(() -> shadow((builder) -> builder.tolerance(Double.NaN)))
			.withMessageStartingWith("tolerance of shadow reads must be at least 0");
	}

	@Test
	void outcomesAndTimesAreMeters() {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		this.shadow.close();
		this.shadow = shadow((builder) -> builder.listener(new ShadowMetrics(registry)));
		jdbc().queryForList("SELECT id FROM item");
		Awaitility.await()
			.until(() -> registry.get("rds.move.shadow.reads").tag("outcome", "equal").counter().count() == 1);
		assertThat(registry.get("rds.move.shadow.reads").tag("outcome", "different").counter().count()).isZero();
		for (String side : List.of("source", "target")) {
			assertThat(registry.get("rds.move.shadow.answers").tag("side", side).timer().count()).isEqualTo(1);
		}
	}

	@Entity(name = "Item")
	@Table(name = "item")
	static class Item {

		@Id
		int id;

		String name;

	}

}
