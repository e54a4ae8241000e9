package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.selection.RoutingDecision;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.jdbc.PgConnection;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link ReadWriteRoutingDataSource} on a writer with two readers.
 */
@LocalRds(readers = 2)
@ExtendWith(OutputCaptureExtension.class)
class ReadWriteRoutingDataSourceTests {

	private final LocalRdsCluster cluster;

	private RoutedCluster routed;

	ReadWriteRoutingDataSourceTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void open() {
		this.routed = new RoutedCluster(this.cluster);
		this.routed.jdbc.execute("CREATE TABLE note (text text)");
		this.cluster.awaitReplication();
		this.routed.forgetWrites();
		this.routed.decisions.clear();
	}

	@AfterEach
	void close() {
		this.routed.jdbc.execute("DROP TABLE note");
		this.routed.close();
	}

	@Test
	void statementOutsideTransactionGoesToWriter() {
		assertThat(this.routed.answeringPort()).isEqualTo(this.cluster.writer().port());
		this.routed.jdbc.queryForObject("SELECT count(*) FROM note WHERE text = ?", Integer.class, "a");
		this.routed.jdbc.update("DELETE FROM note");
		this.routed.jdbc.queryForList("SELECT * FROM note FOR UPDATE");
		this.routed.inTransaction(false, this.routed::answeringPort);
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
			.containsExactly(RoutingReason.READ_OUTSIDE_TRANSACTION, RoutingReason.READ_OUTSIDE_TRANSACTION,
					RoutingReason.WRITE, RoutingReason.WRITE, RoutingReason.WRITE);
	}

	@Test
	void onlyWhatMayChangeSomethingIsAChangeOfTheSession() {
		ConsistencySession session = ConsistencySession.open();
		ConsistencySession.Binding binding = session.bind();
		try {
			this.routed.answeringPort();
			this.routed.jdbc.queryForObject("SELECT count(*) FROM note WHERE text = ?", Integer.class, "a");
			this.routed.inTransaction(false, this.routed::answeringPort);
			assertThat(session.hasWritten()).isTrue();
			assertThat(session.lastChange()).isZero();
			this.routed.jdbc.update("INSERT INTO note VALUES (?)", "b");
			long inserted = session.lastChange();
			assertThat(inserted).isPositive();
			this.routed.inTransaction(false, this.routed::answeringPort);
			assertThat(session.lastChange()).isEqualTo(inserted);
			this.routed.inTransaction(false, () -> this.routed.jdbc.update("DELETE FROM note"));
			long deleted = session.lastChange();
			assertThat(deleted).isGreaterThan(inserted);
			this.routed.jdbc.execute((Connection connection) -> connection.unwrap(PgConnection.class)
				.getCopyAPI()
				.copyIn("COPY note FROM STDIN")
				.endCopy());
			assertThat(session.lastChange()).isGreaterThan(deleted);
		}
		finally {
			binding.close();
		}
	}

	@Test
	void advisoryLockOfAReadOnlyTransactionIsTakenOnTheWriter(CapturedOutput output) {
		for (String lock : List.of("SELECT pg_advisory_xact_lock(7)", "SELECT pg_try_advisory_xact_lock(?)")) {
			int port = this.routed.inTransaction(true, () -> {
				this.routed.jdbc.queryForList(lock, lock.contains("?") ? new Object[] { 7 } : new Object[0]);
				return this.routed.answeringPort();
			});
			assertThat(port).isEqualTo(this.cluster.writer().port());
		}
		assertThat(output).doesNotContain("advisory lock");
	}

	@Test
	void advisoryLockThatCannotMoveToTheWriterIsToldOnce(CapturedOutput output) {
		for (int i = 0; i < 2; i++) {
			this.routed.inTransaction(true, () -> {
				this.routed.answeringPort();
				return this.routed.jdbc.queryForList("SELECT pg_advisory_xact_lock(7)");
			});
		}
		assertThat(output.toString().split("took an advisory lock on reader 127.0.0.1:", -1)).hasSize(2);
		assertThat(output).contains("Reads.fromWriter");
	}

	@Test
	void transactionGoesToWriter() {
		assertThat(this.routed.writingPort()).isEqualTo(this.cluster.writer().port());
	}

	@Test
	void readOnlyTransactionsGoToTheReadersInTurn() {
		Set<Integer> ports = new TreeSet<>();
		for (int i = 0; i < 4; i++) {
			ports.add(this.routed.readingPort());
		}
		assertThat(ports).containsExactlyInAnyOrderElementsOf(readerPorts());
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason).containsOnly(RoutingReason.READ);
		assertThat(this.routed.decisions).extracting(RoutingDecision::instance)
			.startsWith(this.routed.decisions.get(2).instance(), this.routed.decisions.get(3).instance());
	}

	@Test
	void jdbcClientFollowsTheTransaction() {
		JdbcClient client = JdbcClient.create(this.routed.dataSource);
		int port = this.routed.inTransaction(true,
				() -> client.sql("SELECT inet_server_port()").query(Integer.class).single());
		assertThat(readerPorts()).contains(port);
	}

	@Test
	void transactionHoldsNoConnectionBeforeItsFirstStatementAndOneAfter() {
		this.routed.inTransaction(true, () -> {
			assertThat(this.routed.borrowed()).isZero();
			this.routed.answeringPort();
			this.routed.answeringPort();
			assertThat(this.routed.borrowed()).isOne();
			return null;
		});
		assertThat(this.routed.borrowed()).isZero();
	}

	@Test
	void transactionWithoutStatementBorrowsNothing() {
		this.routed.inTransaction(false, () -> null);
		assertThat(this.routed.decisions).isEmpty();
	}

	@Test
	void readOnlyTransactionWithinAnotherTakesPartInIt() {
		this.routed.inTransaction(false, () -> {
			this.routed.jdbc.update("INSERT INTO note VALUES ('inner')");
			int seen = this.routed.inTransaction(true, () -> this.routed.jdbc
				.queryForObject("SELECT count(*) FROM note WHERE text = 'inner'", Integer.class));
			assertThat(seen).isEqualTo(1);
			assertThat(this.routed.borrowed()).isOne();
			return this.routed.jdbc.update("DELETE FROM note WHERE text = 'inner'");
		});
	}

	@Test
	void newReadOnlyTransactionWithinAnotherGoesToReader() {
		this.routed.inTransaction(false, () -> {
			assertThat(this.routed.answeringPort()).isEqualTo(this.cluster.writer().port());
			int inner = this.routed.inTransaction(true, TransactionDefinition.PROPAGATION_REQUIRES_NEW,
					this.routed::answeringPort);
			assertThat(readerPorts()).contains(inner);
			assertThat(this.routed.answeringPort()).isEqualTo(this.cluster.writer().port());
			return null;
		});
	}

	@Test
	void nestedTransactionRollsBackToItsSavepoint() {
		int count = this.routed.inTransaction(false, () -> {
			this.routed.jdbc.update("INSERT INTO note VALUES ('nested')");
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> this.routed.inTransaction(false, TransactionDefinition.PROPAGATION_NESTED, () -> {
					this.routed.jdbc.update("DELETE FROM note WHERE text = 'nested'");
					throw new IllegalStateException("roll back");
				}));
			return this.routed.jdbc.update("DELETE FROM note WHERE text = 'nested'");
		});
		assertThat(count).isEqualTo(1);
	}

	@Test
	void asyncWorkHasItsOwnTransaction() throws Exception {
		try (SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("async-")) {
			assertThat(this.routed.inTransaction(false, () -> portOnReader(executor))).isIn(readerPorts());
		}
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need Java 21")
	void virtualThreadsAreRoutedLikeOthers() {
		try (SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("virtual-")) {
			executor.setVirtualThreads(true);
			for (int i = 0; i < 50; i++) {
				assertThat(portOnReader(executor)).isIn(readerPorts());
			}
		}
	}

	private int portOnReader(SimpleAsyncTaskExecutor executor) {
		try {
			return executor.submit(() -> this.routed.readingPort()).get(20, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void readOnlyTransactionCannotWriteOnReader() {
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(
				() -> this.routed.inTransaction(true, () -> this.routed.jdbc.update("INSERT INTO note VALUES ('no')")))
			.withStackTraceContaining("read-only transaction");
	}

	@Test
	void readOnlyTransactionCannotWriteOnWriter() {
		try (RoutedCluster alone = new RoutedCluster(this.cluster, List.of(), (builder) -> {
		})) {
			assertThatExceptionOfType(DataAccessException.class)
				.isThrownBy(() -> alone.inTransaction(true, () -> alone.jdbc.update("INSERT INTO note VALUES ('no')")))
				.withStackTraceContaining("read-only transaction");
			assertThat(alone.jdbc.update("DELETE FROM note WHERE text = 'no'")).isZero();
		}
	}

	@Test
	void readOnlyAutoCommitCannotWriteWhereverItLands() throws SQLException {
		try (RoutedCluster alone = new RoutedCluster(this.cluster, List.of(), (builder) -> {
		}); Connection connection = alone.dataSource.getConnection()) {
			connection.setReadOnly(true);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
				try (Statement statement = connection.createStatement()) {
					statement.executeUpdate("INSERT INTO note VALUES ('no')");
				}
			}).satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("25006"));
		}
		assertThat(this.routed.jdbc.update("DELETE FROM note WHERE text = 'no'")).isZero();
	}

	@Test
	void connectionThatWasReadOnlyCanWriteForTheNextBorrower() throws SQLException {
		try (RoutedCluster alone = new RoutedCluster(this.cluster, List.of(), (builder) -> {
		})) {
			for (int i = 0; i < 8; i++) {
				alone.readingPort();
				try (Connection connection = alone.dataSource.getConnection()) {
					connection.setReadOnly(true);
					connection.prepareStatement("SELECT 1").execute();
				}
			}
			assertThat(alone.jdbc.update("INSERT INTO note VALUES ('again')")).isEqualTo(1);
			assertThat(alone.jdbc.update("DELETE FROM note WHERE text = 'again'")).isEqualTo(1);
		}
	}

	@Test
	void readsFromWriterGoToWriter() {
		int port = Reads.fromWriter(() -> {
			Reads.fromWriter(() -> assertThat(this.routed.readingPort()).isEqualTo(this.cluster.writer().port()));
			return this.routed.readingPort();
		});
		assertThat(port).isEqualTo(this.cluster.writer().port());
		assertThat(this.routed.decisions).extracting(RoutingDecision::reason)
			.containsOnly(RoutingReason.READ_FROM_WRITER);
		assertThat(this.routed.readingPort()).isIn(readerPorts());
	}

	@Test
	void getConnectionWithUserIsNotSupported() {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.routed.dataSource.getConnection("somebody", "secret"))
			.withMessageContaining("rds.credentials")
			.withMessageNotContaining("secret");
	}

	private List<Integer> readerPorts() {
		return this.cluster.readers().stream().map(LocalRdsInstance::port).toList();
	}

}
