package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.rdsboot.routing.failure.SafeToRepeat;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of a database that is dropped while a service uses it, which a replica tells its
 * sessions by a state of its own (57P04).
 */
@ExtendWith(OutputCaptureExtension.class)
class DroppedDatabaseTests {

	private static LocalRdsCluster cluster;

	private PublishedCluster watched;

	@BeforeAll
	static void startCluster() throws SQLException {
		cluster = LocalRdsCluster.builder().readers(1).start();
		try (Connection admin = cluster.adminConnection(cluster.writer());
				Statement statement = admin.createStatement()) {
			statement.execute("ALTER ROLE " + cluster.username() + " CREATEDB");
		}
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@BeforeEach
	void start() {
		this.watched = new PublishedCluster(cluster, Duration.ofSeconds(1), Duration.ofSeconds(5));
	}

	@AfterEach
	void stop() throws SQLException {
		this.watched.close();
		maintain("CREATE DATABASE " + cluster.database() + " OWNER " + cluster.username());
		cluster.awaitReplication();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void readOnAReplicaIsToldAndItsSessionGone(boolean running, CapturedOutput output) throws Exception {
		LocalRdsInstance reader = cluster.readers().get(0);
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch dropped = new CountDownLatch(1);
		CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> catchThrowable(() -> {
			TransactionTemplate readOnly = new TransactionTemplate(this.watched.transactionManager);
			readOnly.setReadOnly(true);
			readOnly.executeWithoutResult((status) -> {
				assertThat(this.watched.answeringPort()).isEqualTo(reader.port());
				reading.countDown();
				if (running) {
					this.watched.jdbc.execute("SELECT pg_sleep(60)");
				}
				else {
					await(dropped);
					this.watched.answeringPort();
				}
			});
		}));
		await(reading);
		maintain("DROP DATABASE " + cluster.database() + " WITH (FORCE)");
		awaitNoSessions(reader);
		dropped.countDown();
		assertThat(failure.get(30, TimeUnit.SECONDS)).isExactlyInstanceOf(DataAccessResourceFailureException.class)
			.hasMessageContaining("the session to instance 127.0.0.1:%d was ended".formatted(reader.port()))
			.hasMessageContaining("because the database was dropped on the writer");
		assertThat(new SafeToRepeat().test(failure.get())).isFalse();
		assertThat(this.watched.pool(reader).activeConnections()).isZero();
		assertThat(this.watched.statementFailures).as("taken for failures of an instance").isEmpty();
		assertThat(output).doesNotContain("lost in use");
	}

	@Test
	void writeIsNotTakenForOneThatMayHaveHappened() {
		Throwable failure = catchThrowable(() -> this.watched.inTransaction(() -> {
			int port = this.watched.answeringPort();
			try {
				maintain("DROP DATABASE " + cluster.database() + " WITH (FORCE)");
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
			return port + this.watched.answeringPort();
		}));
		assertThat(failure).isInstanceOf(TransactionNotCommittedException.class)
			.hasMessageContaining("lost before the commit");
		Throwable next = catchThrowable(() -> this.watched.inTransaction(this.watched::answeringPort));
		assertThat(next).hasStackTraceContaining("database \"%s\" does not exist".formatted(cluster.database()));
		assertThat(new SafeToRepeat().test(next)).isFalse();
	}

	/**
	 * Executes a statement on the writer, in another database.
	 */
	private static void maintain(String sql) throws SQLException {
		try (Connection other = connect(cluster.writer()); Statement statement = other.createStatement()) {
			statement.execute(sql);
		}
	}

	private static Connection connect(LocalRdsInstance instance) throws SQLException {
		return DriverManager.getConnection(
				"jdbc:postgresql://%s:%d/postgres".formatted(instance.host(), instance.port()), cluster.username(),
				cluster.password());
	}

	private static void awaitNoSessions(LocalRdsInstance instance) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			try (Connection admin = connect(instance);
					Statement statement = admin.createStatement();
					var found = statement
						.executeQuery("SELECT FROM pg_stat_activity WHERE datname = '" + cluster.database() + "'")) {
				return !found.next();
			}
		});
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
