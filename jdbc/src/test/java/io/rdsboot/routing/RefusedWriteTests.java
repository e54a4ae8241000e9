package io.rdsboot.routing;

import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.failure.RdsRetry;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of what the caller of Spring's JDBC gets when a server that is well refuses
 * something, because the transaction is read-only or the server is a reader.
 */
class RefusedWriteTests {

	private static LocalRdsCluster cluster;

	private PublishedCluster watched;

	@BeforeAll
	static void startCluster() {
		cluster = LocalRdsCluster.builder().readers(1).start();
		try (PublishedCluster watched = new PublishedCluster(cluster, Duration.ofSeconds(1), Duration.ofSeconds(5))) {
			watched.jdbc.execute("CREATE TABLE orders (id int PRIMARY KEY)");
			watched.jdbc.execute("CREATE SEQUENCE tickets");
			watched.jdbc.execute("CREATE FUNCTION no_writes() RETURNS void LANGUAGE sql AS "
					+ "$$ SELECT set_config('transaction_read_only', 'on', true) $$");
		}
		cluster.awaitReplication();
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
	void stop() {
		this.watched.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SET TRANSACTION READ ONLY", "SET LOCAL transaction_read_only = on",
			"SELECT set_config('transaction_read_only', 'on', true)", "SET transaction_read_only = on",
			"SELECT no_writes()" })
	void writeInATransactionThatTheApplicationMadeReadOnlyIsItsOwnMistake(String sql) {
		AtomicInteger attempts = new AtomicInteger();
		RdsRetry retry = RdsRetry.builder(this.watched.transactionManager).build();
		Throwable failure = catchThrowable(() -> retry.executeWithoutResult((status) -> {
			attempts.incrementAndGet();
			this.watched.jdbc.execute(sql);
			this.watched.jdbc.update("INSERT INTO orders VALUES (1)");
		}));
		assertThat(failure).isExactlyInstanceOf(InvalidDataAccessApiUsageException.class)
			.hasMessageContaining("the application itself has made the transaction read-only")
			.hasMessageContaining("SET TRANSACTION");
		assertThat(attempts).hasValue(1);
		assertNothingIsSuspected();
	}

	@ParameterizedTest
	@ValueSource(strings = { "SET default_transaction_read_only = on",
			"SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY", "START TRANSACTION READ ONLY",
			"SELECT set_config('default_transaction_read_only', 'on', false)" })
	void writeInASessionThatTheApplicationMadeReadOnlyIsItsOwnMistake(String sql) {
		Throwable failure = catchThrowable(() -> this.watched.jdbc.execute((Connection connection) -> {
			connection.createStatement().execute(sql);
			try {
				return connection.createStatement().executeUpdate("INSERT INTO orders VALUES (1)");
			}
			finally {
				connection.createStatement().execute("ROLLBACK");
			}
		}));
		assertThat(failure).isExactlyInstanceOf(InvalidDataAccessApiUsageException.class)
			.hasMessageContaining("default_transaction_read_only");
		assertNothingIsSuspected();
		assertThat(this.watched.jdbc.update("DELETE FROM orders")).as("writes of the next borrower").isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "NOTIFY news", "SELECT pg_notify('news', 'one')", "LISTEN news", "SELECT txid_current()",
			"SELECT pg_current_xact_id()" })
	void whatOnlyAWriterCanDoSaysHowToReachOne(String sql) {
		Throwable failure = catchThrowable(() -> readOnly(() -> this.watched.jdbc.execute(sql)));
		assertThat(failure).isExactlyInstanceOf(InvalidDataAccessApiUsageException.class)
			.hasMessageContaining("a reader served it")
			.hasMessageContaining("remove readOnly = true")
			.hasMessageContaining("Reads.fromWriter");
		Reads.fromWriter(() -> readOnly(() -> this.watched.jdbc.execute(sql)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT nextval('tickets')", "SELECT * FROM orders FOR UPDATE",
			"CREATE TEMPORARY TABLE draft (id int)" })
	void whatNoReadOnlyTransactionCanDoSaysSo(String sql) {
		for (ConsistencyLevel level : List.of(ConsistencyLevel.EVENTUAL, ConsistencyLevel.WRITER)) {
			Throwable failure = catchThrowable(() -> {
				if (level == ConsistencyLevel.WRITER) {
					Reads.fromWriter(() -> readOnly(() -> this.watched.jdbc.execute(sql)));
				}
				else {
					readOnly(() -> this.watched.jdbc.execute(sql));
				}
			});
			assertThat(failure).isExactlyInstanceOf(InvalidDataAccessApiUsageException.class)
				.hasMessageContaining("declared read-only, and cannot write, lock rows, advance a sequence")
				.hasMessageContaining("remove readOnly = true")
				.hasMessageNotContaining("fromWriter");
		}
	}

	private void readOnly(Runnable work) {
		TransactionTemplate readOnly = new TransactionTemplate(this.watched.transactionManager);
		readOnly.setReadOnly(true);
		Reads.eventually(() -> readOnly.executeWithoutResult((status) -> work.run()));
	}

	/**
	 * Asserts that nobody was told to look at the cluster.
	 */
	private void assertNothingIsSuspected() {
		assertThat(this.watched.statementFailures).isEmpty();
	}

}
