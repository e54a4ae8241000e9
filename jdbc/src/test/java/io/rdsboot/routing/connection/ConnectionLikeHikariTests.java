package io.rdsboot.routing.connection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a {@link io.rdsboot.routing.connection.RoutedConnection} is in each state
 * what a connection of a bare HikariCP pool with the same configuration is.
 */
@LocalRds(readers = 1)
class ConnectionLikeHikariTests {

	private final LocalRdsCluster cluster;

	ConnectionLikeHikariTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	/**
	 * Something that is done with a connection.
	 */
	@FunctionalInterface
	interface Step {

		void on(Connection connection) throws SQLException;

	}

	static Stream<Arguments> configurationsAndSteps() {
		List<Arguments> arguments = new ArrayList<>();
		for (boolean autoCommit : new boolean[] { true, false }) {
			for (String isolation : new String[] { null, "TRANSACTION_REPEATABLE_READ" }) {
				add(arguments, autoCommit, isolation, "nothing", (connection) -> {
				});
				add(arguments, autoCommit, isolation, "statement", (connection) -> execute(connection, "SELECT 1"));
				add(arguments, autoCommit, isolation, "read-only", (connection) -> connection.setReadOnly(true));
				add(arguments, autoCommit, isolation, "transaction", (connection) -> {
					connection.setAutoCommit(false);
					execute(connection, "SELECT 1");
				});
				add(arguments, autoCommit, isolation, "schema", (connection) -> connection.setSchema("pg_catalog"));
				add(arguments, autoCommit, isolation, "catalog", (connection) -> connection.setCatalog("other"));
				add(arguments, autoCommit, isolation, "holdability",
						(connection) -> connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT));
				add(arguments, autoCommit, isolation, "isolation",
						(connection) -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE));
				add(arguments, autoCommit, isolation, "isolation by SQL", (connection) -> {
					connection.setAutoCommit(false);
					execute(connection, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
				});
				add(arguments, autoCommit, isolation, "isolation of the session by SQL", (connection) -> {
					connection.setAutoCommit(true);
					execute(connection, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE");
				});
				add(arguments, autoCommit, isolation, "read-only in a transaction", (connection) -> {
					connection.setAutoCommit(false);
					execute(connection, "SELECT 1");
					connection.setReadOnly(true);
				});
				add(arguments, autoCommit, isolation, "auto-commit in a transaction", (connection) -> {
					connection.setAutoCommit(false);
					execute(connection, "SELECT 1");
					connection.setAutoCommit(true);
				});
				add(arguments, autoCommit, isolation, "commit", Connection::commit);
				add(arguments, autoCommit, isolation, "rollback", Connection::rollback);
				add(arguments, autoCommit, isolation, "close", Connection::close);
			}
		}
		return arguments.stream();
	}

	private static void add(List<Arguments> arguments, boolean autoCommit, String isolation, String name, Step step) {
		arguments.add(Arguments.of(autoCommit, isolation, name, step));
	}

	@ParameterizedTest(name = "auto-commit {0}, isolation {1}: {2}")
	@MethodSource("configurationsAndSteps")
	void stateIsThatOfABareConnection(boolean autoCommit, String isolation, String name, Step step)
			throws SQLException {
		try (HikariDataSource bare = bare(autoCommit, isolation);
				RoutedCluster routed = routed(autoCommit, isolation)) {
			for (int i = 0; i < 2; i++) {
				try (Connection expected = bare.getConnection();
						Connection actual = routed.dataSource.getConnection()) {
					assertThat(outcome(step, actual)).isEqualTo(outcome(step, expected));
					assertThat(state(actual)).isEqualTo(state(expected));
				}
				routed.forgetWrites();
			}
		}
	}

	@Test
	void rollbackUndoesWhereConnectionsBeginWithoutAutoCommit() throws SQLException {
		try (RoutedCluster routed = routed(false, null)) {
			try (Connection connection = routed.dataSource.getConnection()) {
				execute(connection, "CREATE TABLE undone_by_rollback ()");
				connection.rollback();
				execute(connection, "CREATE TABLE undone_by_close ()");
			}
			try (Connection connection = routed.dataSource.getConnection();
					Statement statement = connection.createStatement();
					ResultSet rows = statement
						.executeQuery("SELECT to_regclass('undone_by_rollback'), to_regclass('undone_by_close')")) {
				rows.next();
				assertThat(rows.getString(1)).isNull();
				assertThat(rows.getString(2)).isNull();
			}
		}
	}

	private HikariDataSource bare(boolean autoCommit, String isolation) {
		HikariDataSource bare = new HikariDataSource();
		bare.setJdbcUrl(this.cluster.writer().jdbcUrl());
		bare.setUsername(this.cluster.username());
		bare.setPassword(this.cluster.password());
		// As all pools have it by default.
		bare.addDataSourceProperty("readOnlyMode", "always");
		bare.setMaximumPoolSize(1);
		bare.setAutoCommit(autoCommit);
		bare.setTransactionIsolation(isolation);
		return bare;
	}

	private RoutedCluster routed(boolean autoCommit, String isolation) {
		return new RoutedCluster(this.cluster, (config, instance, role) -> {
			config.setAutoCommit(autoCommit);
			config.setTransactionIsolation(isolation);
		});
	}

	private static String outcome(Step step, Connection connection) {
		try {
			step.on(connection);
			return "done";
		}
		catch (SQLException ex) {
			return "refused";
		}
	}

	private static List<String> state(Connection connection) {
		return List.of("closed " + asked(connection::isClosed), "auto-commit " + asked(connection::getAutoCommit),
				"read-only " + asked(connection::isReadOnly), "schema " + asked(connection::getSchema),
				"catalog " + asked(connection::getCatalog), "isolation " + asked(connection::getTransactionIsolation),
				"holdability " + asked(connection::getHoldability),
				"isolation of the server " + asked(() -> value(connection, "SHOW transaction_isolation")),
				"read-only in the server " + asked(() -> value(connection, "SHOW transaction_read_only")));
	}

	private static String asked(Question question) {
		try {
			return String.valueOf(question.answer()).toLowerCase(Locale.ROOT);
		}
		catch (SQLException ex) {
			return "refused";
		}
	}

	private static String value(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	/**
	 * Something that is asked of a connection.
	 */
	@FunctionalInterface
	interface Question {

		Object answer() throws SQLException;

	}

}
