package io.rdsboot.pool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.login.ConnectionFailures;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of the connections that watch instances.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MonitoringConnectorTests {

	/**
	 * For what is not answered.
	 */
	private static final Duration TIMEOUT = Duration.ofMillis(1500);

	/**
	 * For what is answered, however busy the machine is.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(20);

	/**
	 * Far more than any time-out here, and far less than the defaults of pgjdbc.
	 */
	private static final Duration HANG = Duration.ofSeconds(30);

	private static LocalRdsCluster cluster;

	@BeforeAll
	static void startCluster() {
		cluster = LocalRdsCluster.builder().readers(0).tls().start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@AfterEach
	void restore() {
		cluster.writerAddress().restore();
	}

	@Test
	void connectionIsNamedAndInAutoCommitMode() throws SQLException {
		try (Connection connection = connector(credentials(), Mode.TLS).connect(writer(), PATIENCE)) {
			assertThat(connection.getAutoCommit()).isTrue();
			assertThat(ask(connection, "SHOW application_name")).isEqualTo(MonitoringConnector.APPLICATION_NAME);
		}
	}

	@Test
	void connectionIsEncryptedAsThePoolsAre() throws SQLException {
		try (Connection connection = connector(credentials(), Mode.TLS).connect(writer(), PATIENCE)) {
			assertThat(connection.isValid(1)).isTrue();
		}
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> connector(credentials(), Mode.PLAIN).connect(writer(), PATIENCE));
	}

	@Test
	void connectionTakesNoStartupOptionsOfThePool() throws SQLException {
		MonitoringConnector connector = connector(credentials(), Mode.TLS, "options", "-c statement_timeout=1234",
				"targetServerType", "secondary", "socketTimeout", "300", "loginTimeout", "300");
		try (Connection connection = connector.connect(writer(), PATIENCE)) {
			assertThat(ask(connection, "SHOW statement_timeout")).isEqualTo("0");
			assertThat(connection.getNetworkTimeout()).isEqualTo((int) PATIENCE.toMillis());
		}
	}

	@Test
	void connectionPreparesNothing() throws SQLException {
		try (Connection connection = connector(credentials(), Mode.TLS).connect(writer(), PATIENCE)) {
			for (int i = 0; i < 20; i++) {
				try (var statement = connection.prepareStatement("SELECT ?::int")) {
					statement.setInt(1, i);
					statement.executeQuery().close();
				}
			}
			assertThat(ask(connection, "SELECT count(*) FROM pg_prepared_statements")).isEqualTo("0");
		}
	}

	@Test
	void answerThatDoesNotComeEndsTheConnection() throws SQLException {
		try (Connection connection = connector(credentials(), Mode.TLS).connect(writer(), Duration.ofSeconds(4))) {
			cluster.writerAddress().freeze();
			long start = System.nanoTime();
			SQLException failure = catchThrowableOfType(SQLException.class, () -> ask(connection, "SELECT 1"));
			assertThat(failure.getSQLState()).isEqualTo("08006");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(HANG);
			cluster.writerAddress().restore();
		}
	}

	@Test
	void loginThatIsNotAnsweredEndsAndLeavesNoThread() {
		MonitoringConnector connector = connector(credentials(), Mode.TLS);
		cluster.writerAddress().freeze();
		long start = System.nanoTime();
		SQLException failure = catchThrowableOfType(SQLException.class, () -> connector.connect(writer(), TIMEOUT));
		assertThat(ConnectionFailures.isUnanswered(failure)).isTrue();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(HANG);
		awaitNoConnectThread();
	}

	@Test
	void loginOnFrozenServerEndsAndLeavesNoThread() {
		MonitoringConnector connector = connector(credentials(), Mode.PLAIN);
		DatabaseInstance direct = DatabaseInstance
			.at(new InstanceAddress(cluster.writer().host(), cluster.writer().port()));
		cluster.freeze(cluster.writer());
		try {
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connector.connect(direct, TIMEOUT));
			awaitNoConnectThread();
		}
		finally {
			cluster.thaw(cluster.writer());
		}
	}

	@Test
	void refusedLoginTriesTheNextCredentials() throws SQLException {
		DatabaseCredentials right = new DatabaseCredentials(cluster.username(), cluster.password());
		MonitoringConnector connector = connector(new DatabaseCredentialsProvider() {

			@Override
			public DatabaseCredentials getCredentials(InstanceAddress address) {
				return new DatabaseCredentials(cluster.username(), "wrong");
			}

			@Override
			public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
					List<DatabaseCredentials> refused) {
				return right;
			}

		}, Mode.TLS);
		connector.connect(writer(), PATIENCE).close();
	}

	@Test
	void customizersAreAskedOnceAnInstance() throws SQLException {
		List<DatabaseInstance> asked = new ArrayList<>();
		DatabaseInstance writer = writer();
		MonitoringConnector connector = new MonitoringConnector(cluster.database(), credentials(), TlsSettings.DEFAULT,
				List.of((config, instance, role) -> {
					asked.add(instance);
					config.addDataSourceProperty("sslmode", "require");
				}));
		connector.connect(writer, PATIENCE).close();
		connector.connect(writer, PATIENCE).close();
		assertThat(asked).containsExactly(writer);
	}

	@Test
	void timeoutOfNothingIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> connector(credentials(), Mode.TLS).connect(writer(), Duration.ZERO))
			.withMessage("Timeout PT0S is not at least a millisecond");
	}

	private static DatabaseInstance writer() {
		return DatabaseInstance.at(new InstanceAddress(cluster.writerAddress().host(), cluster.writerAddress().port()));
	}

	private static DatabaseCredentialsProvider credentials() {
		DatabaseCredentials credentials = new DatabaseCredentials(cluster.username(), cluster.password());
		return (address) -> credentials;
	}

	private static MonitoringConnector connector(DatabaseCredentialsProvider credentials, Mode mode,
			String... properties) {
		return new MonitoringConnector(cluster.database(), credentials, TlsSettings.DEFAULT,
				List.of((config, instance, role) -> {
					config.addDataSourceProperty("sslmode", (mode == Mode.TLS) ? "require" : "disable");
					for (int i = 0; i < properties.length; i += 2) {
						config.addDataSourceProperty(properties[i], properties[i + 1]);
					}
				}));
	}

	private static String ask(Connection connection, String question) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(question)) {
			row.next();
			return row.getString(1);
		}
	}

	private static void awaitNoConnectThread() {
		long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
		while (Thread.getAllStackTraces()
			.values()
			.stream()
			.anyMatch((trace) -> List.of(trace).toString().contains("org.postgresql.Driver$ConnectTask.run"))) {
			assertThat(System.nanoTime()).as("time").isLessThan(deadline);
			LockSupport.parkNanos(50_000_000);
		}
	}

	private enum Mode {

		TLS, PLAIN

	}

}
