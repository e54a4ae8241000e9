package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.StartupFailures;
import io.rdsboot.routing.failure.SafeToRepeat;
import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionManagerCustomizationAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of what a service is told of statements and sessions that the server ends: a row
 * of the table in {@code docs/failover.md} each.
 */
@LocalRds(readers = 0)
class ServerEndedTests {

	private static final String PID = "SELECT pg_backend_pid()";

	private final LocalRdsCluster cluster;

	private ApplicationContextRunner runner;

	ServerEndedTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void connect() {
		this.runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
					TransactionManagerCustomizationAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
			.withPropertyValues(
					"rds.writer=%s:%d".formatted(this.cluster.writer().host(), this.cluster.writer().port()),
					"rds.database=" + this.cluster.database(), "rds.credentials.username=" + this.cluster.username(),
					"rds.credentials.password=" + this.cluster.password(), "rds.pool.maximum-pool-size=1");
	}

	@Test
	void idleTransactionThatTheServerEndedIsNotCommittedAndMayBeRepeated() {
		this.runner.run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			Throwable failure = catchThrowable(() -> inTransaction(context, () -> {
				idleUntilEnded(jdbc);
				jdbc.queryForObject("SELECT 1", Integer.class);
			}));
			assertNotCommitted(failure, "idle_in_transaction_session_timeout");
			assertThat(jdbc.queryForObject("SELECT 1", Integer.class)).isOne();
		});
	}

	@Test
	void commitOfATransactionThatTheServerEndedIsKnownToHaveFailed() {
		this.runner.run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			Throwable failure = catchThrowable(() -> inTransaction(context, () -> idleUntilEnded(jdbc)));
			assertNotCommitted(failure, "idle_in_transaction_session_timeout");
			assertThat(jdbc.queryForObject("SELECT 1", Integer.class)).isOne();
		});
	}

	@Test
	void idleSessionThatTheServerEndedHasNotSeenTheStatement() {
		this.runner.run((context) -> {
			DataSource dataSource = context.getBean(DataSource.class);
			try (Connection connection = dataSource.getConnection()) {
				JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
				jdbc.setExceptionTranslator(context.getBean(RdsExceptionTranslator.class));
				jdbc.execute("SET idle_session_timeout = 50");
				awaitEnd(jdbc.queryForObject(PID, Integer.class));
				assertNotCommitted(catchThrowable(() -> jdbc.queryForObject("SELECT 1", Integer.class)),
						"idle_session_timeout");
			}
			assertThat(context.getBean(JdbcTemplate.class).queryForObject("SELECT 1", Integer.class)).isOne();
		});
	}

	@Test
	void transactionThatTookTooLongIsNotCommitted() {
		this.runner.run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			Throwable failure = catchThrowable(() -> inTransaction(context, () -> raise(jdbc, "25P04")));
			assertNotCommitted(failure, "transaction_timeout");
		});
	}

	@ParameterizedTest
	@CsvSource({ "57014, QueryTimeoutException", "55P03, CannotAcquireLockException",
			"53100, DataAccessResourceFailureException", "53200, DataAccessResourceFailureException" })
	void statementThatTheServerEndedLeavesItsSession(String state, String exception) {
		this.runner.run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			Integer session = jdbc.queryForObject(PID, Integer.class);
			Throwable failure = catchThrowable(() -> inTransaction(context, () -> raise(jdbc, state)));
			assertThat(failure.getClass().getSimpleName()).isEqualTo(exception);
			assertThat(new SafeToRepeat().test(failure)).isFalse();
			assertThat(jdbc.queryForObject(PID, Integer.class)).isEqualTo(session);
		});
	}

	@Test
	void statementTimeoutIsAQueryTimeout() {
		this.runner.run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			Throwable failure = catchThrowable(() -> inTransaction(context, () -> {
				jdbc.execute("SET LOCAL statement_timeout = 50");
				jdbc.execute("SELECT pg_sleep(600)");
			}));
			assertThat(failure.getClass().getSimpleName()).isEqualTo("QueryTimeoutException");
		});
	}

	@Test
	void terminatedSessionIsNotCommitted() {
		this.runner.run((context) -> {
			JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
			Throwable failure = catchThrowable(() -> inTransaction(context, () -> {
				Integer session = jdbc.queryForObject(PID, Integer.class);
				administrate("SELECT pg_terminate_backend(" + session + ")");
				awaitEnd(session);
				jdbc.queryForObject("SELECT 1", Integer.class);
			}));
			assertNotCommitted(failure, "was lost before the commit");
		});
	}

	@ParameterizedTest
	@CsvSource({ "ROLE, ALTER ROLE", "DATABASE, ALTER DATABASE" })
	void limitOfRoleOrDatabaseIsNotMaxConnections(String kind, String mend) {
		administrate("DROP ROLE IF EXISTS limited");
		administrate(
				"CREATE ROLE limited LOGIN PASSWORD 'limited'" + (kind.equals("ROLE") ? " CONNECTION LIMIT 0" : ""));
		if (kind.equals("DATABASE")) {
			administrate("DROP DATABASE IF EXISTS limited");
			administrate("CREATE DATABASE limited CONNECTION LIMIT 0");
		}
		String action = StartupFailures.analysis(
				this.runner.withPropertyValues("rds.credentials.username=limited", "rds.credentials.password=limited",
						"rds.database=" + (kind.equals("ROLE") ? this.cluster.database() : "limited")))
			.getAction();
		assertThat(action).contains(mend).contains("CONNECTION LIMIT").doesNotContain("max_connections");
	}

	private static void inTransaction(ApplicationContext context, Runnable work) {
		new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
			.executeWithoutResult((status) -> work.run());
	}

	private void idleUntilEnded(JdbcTemplate jdbc) {
		Integer session = jdbc.queryForObject(PID, Integer.class);
		jdbc.execute("SET LOCAL idle_in_transaction_session_timeout = 50");
		awaitEnd(session);
	}

	private static void raise(JdbcTemplate jdbc, String state) {
		jdbc.execute("DO $$ BEGIN RAISE EXCEPTION 'ended' USING ERRCODE = '" + state + "'; END $$");
	}

	private void awaitEnd(Integer session) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> {
			try (Connection connection = this.cluster.adminConnection(this.cluster.writer())) {
				return new JdbcTemplate(new SingleConnectionDataSource(connection, true))
					.queryForList("SELECT 1 FROM pg_stat_activity WHERE pid = " + session)
					.isEmpty();
			}
		});
	}

	private void administrate(String statement) {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer())) {
			new JdbcTemplate(new SingleConnectionDataSource(connection, true)).execute(statement);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void assertNotCommitted(Throwable failure, String reason) {
		assertThat(failure).isInstanceOf(TransactionNotCommittedException.class).hasMessageContaining(reason);
		assertThat(new SafeToRepeat().test(failure)).isTrue();
	}

}
