package io.rdsboot.pooler;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.ServerIdentity;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.test.LocalPgBouncer;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of a service behind a PgBouncer in transaction mode that fails, or has no writer
 * to give.
 */
@LocalRds(readers = 2)
@ExtendWith(OutputCaptureExtension.class)
@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isInstalled", disabledReason = "dev/pgbouncer installs it")
class PoolerOutageTests {

	/**
	 * Far more than anything here takes.
	 */
	private static final Duration LIMIT = Duration.ofSeconds(60);

	@BeforeEach
	void makeTable(LocalRdsCluster cluster) throws Exception {
		try (Connection connection = DriverManager.getConnection(cluster.writer().jdbcUrl(), cluster.username(),
				cluster.password()); Statement statement = connection.createStatement()) {
			statement.execute("DROP TABLE IF EXISTS pooled");
			statement.execute("CREATE TABLE pooled (id integer)");
		}
		cluster.awaitReplication();
	}

	@ParameterizedTest
	@EnumSource
	void writeWaitsAsInAFailover(Outage outage, LocalRdsCluster cluster, CapturedOutput output) throws Exception {
		run(cluster, (pgBouncer, service) -> {
			outage.begin(cluster, pgBouncer);
			awaitNoWriter(service);
			// PgBouncer may refuse a transaction that it has let begin.
			CompletableFuture<Void> write = CompletableFuture
				.runAsync(() -> service.retry.executeWithoutResult((status) -> insert(service)));
			// Longer than a borrower waits for a pool whose server is there.
			Awaitility.await().during(Duration.ofMillis(1500)).atMost(LIMIT).until(() -> !write.isDone());
			outage.end(cluster, pgBouncer);
			assertThat(write).succeedsWithin(LIMIT);
			assertThat(count(cluster)).isOne();
		}, "rds.pool.connection-timeout=500ms");
		assertThat(output).doesNotContain("cannot be watched");
	}

	@Test
	void writeThatWaitsInVainSaysWhatThePoolerSays(LocalRdsCluster cluster) throws Exception {
		run(cluster, (pgBouncer, service) -> {
			Outage.ABSENT_SERVER.begin(cluster, pgBouncer);
			try {
				awaitNoWriter(service);
				CompletableFuture<Void> write = CompletableFuture.runAsync(() -> write(service));
				assertThat(write).failsWithin(LIMIT)
					.withThrowableThat()
					.havingCause()
					.isInstanceOf(TransactionNotCommittedException.class)
					.havingCause()
					.isInstanceOf(NoWriterAvailableException.class)
					.withStackTraceContaining("server login has been failing");
			}
			finally {
				Outage.ABSENT_SERVER.end(cluster, pgBouncer);
			}
		}, "rds.failover.timeout=2s");
	}

	@Test
	void whoIsHeldByAPausedPoolerIsToldBeforeItGoesOn(LocalRdsCluster cluster) throws Exception {
		run(cluster, (pgBouncer, service) -> {
			pgBouncer.pause();
			CompletableFuture<Void> write = CompletableFuture.runAsync(() -> write(service));
			assertThat(write).failsWithin(LIMIT)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(TransactionNotCommittedException.class);
			pgBouncer.resume();
			write(service);
			assertThat(count(cluster)).isOne();
		});
	}

	@Test
	void readerBehindTheNameOfTheWriterIsNoMistakeOfTheApplication(LocalRdsCluster cluster) throws Exception {
		run(cluster, (pgBouncer, service) -> {
			pgBouncer.redirect("w", cluster.readers().get(0));
			// Where nobody watches, the first write meets the reader.
			Awaitility.await().atMost(LIMIT).until(() -> isRefusedByReader(service));
			pgBouncer.redirect("w", cluster.writer());
			Awaitility.await()
				.atMost(LIMIT)
				.ignoreExceptionsInstanceOf(TransactionNotCommittedException.class)
				.until(() -> {
					write(service);
					return true;
				});
			assertThat(count(cluster)).isOne();
		}, "rds.topology.enabled=false");
	}

	@Test
	void nameThatMovesIsAnotherServerAtTheNextLook(LocalRdsCluster cluster, CapturedOutput output) throws Exception {
		run(cluster, (pgBouncer, service) -> {
			Awaitility.await().atMost(LIMIT).until(() -> readerBehind(service).isPresent());
			Optional<ServerIdentity> former = readerBehind(service);
			pgBouncer.redirect("r", cluster.readers().get(1));
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> readerBehind(service).filter((present) -> !former.equals(Optional.of(present)))
					.isPresent());
		}, "rds.topology.reconnect-interval=10m", "rds.pool.maximum-pool-size=1");
		assertThat(output).doesNotContain("connections are opened anew");
	}

	/**
	 * The monitor looks at the name once a second, and until then knows of the server
	 * before.
	 */
	@Test
	void readOfOwnWritesIsNeverServedByAServerThatIsFurtherBehind(LocalRdsCluster cluster) throws Exception {
		run(cluster, (pgBouncer, service) -> {
			write(service);
			cluster.awaitReplication();
			cluster.pauseReplay(cluster.readers().get(1));
			try {
				write(service);
				Awaitility.await()
					.atMost(LIMIT)
					.pollInSameThread()
					.until(() -> rowsAndPort(service), List.of(2, cluster.readers().get(0).port())::equals);
				pgBouncer.redirect("r", cluster.readers().get(1));
				for (int i = 0; i < 200; i++) {
					assertThat(rowsAndPort(service)).as("read %d", i).startsWith(2);
				}
			}
			finally {
				cluster.resumeReplay(cluster.readers().get(1));
			}
			Awaitility.await()
				.atMost(LIMIT)
				.pollInSameThread()
				.until(() -> rowsAndPort(service), List.of(2, cluster.readers().get(1).port())::equals);
		});
	}

	@Test
	void readIsServedByAReaderThatNobodyWatches(LocalRdsCluster cluster) throws Exception {
		run(cluster, (pgBouncer, service) -> {
			write(service);
			cluster.awaitReplication();
			Awaitility.await()
				.atMost(LIMIT)
				.pollInSameThread()
				.until(() -> rowsAndPort(service), List.of(1, cluster.readers().get(0).port())::equals);
		}, "rds.topology.enabled=false");
	}

	private static List<Integer> rowsAndPort(PooledService service) {
		return Objects.requireNonNull(service.reading()
			.execute((status) -> service.jdbc.queryForObject("SELECT count(*), inet_server_port() FROM pooled",
					(row, number) -> List.of(row.getInt(1), row.getInt(2)))));
	}

	private static Optional<ServerIdentity> readerBehind(PooledService service) {
		return service.topology.topology()
			.instances()
			.stream()
			.filter((state) -> state.role() == InstanceRole.READER && state.progress() != null)
			.findFirst()
			.map(InstanceState::server);
	}

	private static void run(LocalRdsCluster cluster, Scenario scenario, String... properties) {
		try (LocalPgBouncer pgBouncer = LocalPgBouncer.builder(cluster)
			.database("w", cluster.writer())
			.database("r", cluster.readers().get(0))
			.parameter("server_login_retry", "1")
			.start()) {
			PooledService.run(cluster, List.of(pgBouncer.jdbcUrl("w"), pgBouncer.jdbcUrl("r")), (service) -> {
				// The pool has its connections.
				service.writing().executeWithoutResult((status) -> service.jdbc.queryForList("SELECT FROM pooled"));
				scenario.play(pgBouncer, service);
			}, properties);
		}
	}

	/**
	 * Returns whether a write is refused by a reader, as opposed to PgBouncer, which
	 * calls it a failed login that it gave up one to the server before.
	 */
	private static boolean isRefusedByReader(PooledService service) {
		try {
			write(service);
			return false;
		}
		catch (TransactionNotCommittedException ex) {
			return String.valueOf(ex.getMessage()).contains("takes no writes");
		}
	}

	private static void write(PooledService service) {
		service.writing().executeWithoutResult((status) -> insert(service));
	}

	private static void insert(PooledService service) {
		service.jdbc.update("INSERT INTO pooled VALUES (1)");
	}

	private static int count(LocalRdsCluster cluster) throws Exception {
		try (Connection connection = DriverManager.getConnection(cluster.writer().jdbcUrl(), cluster.username(),
				cluster.password());
				Statement statement = connection.createStatement();
				ResultSet rows = statement.executeQuery("SELECT count(*) FROM pooled")) {
			rows.next();
			return rows.getInt(1);
		}
	}

	private static void awaitNoWriter(PooledService service) {
		Awaitility.await()
			.atMost(LIMIT)
			.until(() -> service.topology.topology().writer().filter(InstanceState::reachable).isEmpty());
	}

	/**
	 * What can keep a pooler from giving a session of the writer.
	 */
	enum Outage {

		/** The server is away, and PgBouncer refuses its clients. */
		ABSENT_SERVER {

			@Override
			void begin(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				cluster.crash(cluster.writer());
			}

			@Override
			void end(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				cluster.restart(cluster.writer());
			}

		},

		/** PgBouncer holds back what begins. */
		PAUSED_POOLER {

			@Override
			void begin(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				pgBouncer.pause();
			}

			@Override
			void end(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				pgBouncer.resume();
			}

		},

		/** PgBouncer is away. */
		KILLED_POOLER {

			@Override
			void begin(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				pgBouncer.kill();
			}

			@Override
			void end(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				pgBouncer.start();
			}

		},

		/** PgBouncer ends all connections to the database, and holds back what begins. */
		KILLED_DATABASE {

			@Override
			void begin(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				pgBouncer.administer("KILL w");
			}

			@Override
			void end(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				pgBouncer.administer("RESUME w");
			}

		},

		/** The writer's name leads to a reader. */
		WRONG_TARGET {

			@Override
			void begin(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				pgBouncer.redirect("w", cluster.readers().get(0));
			}

			@Override
			void end(LocalRdsCluster cluster, LocalPgBouncer pgBouncer) {
				pgBouncer.redirect("w", cluster.writer());
			}

		};

		abstract void begin(LocalRdsCluster cluster, LocalPgBouncer pgBouncer);

		abstract void end(LocalRdsCluster cluster, LocalPgBouncer pgBouncer);

	}

	/**
	 * What happens to a service and its pooler.
	 */
	private interface Scenario {

		void play(LocalPgBouncer pgBouncer, PooledService service) throws Exception;

	}

}
