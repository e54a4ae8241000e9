package io.rdsboot.test;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Logins by IAM token, made by the AWS SDK and sent by pgjdbc.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IamLoginTests {

	private static final String REFUSED = "FATAL: PAM authentication failed for user \"app\"";

	private LocalRdsCluster cluster;

	private AddressClient client;

	private LocalRdsAddress address;

	@BeforeAll
	void startCluster(@TempDir Path directory) throws Exception {
		this.cluster = LocalRdsCluster.builder().iam().start();
		this.client = new AddressClient(this.cluster, directory);
		this.address = this.cluster.writerAddress();
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute("CREATE ROLE plain LOGIN PASSWORD 'known'");
			statement.execute("CREATE ROLE added LOGIN IN ROLE rds_iam");
		}
		this.cluster.awaitReplication();
	}

	@AfterAll
	void closeCluster() {
		if (this.cluster != null) {
			this.cluster.close();
		}
	}

	@AfterEach
	void tokensAreAccepted() throws SQLException {
		this.client.connect(this.address).close();
	}

	@Test
	void loginWhenTokenIsGoodIsAcceptedAtEachAddress() throws SQLException {
		assertThat(this.client.instance(this.cluster.writerAddress())).isEqualTo(this.cluster.writer().name());
		assertThat(this.client.instance(this.cluster.proxyAddress())).isEqualTo(this.cluster.writer().name());
		assertThat(this.client.instance(this.cluster.readerAddress())).isEqualTo(this.cluster.readers().get(0).name());
		for (LocalRdsInstance instance : this.cluster.instances()) {
			assertThat(this.client.instance(this.cluster.address(instance))).isEqualTo(instance.name());
		}
	}

	@Test
	void loginWhenTokenIsForAnythingElseIsRefused() {
		assertRefused(this.client.token(this.address, (token) -> token.port(5432)),
				"The token is signed for localhost:5432, and this address is localhost:%d"
					.formatted(this.address.port()));
		assertRefused(this.client.token(this.address, (token) -> token.hostname("127.0.0.1")),
				"The token is signed for 127.0.0.1:%1$d, and this address is localhost:%1$d"
					.formatted(this.address.port()));
		assertRefused(this.client.token(this.address, (token) -> token.username("other")),
				"The token is for the user 'other', and 'app' logs in");
		assertRefused(this.client.token(this.address, (token) -> token.region(Region.EU_WEST_1)),
				"eu-west-1/rds-db/aws4_request', and must be '");
	}

	@Test
	void loginWhenSignatureOrKeyIsWrongIsRefused() {
		assertRefused(this.client.token(this.address, AwsBasicCredentials.create("AKIAUNKNOWN", "secret"), (token) -> {
		}), "The access key 'AKIAUNKNOWN' is not known");
		String id = this.cluster.aws().accessKeyId();
		assertRefused(this.client.token(this.address, AwsBasicCredentials.create(id, "secret"), (token) -> {
		}), "The signature is not that of this request by the secret key of " + id);
		assertRefused(this.client.token(this.address) + "0", "The signature is not that of this request");
		assertRefused("password", "The password of 'app' is no IAM token");
	}

	@Test
	void loginWhenClockHasMovedRefusesOldTokensAlone() throws SQLException {
		String old = this.client.token(this.address);
		this.cluster.clock().advance(Duration.ofMinutes(14));
		this.client.login(this.address, "app", old).close();
		String young = this.client.token(this.address);
		this.cluster.clock().advance(Duration.ofMinutes(1));
		assertRefused(old, "and valid for 900 s");
		this.client.login(this.address, "app", young).close();
	}

	@Test
	void sessionWhenTokenHasExpiredGoesOn() throws SQLException {
		try (Connection connection = this.client.connect(this.address)) {
			this.cluster.clock().advance(Duration.ofHours(1));
			assertThat(AddressClient.value(connection, "SELECT current_user")).isEqualTo("app");
		}
	}

	@Test
	void loginWhenNotEncryptedIsRefusedAsByForceSsl() {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(
					() -> this.client.login(this.address, "app", this.client.token(this.address), "sslmode", "disable"))
			.withMessageContaining(
					"no pg_hba.conf entry for host \"127.0.0.1\", user \"app\", database \"app\", no encryption")
			.returns("28000", SQLException::getSQLState);
		assertThat(this.address.lastRefusal()).isEqualTo("'app' logs in without TLS");
	}

	@Test
	void loginWhenRoleIsNotInRdsIamTakesPasswordAndNoToken() throws SQLException {
		try (Connection connection = this.client.login(this.address, "plain", "known")) {
			assertThat(AddressClient.value(connection, "SELECT current_user")).isEqualTo("plain");
		}
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.client.login(this.address, "plain",
					this.client.token(this.address, (token) -> token.username("plain"))))
			.withMessageContaining("password authentication failed for user \"plain\"")
			.returns("28P01", SQLException::getSQLState);
	}

	@Test
	void loginWhenRoleWasAddedToRdsIamBySqlIsAcceptedOnEachInstance() throws SQLException {
		for (LocalRdsInstance instance : this.cluster.instances()) {
			LocalRdsAddress own = this.cluster.address(instance);
			try (Connection connection = this.client.login(own, "added",
					this.client.token(own, (token) -> token.username("added")))) {
				assertThat(AddressClient.value(connection, "SELECT current_user")).isEqualTo("added");
			}
		}
	}

	@Test
	void loginWhenPasswordOfRoleWasChangedIsAccepted() throws SQLException {
		String token = this.client.token(this.address, (request) -> request.username("added"));
		this.client.login(this.address, "added", token).close();
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute("ALTER ROLE added PASSWORD 'changed'");
		}
		this.client.login(this.address, "added", token).close();
	}

	@Test
	void loginWhenKeyIsTemporaryNeedsItsSessionToken() throws SQLException {
		LocalAws.TemporaryKey key = this.cluster.aws().newTemporaryKey();
		this.client.login(this.address, "app", this.client.token(this.address,
				AwsSessionCredentials.create(key.accessKeyId(), key.secretAccessKey(), key.sessionToken()), (token) -> {
				}))
			.close();
		assertRefused(this.client.token(this.address,
				AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey()), (token) -> {
				}), "The session token is not that of the access key '" + key.accessKeyId() + "'");
		assertThat(key).hasToString("TemporaryKey[" + key.accessKeyId() + "]");
	}

	@Test
	void loginWhenConnectIsDeniedIsRefused() {
		this.cluster.aws().denyConnect("app");
		try {
			assertRefused(this.client.token(this.address), "No policy allows rds-db:connect as the user 'app'");
		}
		finally {
			this.cluster.aws().allowConnect("app");
		}
	}

	@Test
	void loginWhenIamAuthenticationIsOffIsRefused() {
		this.cluster.aws().disableIamAuthentication();
		try {
			assertRefused(this.client.token(this.address), "IAM database authentication is off");
		}
		finally {
			this.cluster.aws().enableIamAuthentication();
		}
	}

	@Test
	void loginWhenServerIsReachedDirectlyIsRefused() {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> DriverManager.getConnection(this.cluster.writer().jdbcUrl(), "app",
					this.client.token(this.address)))
			.returns("28P01", SQLException::getSQLState);
		assertThatIllegalStateException().isThrownBy(this.cluster::password).withMessageContaining("iam()");
	}

	@Test
	void settingsWhenRoleHasTokenAndSecretAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> LocalRdsCluster.builder().iam().secretsManager().start())
			.withMessage("The role 'app' cannot log in both by IAM token and with a secret:"
					+ " choose iam() or secretsManager()");
	}

	private void assertRefused(String token, String reason) {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.client.login(this.address, "app", token))
			.withMessage(REFUSED)
			.returns("28000", SQLException::getSQLState);
		assertThat(this.address.lastRefusal()).contains(reason);
	}

}
