package io.rdsboot.move.control;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.move.LocalMoveDatabases;
import io.rdsboot.move.Side;
import io.rdsboot.move.assess.MoveAssessmentReport;
import io.rdsboot.move.copy.CopyProgress;
import io.rdsboot.move.read.ReadSideListener;
import io.rdsboot.move.routing.InstanceSettings;
import io.rdsboot.move.shadow.ShadowListener;
import io.rdsboot.move.shadow.ShadowOutcome;
import io.rdsboot.move.verify.MoveVerificationReport;
import io.rdsboot.routing.RoutingDecoration;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Tests for {@link DatabaseMove} between servers of different major versions: all steps,
 * while a service writes.
 */
@Timeout(240)
class MajorVersionMoveTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final int WRITERS = 3;

	private static final String SCHEMA = """
			CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
			CREATE DOMAIN price AS numeric(10, 2) CHECK (VALUE >= 0);
			CREATE COLLATION german (provider = icu, locale = 'de-u-kn-true');
			CREATE SEQUENCE receipt INCREMENT 5;
			CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.touched := NEW.touched + 1; RETURN NEW; END';
			CREATE TABLE entry (
				id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, note text COLLATE german,
				mood mood DEFAULT 'sad', price price NOT NULL DEFAULT 1, touched int NOT NULL DEFAULT 0, tags text[], data jsonb,
				length int GENERATED ALWAYS AS (length(name)) STORED, receipt bigint DEFAULT nextval('receipt'), embedding vector(3));
			CREATE INDEX by_note ON entry (note, lower(name));
			CREATE INDEX by_embedding ON entry USING hnsw (embedding vector_l2_ops);
			CREATE TRIGGER touch BEFORE UPDATE ON entry FOR EACH ROW EXECUTE FUNCTION touch();
			CREATE TABLE line (id serial, day date, entry text REFERENCES entry (name), PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
			CREATE TABLE line_1 PARTITION OF line FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
			CREATE TABLE audit (entry text, at timestamptz DEFAULT now());
			ALTER TABLE audit REPLICA IDENTITY FULL;
			CREATE VIEW cheap AS SELECT id, price FROM entry WHERE price < 10;
			INSERT INTO entry (name, note, embedding) SELECT 'entry ' || n, 'note ' || n, ARRAY[n, 1, 1]::vector FROM generate_series(1, 1000) n;
			INSERT INTO line (day, entry) SELECT '2026-05-01', name FROM entry;
			INSERT INTO audit SELECT name FROM entry""";

	private final Queue<String> written = new ConcurrentLinkedQueue<>();

	private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean stopped = new AtomicBoolean();

	private final Map<ShadowOutcome, LongAdder> shadowReads = new ConcurrentHashMap<>();

	private final Map<Side, LongAdder> reads = new ConcurrentHashMap<>();

	static Stream<Arguments> versions() {
		return Stream.of(Arguments.of(15, 17), Arguments.of(17, 15), Arguments.of(15, 18));
	}

	@ParameterizedTest
	@MethodSource("versions")
	void nothingIsLostOrDoubledFromTheFirstStepToTheLast(int from, int to) throws Exception {
		Path sourcePrograms = installed(from);
		Path targetPrograms = installed(to);
		try (LocalRdsMove servers = LocalRdsMove.builder()
			.extension("vector")
			.sourcePostgres(sourcePrograms)
			.targetPostgres(targetPrograms)
			.start()) {
			DatabaseMove move = DatabaseMove
				.builder(LocalMoveDatabases.source(servers), LocalMoveDatabases.target(servers))
				.programs((from > to) ? sourcePrograms : targetPrograms)
				.build();
			JdbcTemplate inSource = new JdbcTemplate(servers.source().applicationDataSource());
			JdbcTemplate inTarget = new JdbcTemplate(servers.target().applicationDataSource());
			inSource.execute(SCHEMA);
			assertThat(major(inSource)).isEqualTo(from);
			assertThat(major(inTarget)).isEqualTo(to);
			MoveParticipant participant = participant(move, servers.source());
			try (participant; RdsDataSource service = service(participant, servers.target())) {
				ExecutorService threads = work(service);
				take(move, inSource, inTarget);
				this.stopped.set(true);
				threads.shutdown();
				assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
			}
			assertThat(this.failures).isEmpty();
			assertThat(inTarget.queryForList("SELECT name FROM entry WHERE name !~ '^entry '", String.class))
				.containsExactlyInAnyOrderElementsOf(this.written);
			assertThat(inTarget.queryForList("SELECT entry FROM audit WHERE entry !~ '^entry '", String.class))
				.containsExactlyInAnyOrderElementsOf(this.written);
			assertThat(inTarget.queryForObject("SELECT count(*) FROM line WHERE entry !~ '^entry '", Integer.class))
				.isEqualTo(this.written.size());
			assertThat(inTarget.queryForList("SELECT name FROM entry WHERE touched <> 1 AND name !~ '^entry '"))
				.as("rows whose trigger fired on one side alone")
				.isEmpty();
		}
	}

	private void take(DatabaseMove move, JdbcTemplate inSource, JdbcTemplate inTarget) throws Exception {
		assertThat(move.bringSchema()).isEmpty();
		MoveAssessmentReport report = move.assess();
		assertThat(report.isReady()).as(report.toString()).isTrue();
		move.startCopy();
		awaitCopied(move);
		MoveVerificationReport verified = move.verify();
		assertThat(verified.isEqual()).as(verified.toString()).isTrue();
		move.shareShadowReads(10_000);
		move.shareReads(10_000);
		Awaitility.await().atMost(LIMIT).untilAsserted(() -> {
			assertThat(this.shadowReads).containsKey(ShadowOutcome.EQUAL);
			assertThat(this.reads).containsKey(Side.TARGET);
		});
		assertThat(this.shadowReads).doesNotContainKeys(ShadowOutcome.DIFFERENT, ShadowOutcome.FAILED);
		assertThat(move.cutover().writer()).isEqualTo(Side.TARGET);
		awaitMore(50);
		awaitFollowing(move);
		assertThat(move.back().writer()).isEqualTo(Side.SOURCE);
		awaitMore(50);
		awaitFollowing(move);
		verified = move.verify();
		assertThat(verified.isEqual()).as(verified.toString()).isTrue();
		assertThat(move.cutover().writer()).isEqualTo(Side.TARGET);
		awaitMore(50);
		awaitFollowing(move);
		assertThat(move.finish()).isEmpty();
		assertThat(move.status().stage()).isEqualTo(MoveStatus.Stage.FINISHED);
		for (JdbcTemplate each : List.of(inSource, inTarget)) {
			assertThat(each.queryForList("""
					SELECT subname::text FROM pg_subscription UNION SELECT pubname FROM pg_publication
					UNION SELECT slot_name FROM pg_replication_slots""", String.class)).isEmpty();
		}
	}

	private static Path installed(int version) {
		assumeThat(LocalRdsCluster.installedPostgres(version)).as("PostgreSQL %d: dev/postgres installs it", version)
			.isPresent();
		return LocalRdsCluster.installedPostgres(version).orElseThrow();
	}

	private static int major(JdbcTemplate jdbc) {
		return jdbc.queryForObject("SELECT current_setting('server_version_num')::int / 10000", Integer.class);
	}

	private MoveParticipant participant(DatabaseMove move, LocalRdsMoveDatabase source) {
		InstanceSettings settings = new InstanceSettings("one", Duration.ofSeconds(5), Duration.ofMillis(500),
				Duration.ofMillis(20), Duration.ofSeconds(5));
		ReadSideListener listener = (decision) -> count(this.reads, decision.side());
		ShadowListener shadowListener = new ShadowListener() {
			@Override
			public void ended(ShadowOutcome outcome) {
				count(MajorVersionMoveTests.this.shadowReads, outcome);
			}
		};
		return new MoveParticipant(move, LocalMoveDatabases.service(source).build(), () -> "tenant", listener,
				shadowListener, settings, Duration.ofSeconds(30));
	}

	private static <T> void count(Map<T, LongAdder> counts, T what) {
		counts.computeIfAbsent(what, (key) -> new LongAdder()).increment();
	}

	private static RdsDataSource service(MoveParticipant participant, LocalRdsMoveDatabase target) {
		return LocalMoveDatabases.service(target)
			.routing((routing) -> RoutingDecoration.decorate(routing, participant))
			.build();
	}

	/**
	 * Several threads write, and one reads, because reads of a thread that has just
	 * written stay at the source.
	 */
	private ExecutorService work(RdsDataSource service) {
		ExecutorService threads = Executors.newCachedThreadPool();
		JdbcTemplate jdbc = new JdbcTemplate(service);
		TransactionTemplate write = new TransactionTemplate(new DataSourceTransactionManager(service));
		for (int i = 0; i < WRITERS; i++) {
			threads.submit(() -> repeat(() -> write(jdbc, write)));
		}
		TransactionTemplate read = new TransactionTemplate(new DataSourceTransactionManager(service));
		read.setReadOnly(true);
		threads.submit(() -> repeat(() -> read.executeWithoutResult((status) -> jdbc
			.queryForList("SELECT id, name, length, price FROM entry WHERE name = 'entry 7' ORDER BY id"))));
		return threads;
	}

	private void repeat(Runnable work) {
		while (!this.stopped.get()) {
			try {
				work.run();
				TimeUnit.MILLISECONDS.sleep(20);
			}
			catch (InterruptedException ex) {
				return;
			}
			catch (RuntimeException ex) {
				this.failures.add(ex);
			}
		}
	}

	private void write(JdbcTemplate jdbc, TransactionTemplate transaction) {
		String name = UUID.randomUUID().toString();
		transaction.executeWithoutResult((status) -> {
			jdbc.update("INSERT INTO entry (name, note, tags, data, embedding) "
					+ "VALUES (?, 'straße 10', '{a,\"b c\"}', '{\"k\": [1.50, null]}', '[1,2,3]')", name);
			jdbc.update("UPDATE entry SET mood = 'it''s ok' WHERE name = ?", name);
			jdbc.update("INSERT INTO line (day, entry) VALUES ('2026-06-01', ?)", name);
			jdbc.update("INSERT INTO audit (entry) VALUES (?)", name);
		});
		this.written.add(name);
	}

	private void awaitMore(int rows) {
		int before = this.written.size();
		Awaitility.await().atMost(LIMIT).until(() -> this.written.size() > before + rows);
	}

	private static void awaitCopied(DatabaseMove move) {
		Awaitility.await().atMost(LIMIT).until(() -> {
			CopyProgress copy = move.status().copy();
			return copy != null && copy.state() == CopyProgress.State.DONE;
		});
	}

	private static void awaitFollowing(DatabaseMove move) {
		Awaitility.await().atMost(LIMIT).until(() -> {
			MoveStatus status = move.status();
			return status.link() != null && status.link().isFollowing();
		});
	}

}
