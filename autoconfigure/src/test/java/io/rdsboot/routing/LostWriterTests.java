package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.rdsboot.HeldCommits;
import io.rdsboot.routing.failure.CommitOutcomeUnknownException;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.routing.failure.TransactionOutcomeUnknownException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of what the caller of Spring's JDBC gets when the writer is lost, by the moment
 * that it is lost at.
 */
class LostWriterTests {

	private LocalRdsCluster cluster;

	private LocalRdsInstance writer;

	private PublishedCluster watched;

	@BeforeEach
	void start() {
		this.cluster = LocalRdsCluster.builder().readers(1).start();
		this.writer = this.cluster.writer();
		this.watched = new PublishedCluster(this.cluster, Duration.ofSeconds(1), Duration.ofSeconds(5));
		this.watched.jdbc.execute("CREATE TABLE orders (id int PRIMARY KEY)");
	}

	@AfterEach
	void stop() {
		this.watched.close();
		this.cluster.close();
	}

	@Test
	void lossInTheMiddleOfAStatementOfATransactionHasAKnownOutcome() {
		CompletableFuture<Throwable> failure = failureOf(() -> this.watched.inTransaction(() -> {
			insert(1);
			return this.watched.jdbc.queryForObject("SELECT pg_sleep(60)::text", String.class);
		}));
		awaitSleep();
		this.cluster.crash(this.writer);
		assertThat(join(failure)).isExactlyInstanceOf(TransactionNotCommittedException.class)
			.hasMessageContaining("connection to instance 127.0.0.1:" + this.writer.port())
			.hasMessageContaining("it may be repeated");
		assertThat(ordersAfterRestart()).isZero();
	}

	@Test
	void lossBetweenStatementsOfATransactionHasAKnownOutcome() {
		Throwable failure = catchThrowable(() -> this.watched.inTransaction(() -> {
			insert(1);
			this.cluster.crash(this.writer);
			return insert(2);
		}));
		assertThat(failure).isExactlyInstanceOf(TransactionNotCommittedException.class);
		assertThat(ordersAfterRestart()).isZero();
	}

	@Test
	void lossThatTheTransactionHasSwallowedShowsAtTheCommitWithAKnownOutcome() {
		Throwable failure = catchThrowable(() -> this.watched.inTransaction(() -> {
			insert(1);
			this.cluster.crash(this.writer);
			assertThat(catchThrowable(() -> insert(2))).isInstanceOf(TransactionNotCommittedException.class);
			assertThat(catchThrowable(() -> insert(3))).isInstanceOf(TransactionNotCommittedException.class);
			return 0;
		}));
		assertThat(failure).isExactlyInstanceOf(TransactionNotCommittedException.class);
		assertThat(ordersAfterRestart()).isZero();
	}

	@Test
	void plainJdbcIsToldAtTheCommitThatNothingRemains() throws SQLException {
		try (Connection connection = this.watched.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			connection.setAutoCommit(false);
			statement.execute("INSERT INTO orders VALUES (1)");
			this.cluster.crash(this.writer);
			assertThat(catchThrowable(() -> statement.execute("INSERT INTO orders VALUES (2)")))
				.isInstanceOf(SQLException.class);
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit)
				.withMessageContaining("nothing of the transaction remains")
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("08003"));
		}
		assertThat(ordersAfterRestart()).isZero();
	}

	@Test
	void connectionThatWasAbortedBeforeTheCommitHasAKnownOutcome() {
		Throwable failure = catchThrowable(() -> this.watched.inTransaction(() -> {
			insert(1);
			this.watched.jdbc.execute((Connection connection) -> {
				connection.unwrap(PgConnection.class).abort(Runnable::run);
				return 0;
			});
			return 0;
		}));
		assertThat(failure).isExactlyInstanceOf(TransactionNotCommittedException.class);
		assertThat(orders()).isZero();
	}

	@Test
	void lossDuringCommitThatDidNotTakeEffectHasAnUnknownOutcome() {
		this.watched.jdbc.execute("CREATE FUNCTION hold_up() RETURNS trigger LANGUAGE plpgsql AS "
				+ "$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$");
		this.watched.jdbc.execute("CREATE CONSTRAINT TRIGGER hold_up AFTER INSERT ON orders "
				+ "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION hold_up()");
		CompletableFuture<Throwable> failure = failureOf(() -> this.watched.inTransaction(() -> insert(1)));
		awaitSleep();
		this.cluster.crash(this.writer);
		assertOutcomeUnknown(join(failure));
		assertThat(ordersAfterRestart()).isZero();
	}

	@Test
	void lossDuringCommitThatTookEffectHasAnUnknownOutcome() throws SQLException {
		HeldCommits commits = HeldCommits.on(this.cluster);
		CompletableFuture<Throwable> failure = failureOf(() -> this.watched.inTransaction(() -> insert(1)));
		commits.await("COMMIT");
		this.cluster.crash(this.writer);
		assertOutcomeUnknown(join(failure));
		assertThat(ordersAfterRestart()).isOne();
	}

	@Test
	void lossDuringCommitByAutoCommitHasAnUnknownOutcome() throws SQLException {
		HeldCommits commits = HeldCommits.on(this.cluster);
		CompletableFuture<Throwable> failure = failureOf(() -> {
			try (Connection connection = this.watched.dataSource.getConnection()) {
				connection.setAutoCommit(false);
				try (Statement statement = connection.createStatement()) {
					statement.execute("INSERT INTO orders VALUES (1)");
				}
				connection.setAutoCommit(true);
				return 0;
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		});
		commits.await("COMMIT");
		this.cluster.crash(this.writer);
		assertThat(join(failure)).hasCauseInstanceOf(CommitOutcomeUnknownException.class);
	}

	@Test
	void lossOfAStatementOutsideAnyTransactionHasAnUnknownOutcome() throws SQLException {
		HeldCommits commits = HeldCommits.on(this.cluster);
		CompletableFuture<Throwable> failure = failureOf(() -> insert(1));
		commits.await("INSERT INTO orders");
		this.cluster.crash(this.writer);
		assertThat(join(failure)).isExactlyInstanceOf(TransactionOutcomeUnknownException.class);
		assertThat(ordersAfterRestart()).isOne();
	}

	@Test
	void orderlyShutdownInATransactionHasAKnownOutcome() {
		Throwable failure = catchThrowable(() -> this.watched.inTransaction(() -> {
			insert(1);
			this.cluster.failover();
			return insert(2);
		}));
		assertThat(failure).isExactlyInstanceOf(TransactionNotCommittedException.class);
		this.watched.publishWriter(this.cluster.writer(), true);
		assertThat(orders()).isZero();
	}

	@Test
	void writeOnAnInstanceThatIsNotTheWriterHasAKnownOutcome() {
		this.cluster.awaitReplication();
		// A standby in the place of a writer that is watched would be waited for.
		this.watched.topology.watchesProgress = false;
		this.watched.publishWriter(this.cluster.readers().get(0), true);
		Throwable failure = catchThrowable(() -> this.watched.inTransaction(() -> insert(1)));
		assertThat(failure).isExactlyInstanceOf(TransactionNotCommittedException.class)
			.hasMessageContaining("no longer the writer");
		assertThat(catchThrowable(() -> insert(1))).isExactlyInstanceOf(TransactionNotCommittedException.class);
	}

	@Test
	void writeInAReadOnlyTransactionIsTheApplicationsMistake() {
		this.cluster.awaitReplication();
		TransactionTemplate readOnly = new TransactionTemplate(this.watched.transactionManager);
		readOnly.setReadOnly(true);
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> readOnly.execute((status) -> insert(1)))
			.withMessageContaining("readOnly = true");
	}

	/**
	 * The driver's own connection is used past the pool, which then names no instance.
	 */
	@Test
	void copyToAnInstanceThatIsNotTheWriterHasAKnownOutcome() {
		this.cluster.awaitReplication();
		this.watched.topology.watchesProgress = false;
		this.watched.publishWriter(this.cluster.readers().get(0), true);
		Throwable failure = catchThrowable(() -> this.watched.inTransaction(
				() -> this.watched.jdbc.execute((Connection connection) -> connection.unwrap(PgConnection.class)
					.getCopyAPI()
					.copyIn("COPY orders FROM STDIN"))));
		assertThat(failure).isExactlyInstanceOf(TransactionNotCommittedException.class)
			.hasMessageContaining("no longer the writer");
	}

	@Test
	void noWriterMeansThatNothingWasDone() {
		this.watched.publishNoWriter();
		assertThat(catchThrowable(() -> this.watched.inTransaction(() -> insert(1))))
			.isExactlyInstanceOf(TransactionNotCommittedException.class)
			.hasCauseInstanceOf(NoWriterAvailableException.class)
			.hasMessageContaining("rds.failover.timeout");
		assertThat(catchThrowable(() -> insert(1))).isExactlyInstanceOf(TransactionNotCommittedException.class);
	}

	@Test
	void statementInATransactionOfSomethingElseHasAnUnknownOutcome() throws SQLException {
		HeldCommits commits = HeldCommits.on(this.cluster);
		TransactionTemplate other = new TransactionTemplate(new TransactionManagerOfNothing());
		CompletableFuture<Throwable> failure = failureOf(() -> other.execute((status) -> insert(1)));
		commits.await("INSERT INTO orders");
		this.cluster.crash(this.writer);
		assertThat(join(failure)).isExactlyInstanceOf(TransactionOutcomeUnknownException.class);
	}

	@Test
	void explicitRollbackOfALostTransactionSucceeds() {
		Integer result = new TransactionTemplate(this.watched.transactionManager).execute((status) -> {
			insert(1);
			this.cluster.crash(this.writer);
			status.setRollbackOnly();
			return 0;
		});
		assertThat(result).isZero();
	}

	private void assertOutcomeUnknown(Throwable failure) {
		assertThat(failure).isExactlyInstanceOf(TransactionOutcomeUnknownException.class)
			.hasCauseInstanceOf(CommitOutcomeUnknownException.class)
			.hasMessageContaining("connection to instance 127.0.0.1:" + this.writer.port())
			.hasMessageContaining("may have taken effect or not");
		assertThat(((SQLException) failure.getCause()).getSQLState()).isEqualTo("08007");
	}

	private int insert(int id) {
		return this.watched.jdbc.update("INSERT INTO orders VALUES (?)", id);
	}

	private void awaitSleep() {
		Awaitility.await().until(() -> activity("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"));
	}

	private boolean activity(String query) throws SQLException {
		try (Connection admin = this.cluster.adminConnection(this.writer);
				Statement statement = admin.createStatement()) {
			return statement.executeQuery(query).next();
		}
	}

	private int ordersAfterRestart() {
		this.cluster.restart(this.writer);
		return Awaitility.await().ignoreExceptions().until(this::orders, (count) -> true);
	}

	private int orders() {
		return this.watched.jdbc.queryForObject("SELECT count(*) FROM orders", Integer.class);
	}

	private static CompletableFuture<Throwable> failureOf(Supplier<@Nullable Object> work) {
		return CompletableFuture.supplyAsync(() -> catchThrowable(work::get));
	}

	private static Throwable join(CompletableFuture<Throwable> failure) {
		return failure.orTimeout(20, TimeUnit.SECONDS).join();
	}

	/**
	 * Stands for that of a message broker.
	 */
	private static final class TransactionManagerOfNothing extends AbstractPlatformTransactionManager {

		private static final long serialVersionUID = 1L;

		@Override
		protected Object doGetTransaction() {
			return this;
		}

		@Override
		protected void doBegin(Object transaction, TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

}
