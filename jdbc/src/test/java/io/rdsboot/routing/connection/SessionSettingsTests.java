package io.rdsboot.routing.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that what a borrower sets on its session goes along with it and is not found by
 * the next one, whatever way the connection goes back.
 */
@LocalRds(readers = 1)
class SessionSettingsTests {

	/**
	 * More than a pool has connections.
	 */
	private static final int BORROWERS = 6;

	private static final List<String> NAMES = List.of("search_path", "role", "app.tenant", "statement_timeout",
			"application_name", "timezone", "default_transaction_isolation", "default_transaction_read_only");

	private final LocalRdsCluster cluster;

	private final int readerPort;

	private final int writerPort;

	private RoutedCluster routed;

	/**
	 * What connections of each server come with.
	 */
	private Map<Boolean, Map<String, String>> clean;

	SessionSettingsTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.readerPort = cluster.readers().get(0).port();
		this.writerPort = cluster.writer().port();
	}

	@BeforeEach
	void open() throws SQLException {
		try (Connection admin = this.cluster.adminConnection(this.cluster.writer())) {
			if (query(admin, "SELECT count(*) FROM pg_roles WHERE rolname = 'reporter'").equals("0")) {
				execute(admin, "CREATE ROLE reporter");
				execute(admin, "GRANT reporter TO \"" + this.cluster.username() + "\"");
			}
		}
		this.cluster.awaitReplication();
		this.routed = new RoutedCluster(this.cluster);
		this.clean = Map.of(true, settings(true), false, settings(false));
	}

	@AfterEach
	void close() {
		this.routed.close();
	}

	/**
	 * A way to use a connection.
	 */
	enum Mode {

		READ_ONLY_TRANSACTION, TRANSACTION, AUTO_COMMIT, READ_ONLY_AUTO_COMMIT;

		void begin(Connection connection) throws SQLException {
			connection.setReadOnly(isReadOnly());
			if (this == READ_ONLY_TRANSACTION || this == TRANSACTION) {
				connection.setAutoCommit(false);
			}
		}

		/**
		 * As Spring's transaction managers do.
		 */
		void end(Connection connection) throws SQLException {
			if (!connection.getAutoCommit()) {
				connection.commit();
				connection.setAutoCommit(true);
			}
			connection.setReadOnly(false);
		}

		boolean isReadOnly() {
			return this == READ_ONLY_TRANSACTION || this == READ_ONLY_AUTO_COMMIT;
		}

	}

	static Stream<Arguments> sqlInEachMode() {
		List<String> settings = List.of("SET search_path TO pg_catalog", "SET app.tenant TO 'ta'", "SET ROLE reporter",
				"SELECT set_config('app.tenant', 'ta', false)", "SET statement_timeout TO 12345",
				"SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
				"SET TIME ZONE 'Asia/Tokyo'", "SET application_name TO 'ta'",
				"SET app.tenant TO 'ta'; SET ROLE reporter");
		return settings.stream().flatMap((sql) -> Arrays.stream(Mode.values()).map((mode) -> Arguments.of(sql, mode)));
	}

	@ParameterizedTest
	@MethodSource("sqlInEachMode")
	void sqlSettingIsNotFoundByTheNextBorrower(String sql, Mode mode) throws SQLException {
		for (int i = 0; i < BORROWERS; i++) {
			try (Connection connection = this.routed.dataSource.getConnection()) {
				mode.begin(connection);
				execute(connection, sql);
				query(connection, "SELECT 1");
				mode.end(connection);
			}
			assertClean();
		}
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void resettingEverythingIsUndone(Mode mode) throws SQLException {
		for (int i = 0; i < BORROWERS; i++) {
			try (Connection connection = this.routed.dataSource.getConnection()) {
				mode.begin(connection);
				execute(connection, "SET app.tenant TO 'ta'");
				execute(connection, connection.getAutoCommit() ? "DISCARD ALL" : "RESET ALL");
				query(connection, "SELECT 1");
				mode.end(connection);
			}
			assertClean();
		}
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void settingByJdbcIsNotFoundByTheNextBorrower(Mode mode) throws SQLException {
		for (int i = 0; i < BORROWERS; i++) {
			Connection connection = this.routed.dataSource.getConnection();
			mode.begin(connection);
			connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
			connection.setSchema("pg_catalog");
			connection.setClientInfo("ApplicationName", "ta");
			connection.setNetworkTimeout(Runnable::run, 4321);
			assertThat(query(connection, "SHOW search_path")).isEqualTo("pg_catalog");
			assertThat(query(connection, "SHOW application_name")).isEqualTo("ta");
			connection.close();
			assertClean();
			try (Connection next = this.routed.dataSource.getConnection()) {
				mode.begin(next);
				query(next, "SELECT 1");
				assertThat(next.getHoldability()).isEqualTo(ResultSet.CLOSE_CURSORS_AT_COMMIT);
				assertThat(next.getNetworkTimeout()).isZero();
			}
		}
	}

	/**
	 * Hibernate's guide sets the schema when its provider gets a connection, and back
	 * when it releases one, which is after the transaction's end.
	 */
	@Test
	void schemaOfATenantIsNotFoundByReadsWithoutOne() throws SQLException {
		for (int i = 0; i < 12; i++) {
			Connection tenant = this.routed.dataSource.getConnection();
			tenant.setSchema("pg_catalog");
			Mode.READ_ONLY_TRANSACTION.begin(tenant);
			assertThat(query(tenant, "SHOW search_path")).isEqualTo("pg_catalog");
			assertThat(port(tenant)).isEqualTo(this.readerPort);
			Mode.READ_ONLY_TRANSACTION.end(tenant);
			assertClean();
			tenant.setSchema("public");
			tenant.close();
			assertClean();
		}
	}

	@Test
	void settingOnANewConnectionIsNoReasonForTheWriter() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			execute(connection, "SET app.tenant TO 'ta'");
			assertThat(this.routed.borrowed()).isZero();
			Mode.READ_ONLY_TRANSACTION.begin(connection);
			assertThat(query(connection, "SELECT current_setting('app.tenant')")).isEqualTo("ta");
			assertThat(port(connection)).isEqualTo(this.readerPort);
			Mode.READ_ONLY_TRANSACTION.end(connection);
			Mode.TRANSACTION.begin(connection);
			assertThat(query(connection, "SELECT current_setting('app.tenant')")).isEqualTo("ta");
			assertThat(port(connection)).isEqualTo(this.writerPort);
			Mode.TRANSACTION.end(connection);
		}
		assertClean();
	}

	@Test
	void settingByParametersOnANewConnectionIsNoReasonForTheWriter() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, false)")) {
				statement.setString(1, "app.tenant");
				statement.setString(2, "t'a\\");
				try (ResultSet rows = statement.executeQuery()) {
					rows.next();
					assertThat(rows.getString(1)).isEqualTo("t'a\\");
				}
			}
			Mode.READ_ONLY_TRANSACTION.begin(connection);
			assertThat(query(connection, "SELECT current_setting('app.tenant')")).isEqualTo("t'a\\");
			assertThat(port(connection)).isEqualTo(this.readerPort);
			Mode.READ_ONLY_TRANSACTION.end(connection);
		}
		assertClean();
	}

	@Test
	void resetAfterTheTransactionHolds() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			Mode.READ_ONLY_TRANSACTION.begin(connection);
			execute(connection, "SET app.tenant TO 'ta'");
			query(connection, "SELECT 1");
			Mode.READ_ONLY_TRANSACTION.end(connection);
			execute(connection, "SET app.tenant TO 'tb'");
			Mode.READ_ONLY_TRANSACTION.begin(connection);
			assertThat(query(connection, "SELECT current_setting('app.tenant')")).isEqualTo("tb");
			Mode.READ_ONLY_TRANSACTION.end(connection);
		}
		assertClean();
	}

	@ParameterizedTest
	@EnumSource(Mode.class)
	void everythingCanBeDiscardedAfterTheTransaction(Mode mode) throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			mode.begin(connection);
			execute(connection, "SET app.tenant TO 'ta'");
			query(connection, "SELECT 1");
			mode.end(connection);
			execute(connection, "DISCARD ALL");
		}
		assertThat(this.routed.borrowed()).isZero();
		assertClean();
	}

	@Test
	void settingThatCannotBeMadeFailsAtTheNextStatement() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection()) {
			execute(connection, "SET statement_timeout TO 'never'");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> query(connection, "SELECT 1"))
				.withMessageContaining("statement_timeout")
				.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("22023"));
			assertThat(query(connection, "SELECT 1")).isEqualTo("1");
		}
	}

	@Test
	void connectionIsUsedAgainAfterItsSettingsWereUndone() throws SQLException {
		List<String> backends = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			try (Connection connection = this.routed.dataSource.getConnection()) {
				execute(connection, "SET app.tenant TO 'ta'");
				backends.add(query(connection, "SELECT pg_backend_pid()"));
			}
		}
		List<String> before = List.copyOf(backends);
		for (int i = 0; i < 3; i++) {
			try (Connection connection = this.routed.dataSource.getConnection()) {
				connection.setAutoCommit(false);
				execute(connection, "SET app.tenant TO 'ta'");
				assertThat(before).contains(query(connection, "SELECT pg_backend_pid()"));
				connection.commit();
			}
		}
	}

	private void assertClean() throws SQLException {
		for (int i = 0; i < 4; i++) {
			assertThat(settings(true)).isEqualTo(this.clean.get(true));
			assertThat(settings(false)).isEqualTo(this.clean.get(false));
		}
		this.routed.forgetWrites();
	}

	private Map<String, String> settings(boolean readOnly) throws SQLException {
		Map<String, String> settings = new TreeMap<>();
		try (Connection connection = this.routed.dataSource.getConnection()) {
			connection.setReadOnly(readOnly);
			connection.setAutoCommit(false);
			for (String name : NAMES) {
				// A setting that once existed in a session is empty there, and not
				// absent.
				settings.put(name, query(connection, "SELECT coalesce(current_setting('" + name + "', true), '')"));
			}
			settings.put("user", query(connection, "SELECT current_user"));
			connection.rollback();
		}
		return settings;
	}

	private static void execute(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

	private static int port(Connection connection) throws SQLException {
		return Integer.parseInt(query(connection, "SELECT inet_server_port()"));
	}

	private static String query(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			rows.next();
			return rows.getString(1);
		}
	}

}
