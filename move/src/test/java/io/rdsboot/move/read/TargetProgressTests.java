package io.rdsboot.move.read;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link TargetProgress}, with real replication.
 */
class TargetProgressTests {

	private static final String TABLE = "CREATE TABLE item (id bigint PRIMARY KEY, body text)";

	private static final int WRITERS = 4;

	private static final int COMMITS = 400;

	private static LocalRdsCluster source;

	private static LocalRdsCluster target;

	@BeforeAll
	static void start() {
		source = ReplicatedDatabase.startCluster();
		target = ReplicatedDatabase.startCluster();
	}

	@AfterAll
	static void stop() {
		source.close();
		target.close();
	}

	/**
	 * The claim that all else stands on: a row whose commit ends at or below what the
	 * slot has confirmed is visible on the target.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "streaming = off", "streaming = on", "streaming = parallel", "synchronous_commit = on" })
	void whatIsConfirmedIsVisibleOnTheTarget(String options) throws Exception {
		String usable = (options.endsWith("parallel") && version() < 160_000) ? "streaming = on" : options;
		try (ReplicatedDatabase database = ReplicatedDatabase.create(source, target, TABLE, usable)) {
			Queue<Commit> commits = new ConcurrentLinkedQueue<>();
			AtomicBoolean writing = new AtomicBoolean(true);
			AtomicInteger checked = new AtomicInteger();
			ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
			try {
				List<Future<?>> writers = new ArrayList<>();
				for (int i = 0; i < WRITERS; i++) {
					int writer = i;
					writers.add(threads.submit(() -> {
						write(database, writer, commits);
						return null;
					}));
				}
				Future<List<Commit>> reader = threads.submit(() -> missing(database, commits, writing, checked));
				for (Future<?> writer : writers) {
					writer.get(60, TimeUnit.SECONDS);
				}
				writing.set(false);
				assertThat(reader.get(60, TimeUnit.SECONDS)).isEmpty();
				assertThat(checked).hasValue(WRITERS * COMMITS);
			}
			finally {
				threads.shutdownNow();
			}
		}
	}

	private static int version() {
		return Integer.parseInt(new JdbcTemplate(ReplicatedDatabase.admin(source))
			.queryForObject("SHOW server_version_num", String.class));
	}

	/**
	 * Small transactions between large ones that are sent in parts, some of which roll
	 * back, and all acknowledged before they are on the source's disk.
	 */
	private static void write(ReplicatedDatabase database, int writer, Queue<Commit> commits) throws SQLException {
		try (Connection connection = database.source().getConnection()) {
			connection.createStatement().execute("SET synchronous_commit = " + ((writer % 2 == 0) ? "off" : "on"));
			connection.setAutoCommit(false);
			for (int i = 0; i < COMMITS; i++) {
				long id = 1_000_000L * writer + 1000L * i;
				boolean large = i % 20 == 7;
				connection.createStatement()
					.execute("INSERT INTO item SELECT %d + i, repeat('x', 300) FROM generate_series(0, %d) i"
						.formatted(id, large ? 900 : 0));
				if (large && i % 40 == 7) {
					connection.rollback();
					connection.createStatement().execute("INSERT INTO item VALUES (%d, 'y')".formatted(id));
				}
				connection.commit();
				commits.add(new Commit(id, position(connection)));
				connection.commit();
			}
		}
	}

	private static LogPosition position(Connection connection) throws SQLException {
		try (ResultSet row = connection.createStatement()
			.executeQuery("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint")) {
			row.next();
			return new LogPosition(row.getLong(1));
		}
	}

	private static List<Commit> missing(ReplicatedDatabase database, Queue<Commit> commits, AtomicBoolean writing,
			AtomicInteger checked) throws Exception {
		List<Commit> missing = new ArrayList<>();
		try (TargetProgress progress = TargetProgress.builder(database.source(), database.name())
			.pollInterval(Duration.ofMillis(1))
			.build();
				Connection connection = database.target().getConnection();
				PreparedStatement query = connection.prepareStatement("SELECT FROM item WHERE id = ?")) {
			while (writing.get() || !commits.isEmpty()) {
				Commit commit = commits.poll();
				if (commit == null) {
					Thread.onSpinWait();
					continue;
				}
				if (progress.awaitConfirmed(commit.position(), Duration.ofSeconds(30))) {
					checked.incrementAndGet();
					query.setLong(1, commit.id());
					try (ResultSet row = query.executeQuery()) {
						if (!row.next()) {
							missing.add(commit);
						}
					}
				}
			}
		}
		return missing;
	}

	@Test
	void progressFollowsTheTarget() throws Exception {
		try (ReplicatedDatabase database = ReplicatedDatabase.create(source, target, TABLE, "streaming = off");
				TargetProgress progress = TargetProgress.builder(database.source(), database.name())
					.pollInterval(Duration.ofMillis(10))
					.build()) {
			long before = System.nanoTime();
			LogProgress caughtUp = awaitCommitsUntil(progress, before);
			assertThat(caughtUp.includesCommitsUntil(before)).isTrue();
			database.pause();
			database.inSource().execute("INSERT INTO item VALUES (1, 'late')");
			LogPosition written = position(database);
			long committed = System.nanoTime();
			assertThat(progress.awaitConfirmed(written, Duration.ofMillis(300))).isFalse();
			assertThat(progress.hasConfirmed(written)).isFalse();
			assertThat(progress.current().includesCommitsUntil(committed)).isFalse();
			assertThat(progress.current().lag()).isPositive();
			database.resume();
			assertThat(progress.awaitConfirmed(written, Duration.ofSeconds(30))).isTrue();
			assertThat(database.inTarget().queryForObject("SELECT body FROM item", String.class)).isEqualTo("late");
			awaitCommitsUntil(progress, committed);
		}
	}

	/**
	 * What a transaction that rolls back leaves in the log, such as a page that it has
	 * pruned, is not written to disk until something else is.
	 */
	@Test
	void logThatNobodyFlushesHoldsNothingUp() throws Exception {
		try (ReplicatedDatabase database = ReplicatedDatabase.create(source, target, TABLE, "streaming = off");
				TargetProgress progress = TargetProgress.builder(database.source(), database.name())
					.pollInterval(Duration.ofMillis(10))
					.build()) {
			try (Connection connection = database.source().getConnection()) {
				connection.setAutoCommit(false);
				connection.createStatement().execute("SELECT pg_logical_emit_message(false, 'test', 'left')");
				connection.rollback();
			}
			assertThat(progress.awaitCommitsUntil(progress.now(), Duration.ofSeconds(10))).isTrue();
		}
	}

	private static LogPosition position(ReplicatedDatabase database) throws SQLException {
		try (Connection connection = database.source().getConnection()) {
			return position(connection);
		}
	}

	private static LogProgress awaitCommitsUntil(TargetProgress progress, long time) {
		return Awaitility.await()
			.until(progress::current, (current) -> current != null && current.includesCommitsUntil(time));
	}

	@Test
	void nothingIsKnownOfASlotThatIsNotThere() throws Exception {
		try (ReplicatedDatabase database = ReplicatedDatabase.create(source, target, TABLE, "streaming = off");
				TargetProgress progress = TargetProgress.builder(database.source(), "elsewhere").build()) {
			assertThat(progress.awaitConfirmed(new LogPosition(0), Duration.ofMillis(300))).isFalse();
			assertThat(progress.current()).isNull();
		}
	}

	@Test
	void sourceIsOnlyAskedWhileSomebodyNeedsIt() throws Exception {
		try (ReplicatedDatabase database = ReplicatedDatabase.create(source, target, TABLE, "streaming = off")) {
			AtomicInteger connections = new AtomicInteger();
			TargetProgress progress = TargetProgress.builder(new DelegatingDataSource(database.source()) {
				@Override
				public Connection getConnection() throws SQLException {
					connections.incrementAndGet();
					return super.getConnection();
				}
			}, database.name()).pollInterval(Duration.ofMillis(10)).build();
			assertThat(connections).hasValue(0);
			awaitCommitsUntil(progress, System.nanoTime());
			assertThat(connections).hasValue(1);
			progress.close();
			Awaitility.await()
				.until(() -> database.inSource()
					.queryForObject(
							"SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_replication_slots%' AND pid <> pg_backend_pid()",
							Integer.class) == 0);
		}
	}

	@Test
	void settingsThatMakeNoSenseAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> TargetProgress.builder(ReplicatedDatabase.admin(source), ""))
			.withMessage("name of the replication slot must not be blank");
		assertThatIllegalArgumentException().isThrownBy(
				() -> TargetProgress.builder(ReplicatedDatabase.admin(source), "moving").pollInterval(Duration.ZERO))
			.withMessage("poll interval of the target's progress must be at least 1 ms, but is PT0S");
	}

	private record Commit(long id, LogPosition position) {

	}

}
