package io.rdsboot.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link LocalRdsAlias}.
 */
class LocalRdsAliasTests {

	private static LocalRdsCluster cluster;

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().readers(1).start();
	}

	@AfterAll
	static void stop() {
		cluster.close();
	}

	@Test
	void openConnectionsStayWhereTheyAreWhenTheAliasMoves() throws SQLException {
		LocalRdsInstance reader = cluster.readers().get(0);
		try (LocalRdsAlias alias = LocalRdsAlias.of(cluster.writer()); Connection before = connect(alias)) {
			alias.pointTo(reader);
			try (Connection after = connect(alias)) {
				assertThat(port(after)).isEqualTo(reader.port());
			}
			assertThat(port(before)).isEqualTo(cluster.writer().port());
		}
	}

	@Test
	void disconnectEndsWhatIsOpenAndTakesNewConnections() throws SQLException {
		try (LocalRdsAlias alias = LocalRdsAlias.of(cluster.writer()); Connection before = connect(alias)) {
			assertThat(port(before)).isEqualTo(cluster.writer().port());
			alias.disconnect();
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> port(before));
			try (Connection after = connect(alias)) {
				assertThat(port(after)).isEqualTo(cluster.writer().port());
			}
		}
	}

	@Test
	void nothingAnswersWhenItIsClosed() {
		LocalRdsAlias alias = LocalRdsAlias.of(cluster.writer());
		alias.close();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connect(alias));
	}

	private static Connection connect(LocalRdsAlias alias) throws SQLException {
		return DriverManager.getConnection(
				"jdbc:postgresql://%s:%d/%s".formatted(alias.host(), alias.port(), cluster.database()),
				cluster.username(), cluster.password());
	}

	private static int port(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet answer = statement.executeQuery("SELECT inet_server_port()")) {
			answer.next();
			return answer.getInt(1);
		}
	}

}
