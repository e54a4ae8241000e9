package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.routing.failure.ReadCancelledException;
import io.rdsboot.routing.failure.SafeToRepeat;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of deadlocks (40P01): of two transactions of the application's on the writer and
 * on a reader, and of a read with the replay of a replica.
 */
class DeadlockTests {

	private static LocalRdsCluster cluster;

	private PublishedCluster watched;

	@BeforeAll
	static void startCluster() {
		// Replay waits for reads, so that it is the deadlock that is found.
		cluster = LocalRdsCluster.builder().readers(1).parameter("max_standby_streaming_delay", "5min").start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void start() throws SQLException {
		this.watched = new PublishedCluster(cluster, Duration.ofSeconds(1), Duration.ofSeconds(5));
		try (Connection writer = onWriter()) {
			execute(writer, "DROP TABLE IF EXISTS pinned", "DROP TABLE IF EXISTS locked",
					"CREATE TABLE pinned (a int PRIMARY KEY, b int)", "CREATE TABLE locked (a int)",
					"INSERT INTO pinned VALUES (1, 0), (2, 0)");
		}
		cluster.awaitReplication();
	}

	@AfterEach
	void stop() {
		assertThat(cluster.instances()).allSatisfy(
				(instance) -> assertThat(this.watched.pool(instance).activeConnections()).as("given back").isZero());
		assertThat(this.watched.statementFailures).as("taken for failures of an instance").isEmpty();
		this.watched.close();
	}

	@Test
	void victimOfADeadlockOnTheWriterIsRepeated() throws Exception {
		RdsRetry retry = RdsRetry.builder(this.watched.transactionManager).build();
		CyclicBarrier bothHoldOne = new CyclicBarrier(2);
		AtomicInteger attempts = new AtomicInteger();
		Stream.of(List.of(1, 2), List.of(2, 1))
			.map((order) -> CompletableFuture.runAsync(() -> retry.executeWithoutResult((status) -> {
				increment(order.get(0));
				if (attempts.incrementAndGet() <= 2) {
					await(bothHoldOne);
				}
				increment(order.get(1));
			})))
			.toList()
			.forEach(DeadlockTests::get);
		assertThat(attempts).hasValue(3);
		assertThat(this.watched.jdbc.queryForList("SELECT b FROM pinned", Integer.class)).containsExactly(2, 2);
	}

	private void increment(int row) {
		this.watched.jdbc.update("UPDATE pinned SET b = b + 1 WHERE a = ?", row);
	}

	/**
	 * A replica's locks of its own are advisory ones; a reader that has begun to serve a
	 * transaction takes them.
	 */
	@Test
	void deadlockOfTwoReadsIsNoConflictWithReplay() {
		RdsRetry retry = RdsRetry.builder(this.watched.transactionManager).maxAttempts(1).build();
		CyclicBarrier bothHoldOne = new CyclicBarrier(2);
		AtomicInteger readers = new AtomicInteger();
		List<Throwable> failures = Stream.of(List.of(1, 2), List.of(2, 1))
			.map((order) -> CompletableFuture.supplyAsync(() -> catchThrowable(() -> retry.executeReadOnly((status) -> {
				if (this.watched.answeringPort() == readerPort()) {
					readers.incrementAndGet();
				}
				lock(order.get(0));
				await(bothHoldOne);
				lock(order.get(1));
				return true;
			}))))
			.toList()
			.stream()
			.map(DeadlockTests::get)
			.filter((failure) -> failure != null)
			.toList();
		assertThat(readers).hasValue(2);
		assertThat(failures).singleElement()
			.isInstanceOf(PessimisticLockingFailureException.class)
			.isNotInstanceOf(ReadCancelledException.class)
			.satisfies((failure) -> assertThat(new SafeToRepeat().test(failure)).isTrue());
	}

	private void lock(int number) {
		this.watched.jdbc.queryForList("SELECT pg_advisory_xact_lock(?)", number);
	}

	/**
	 * A read that has a buffer pinned waits for a lock that replay holds, which waits for
	 * the buffer.
	 */
	@Test
	void deadlockWithReplayIsACancelledReadAndLeavesTheSession() throws Exception {
		try (Connection writer = onWriter(); Connection other = onWriter()) {
			// Dead rows for VACUUM to remove, for which its replay wants the buffer
			// alone.
			other.setAutoCommit(false);
			execute(other, "INSERT INTO pinned SELECT generate_series(100, 200), 0");
			other.rollback();
			execute(other, "LOCK TABLE locked");
			execute(writer, "INSERT INTO pinned VALUES (3, 0)");
			cluster.awaitReplication();
			AtomicInteger session = new AtomicInteger();
			CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> catchThrowable(() -> {
				TransactionTemplate readOnly = new TransactionTemplate(this.watched.transactionManager);
				readOnly.setReadOnly(true);
				readOnly.executeWithoutResult((status) -> {
					session.set(this.watched.jdbc.queryForObject("SELECT pg_backend_pid()", Integer.class));
					this.watched.jdbc.execute("DECLARE rows CURSOR FOR SELECT a FROM pinned");
					this.watched.jdbc.execute("FETCH FORWARD FROM rows");
					this.watched.jdbc.queryForList("SELECT * FROM locked");
				});
			}));
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> isWaitingForALock(session.get()));
			execute(writer, "VACUUM FREEZE pinned");
			assertThat(get(failure)).isExactlyInstanceOf(ReadCancelledException.class)
				.hasMessageContaining("127.0.0.1:" + readerPort())
				.rootCause()
				.hasMessageContaining("deadlock with recovery")
				.isInstanceOfSatisfying(SQLException.class,
						(ex) -> assertThat(ex.getSQLState()).as("by version").isIn("40P01", "40001"));
			assertThat(new SafeToRepeat().test(get(failure))).isTrue();
			other.rollback();
			cluster.awaitReplication();
			assertThat(exists(session.get())).as("the session goes on").isTrue();
		}
	}

	private static boolean isWaitingForALock(int session) throws SQLException {
		return exists("pid = " + session + " AND wait_event_type = 'Lock'");
	}

	private static boolean exists(int session) throws SQLException {
		return exists("pid = " + session);
	}

	private static boolean exists(String condition) throws SQLException {
		try (Connection admin = cluster.adminConnection(cluster.readers().get(0));
				Statement statement = admin.createStatement();
				ResultSet found = statement.executeQuery("SELECT FROM pg_stat_activity WHERE " + condition)) {
			return found.next();
		}
	}

	private static int readerPort() {
		return cluster.readers().get(0).port();
	}

	private static Connection onWriter() throws SQLException {
		LocalRdsInstance writer = cluster.writer();
		return DriverManager.getConnection(
				"jdbc:postgresql://%s:%d/%s".formatted(writer.host(), writer.port(), cluster.database()),
				cluster.username(), cluster.password());
	}

	private static void execute(Connection connection, String... statements) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(60, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

}
