package io.rdsboot.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link LocalRdsMove}.
 */
class LocalRdsMoveTests {

	private static LocalRdsMove move;

	@BeforeAll
	static void start() {
		LocalRdsMove.Builder builder = LocalRdsMove.builder()
			.sourceParameter("max_slot_wal_keep_size", "64MB")
			.extension("vector");
		move = (LocalPgBouncer.isInstalled() ? builder.pooler() : builder).start();
	}

	@AfterAll
	static void stop() {
		move.close();
	}

	@Test
	void theMoverMayReplicateWhatTheApplicationOwns() throws SQLException {
		execute(move.source().applicationDataSource(), "CREATE TABLE item (id int PRIMARY KEY)",
				"INSERT INTO item VALUES (1)");
		execute(move.target().applicationDataSource(), "CREATE TABLE item (id int PRIMARY KEY)");
		execute(move.source().moverDataSource(), "CREATE PUBLICATION moving FOR TABLE item");
		LocalRdsMoveDatabase source = move.source();
		execute(move.target().moverDataSource(),
				"CREATE SUBSCRIPTION moving CONNECTION 'host=%s port=%d dbname=app user=%s password=%s sslmode=require' PUBLICATION moving"
					.formatted(source.address().host(), source.address().port(), source.moverUsername(),
							source.moverPassword()));
		execute(move.target().moverDataSource(), "DROP SUBSCRIPTION moving");
		assertThat(value(move.target().applicationDataSource(),
				"SELECT extname FROM pg_extension WHERE extname = 'vector'"))
			.isEqualTo("vector");
	}

	@Test
	void theApplicationIsNoSuperuser() throws SQLException {
		for (LocalRdsMoveDatabase each : new LocalRdsMoveDatabase[] { move.source(), move.target() }) {
			assertThat(value(each.applicationDataSource(),
					"SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user"))
				.isEqualTo("f");
			assertThat(value(each.applicationDataSource(), "SHOW wal_level")).isEqualTo("logical");
		}
		assertThat(value(move.source().applicationDataSource(), "SHOW max_slot_wal_keep_size")).isEqualTo("64MB");
		assertThat(value(move.target().applicationDataSource(), "SHOW max_slot_wal_keep_size")).isEqualTo("-1");
	}

	@Test
	void aSuspendedSideRefusesConnectionsUntilItIsResumed() throws SQLException {
		move.target().suspend();
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> value(move.target().moverDataSource(), "SELECT 1"));
		move.target().resume();
		assertThat(value(move.target().moverDataSource(), "SELECT 1")).isEqualTo("1");
	}

	@Test
	@EnabledIf(value = "io.rdsboot.test.LocalPgBouncer#isInstalled", disabledReason = "dev/pgbouncer installs it")
	void theSourceHasAPooledAddress() throws SQLException {
		try (Connection connection = DriverManager.getConnection(move.pooler().jdbcUrl("app"),
				move.source().cluster().username(), move.source().cluster().password())) {
			assertThat(connection.isValid(1)).isTrue();
		}
	}

	@Test
	void aPoolerMustBeAskedFor() {
		try (LocalRdsMove plain = LocalRdsMove.builder().start()) {
			assertThatIllegalStateException().isThrownBy(plain::pooler)
				.withMessage("pooler() needs a move that is built with pooler()");
			assertThat(plain).asString().doesNotContain(plain.source().moverPassword());
		}
	}

	private static void execute(DataSource dataSource, String... statements) throws SQLException {
		try (Connection connection = dataSource.getConnection(); Statement statement = connection.createStatement()) {
			for (String each : statements) {
				statement.execute(each);
			}
		}
	}

	private static String value(DataSource dataSource, String query) throws SQLException {
		try (Connection connection = dataSource.getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(query)) {
			row.next();
			return row.getString(1);
		}
	}

}
