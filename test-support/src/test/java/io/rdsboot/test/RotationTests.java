package io.rdsboot.test;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

import io.rdsboot.test.aws.AwsClients;
import io.rdsboot.test.installation.Login;
import io.rdsboot.test.process.LocalRdsException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Rotations of {@link LocalRdsSecret}: what each step does to the versions, as the AWS
 * SDK's own client sees them, and to logins.
 */
class RotationTests {

	private static LocalRdsCluster single;

	private static LocalRdsCluster alternating;

	@BeforeAll
	static void start() {
		single = LocalRdsCluster.builder().secretsManager().start();
		alternating = LocalRdsCluster.builder().readers(0).secretsManager(RotationStrategy.ALTERNATING_USERS).start();
	}

	@AfterAll
	static void close() {
		single.close();
		alternating.close();
	}

	@BeforeEach
	void beginWithTheFirstUser() {
		if (!alternating.secret().username().equals("app")) {
			alternating.secret().rotate();
		}
	}

	@Test
	void singleUserWhenRotatedLosesItsOldPasswordBeforeTheNewOneIsCurrent() throws SQLException {
		try (Versions versions = new Versions(single)) {
			LocalRdsSecret secret = single.secret();
			Login first = versions.login("AWSCURRENT");
			String firstId = secret.currentVersionId();
			assertThat(first.username()).isEqualTo("app");

			secret.rotate(RotationStep.CREATE_SECRET);
			Login second = versions.login("AWSPENDING");
			assertThat(second.username()).isEqualTo("app");
			assertThat(second.password()).isNotEqualTo(first.password());
			assertThat(versions.login("AWSCURRENT")).isEqualTo(first);
			assertLogsIn(single, first);
			assertRefused(single, second);

			secret.rotate(RotationStep.SET_SECRET);
			assertThat(versions.login("AWSCURRENT")).isEqualTo(first);
			assertRefused(single, first);
			assertLogsIn(single, second);
			assertThat(single.password()).isEqualTo(second.password());
			assertThat(secret.password()).isEqualTo(first.password());

			secret.rotate(RotationStep.TEST_SECRET);
			assertThat(versions.login("AWSCURRENT")).isEqualTo(first);

			secret.rotate(RotationStep.FINISH_SECRET);
			assertThat(versions.login("AWSCURRENT")).isEqualTo(second);
			assertThat(versions.login("AWSPREVIOUS")).isEqualTo(first);
			assertThat(versions.value("AWSPREVIOUS").versionId()).isEqualTo(firstId);
			versions.assertNone("AWSPENDING");
			assertThat(secret.password()).isEqualTo(second.password());
			assertThat(secret.currentVersionId()).isEqualTo(versions.value("AWSCURRENT").versionId());
		}
	}

	@Test
	void alternatingUsersWhenRotatedAreBothGoodUntilTheirNextTurn() throws SQLException {
		try (Versions versions = new Versions(alternating)) {
			LocalRdsSecret secret = alternating.secret();
			Login first = versions.login("AWSCURRENT");

			secret.rotate(RotationStep.CREATE_SECRET);
			Login second = versions.login("AWSPENDING");
			assertThat(second.username()).isEqualTo("app_clone");
			assertRefused(alternating, second);

			secret.rotate(RotationStep.SET_SECRET);
			assertLogsIn(alternating, first);
			assertLogsIn(alternating, second);
			secret.rotate(RotationStep.TEST_SECRET);
			secret.rotate(RotationStep.FINISH_SECRET);
			assertThat(versions.login("AWSCURRENT")).isEqualTo(second);
			assertThat(secret.username()).isEqualTo("app_clone");
			assertLogsIn(alternating, first);

			secret.rotate();
			Login third = versions.login("AWSCURRENT");
			assertThat(third.username()).isEqualTo("app");
			assertThat(versions.login("AWSPREVIOUS")).isEqualTo(second);
			assertRefused(alternating, first);
			assertLogsIn(alternating, second);
			assertLogsIn(alternating, third);
			assertThat(alternating.password()).isEqualTo(third.password());

			secret.rotate();
			Login fourth = versions.login("AWSCURRENT");
			assertThat(fourth.username()).isEqualTo("app_clone");
			assertRefused(alternating, second);
			assertLogsIn(alternating, fourth);
		}
	}

	@Test
	void cloneWhenItIsCurrentUsesTheTablesAndRightsOfTheOriginal() throws SQLException {
		LocalRdsSecret secret = alternating.secret();
		execute(alternating, new Login(secret.username(), secret.password()), "CREATE TABLE thing (id int)",
				"INSERT INTO thing VALUES (1)");
		secret.rotate();
		execute(alternating, new Login(secret.username(), secret.password()), "INSERT INTO thing VALUES (2)",
				"UPDATE thing SET id = id + 1", "ALTER TABLE thing ADD name text", "CREATE SCHEMA other",
				"CREATE TABLE own (id int)", "CREATE EXTENSION vector");
	}

	@Test
	void masterWhenUsersAlternateIsTheAdministratorsSecret() throws SQLException {
		try (Versions versions = new Versions(alternating)) {
			String masterArn = versions.json("AWSCURRENT").path("masterarn").stringValue();
			JsonNode master = Versions.JSON
				.readTree(versions.client.getSecretValue((request) -> request.secretId(masterArn)).secretString());
			assertLogsIn(alternating,
					new Login(master.path("username").stringValue(), master.path("password").stringValue()));
			alternating.secret().rotate();
			assertThat(versions.json("AWSCURRENT").path("masterarn").stringValue()).isEqualTo(masterArn);
		}
	}

	@Test
	void managedSecretWhenRotatedHoldsTheLoginAlone() throws SQLException {
		try (LocalRdsCluster cluster = LocalRdsCluster.builder().readers(0).managedSecret().start();
				Versions versions = new Versions(cluster)) {
			assertThat(cluster.secret().id()).startsWith("rds!cluster-");
			cluster.secret().rotate();
			assertThat(versions.json("AWSCURRENT").propertyNames()).containsExactly("username", "password");
			assertLogsIn(cluster, versions.login("AWSCURRENT"));
		}
	}

	@ParameterizedTest
	@EnumSource(names = "CREATE_SECRET", mode = EnumSource.Mode.EXCLUDE)
	void stepWhenItIsNotTheNextIsRefused(RotationStep step) {
		assertThatIllegalStateException().isThrownBy(() -> single.secret().rotate(step))
			.withMessageContaining(step.name())
			.withMessageContaining("CREATE_SECRET comes next");
	}

	@Test
	void stepWhenTheWriterIsAwayCanBeTakenAgain() throws SQLException {
		try (Versions versions = new Versions(single)) {
			single.secret().rotate(RotationStep.CREATE_SECRET);
			Login pending = versions.login("AWSPENDING");
			single.crash(single.writer());
			assertThatExceptionOfType(LocalRdsException.class)
				.isThrownBy(() -> single.secret().rotate(RotationStep.SET_SECRET));
			single.restart(single.writer());
			single.secret().rotate();
			assertThat(versions.login("AWSCURRENT")).isEqualTo(pending);
			assertLogsIn(single, pending);
		}
	}

	@Test
	void rotationWhenTheWriterHasChangedActsOnTheNewOne() throws SQLException {
		single.failover();
		single.secret().rotate();
		assertLogsIn(single, new Login("app", single.secret().password()));
	}

	@Test
	void rotationWhenTheValueIsBrokenSaysWhatToDoAndShowsNothing() {
		try (Versions versions = new Versions(single)) {
			LocalRdsSecret secret = single.secret();
			String whole = versions.value("AWSCURRENT").secretString();
			secret.replaceValue("{broken-value");
			assertThat(versions.value("AWSCURRENT").secretString()).isEqualTo("{broken-value");
			assertThatIllegalStateException().isThrownBy(secret::rotate)
				.withMessageContaining(secret.id())
				.withMessageContaining("replace its value")
				.withMessageNotContaining("broken-value")
				.withNoCause();
			secret.replaceValue(whole);
		}
	}

	@Test
	void passwordsWhenMadeUpAreAlwaysGoodForLogins() throws SQLException {
		Set<String> passwords = new HashSet<>();
		for (int rotation = 0; rotation < 20; rotation++) {
			single.secret().rotate();
			assertLogsIn(single, new Login("app", single.secret().password()));
			passwords.add(single.secret().password());
		}
		assertThat(passwords).hasSize(20).anyMatch((password) -> !password.matches("[A-Za-z0-9_-]*"));
	}

	private static void assertLogsIn(LocalRdsCluster cluster, Login login) throws SQLException {
		execute(cluster, login, "SELECT 1");
	}

	private static void assertRefused(LocalRdsCluster cluster, Login login) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> assertLogsIn(cluster, login))
			.satisfies((ex) -> assertThat(ex.getSQLState()).isEqualTo("28P01"));
	}

	private static void execute(LocalRdsCluster cluster, Login login, String... statements) throws SQLException {
		try (Connection connection = DriverManager.getConnection(cluster.writer().jdbcUrl(), login.username(),
				login.password()); Statement statement = connection.createStatement()) {
			for (String sql : statements) {
				statement.execute(sql);
			}
		}
	}

	/**
	 * The versions of a cluster's secret.
	 */
	private static final class Versions implements AutoCloseable {

		private static final JsonMapper JSON = new JsonMapper();

		private final SecretsManagerClient client;

		private final LocalRdsSecret secret;

		Versions(LocalRdsCluster cluster) {
			LocalAws aws = cluster.aws();
			this.secret = cluster.secret();
			this.client = AwsClients.secretsManager(aws.endpoint(), aws.region(),
					AwsClients.key(aws.accessKeyId(), aws.secretAccessKey()));
		}

		GetSecretValueResponse value(String stage) {
			return this.client.getSecretValue((request) -> request.secretId(this.secret.id()).versionStage(stage));
		}

		JsonNode json(String stage) {
			return JSON.readTree(value(stage).secretString());
		}

		Login login(String stage) {
			JsonNode json = json(stage);
			return new Login(json.path("username").stringValue(), json.path("password").stringValue());
		}

		void assertNone(String stage) {
			assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> value(stage));
		}

		@Override
		public void close() {
			this.client.close();
		}

	}

}
