package io.rdsboot.autoconfigure.failure;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.secretsmanager.ScriptedSecretsManager;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what users read where a source of credentials hangs or refuses.
 */
@LocalRds(readers = 0)
class CredentialsSourceTests {

	private final LocalRdsCluster cluster;

	CredentialsSourceTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	@Timeout(120)
	void startWhenTheAwsCredentialsHangSaysSo() {
		CountDownLatch never = new CountDownLatch(1);
		AwsCredentialsProvider hanging = () -> {
			await(never);
			return AwsBasicCredentials.create("key", "secret");
		};
		String read = Application
			.at("localhost:1", "rds.credentials.type=iam", "rds.credentials.username=app", "rds.aws.region=us-east-1")
			.withAwsCredentials(hanging)
			.read();
		assertThat(read).contains("No IAM token of app for localhost:5432: its source has not answered for ")
			.contains("time aws sts get-caller-identity")
			.doesNotContain("Check rds.writer");
	}

	@Test
	@Timeout(120)
	void borrowWhenTheSourceHangsEndsWithinThePoolsLimit() {
		HangingProvider provider = new HangingProvider(
				new DatabaseCredentials(this.cluster.username(), this.cluster.password()));
		runner().withBean(DatabaseCredentialsProvider.class, () -> provider)
			.withPropertyValues("rds.pool.connection-timeout=2s", "rds.failover.timeout=600s",
					"spring.application.name=hanging")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				DataSource dataSource = context.getBean(DataSource.class);
				provider.hang();
				try {
					disconnect();
					SQLException failure = borrowUntilThereAreNoCredentials(dataSource);
					assertThat((Throwable) failure).hasMessageContaining("There are no credentials for")
						.hasMessageContaining("the source of this test has not answered for");
				}
				finally {
					provider.release();
				}
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			InvalidRequestException | The secret was marked for deletion.    | restore-secret
			ExpiredTokenException   | The security token included is expired | aws sts get-caller-identity
			RequestExpired          | Request has expired.                   | date -u
			ThrottlingException     | Rate exceeded                          | quota of GetSecretValue
			InternalServiceError    | An error occurred on the server side.  | https://health.aws.amazon.com
			""")
	void startWhenSecretsManagerRefusesTellsWhatMendsIt(String code, String message, String mend) throws Exception {
		try (ScriptedSecretsManager secretsManager = new ScriptedSecretsManager()) {
			secretsManager.refuse("AWSCURRENT", code.startsWith("Internal") ? 500 : 400, code, message);
			assertThat(secret(secretsManager).read()).contains(message)
				.contains(mend)
				.doesNotContain("describe-vpc-endpoints");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			db.example.com:6432 | null   | ok
			db.example.com:6432 | "6432" | ok
			db.example.com:6432 | 5432   | The host names port 6432, and the port is 5432.
			db.example.com      | "none" | The port is 'none', which is no number.
			db.example.com      | 70000  | Port 70000 is not between 1 and 65535.
			""")
	void addressOfASecretIsUnderstoodOrRefused(String host, String port, String expected) throws Exception {
		try (ScriptedSecretsManager secretsManager = new ScriptedSecretsManager()) {
			secretsManager.answer("AWSCURRENT",
					"\"SecretString\":\"{\\\"username\\\":\\\"app\\\",\\\"password\\\":\\\"word\\\",\\\"host\\\":\\\"%s\\\",\\\"port\\\":%s,\\\"dbname\\\":\\\"app\\\"}\""
						.formatted(host, port.replace("\"", "\\\"")));
			String read = secret(secretsManager).with("rds.writer=").read();
			if (expected.equals("ok")) {
				assertThat(read).contains("db.example.com:6432")
					.contains("in the secret of rds.credentials.secrets-manager.secret-id")
					.doesNotContain("rds.writer =");
			}
			else {
				assertThat(read).contains(expected).contains("rds.credentials.secrets-manager.secret-id");
			}
		}
	}

	private static Application secret(ScriptedSecretsManager secretsManager) {
		return Application
			.at("localhost:1", "rds.credentials.type=secrets-manager", "rds.credentials.secrets-manager.secret-id=app",
					"rds.aws.region=us-east-1", "rds.aws.endpoint=" + secretsManager.endpoint())
			.withAwsCredentials(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));
	}

	private ApplicationContextRunner runner() {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(RdsDataSourceAutoConfiguration.class))
			.withPropertyValues(
					"rds.writer=%s:%d".formatted(this.cluster.writer().host(), this.cluster.writer().port()),
					"rds.database=" + this.cluster.database());
	}

	/**
	 * Uses up the connections that the pool still has.
	 */
	private SQLException borrowUntilThereAreNoCredentials(DataSource dataSource) throws SQLException {
		while (true) {
			try (Connection connection = dataSource.getConnection();
					Statement statement = connection.createStatement()) {
				disconnect();
				statement.execute("SELECT 1");
			}
			catch (SQLException ex) {
				if (Causes.first(ex, CredentialsUnavailableException.class) != null
						|| ex instanceof SQLTransientConnectionException) {
					return ex;
				}
			}
		}
	}

	private void disconnect() throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement
				.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hanging'");
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Answers until it is told to hang.
	 */
	private static final class HangingProvider implements DatabaseCredentialsProvider {

		private final DatabaseCredentials credentials;

		private volatile CountDownLatch released = new CountDownLatch(0);

		HangingProvider(DatabaseCredentials credentials) {
			this.credentials = credentials;
		}

		void hang() {
			this.released = new CountDownLatch(1);
		}

		void release() {
			this.released.countDown();
		}

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			await(this.released);
			return this.credentials;
		}

		@Override
		public String toString() {
			return "the source of this test";
		}

	}

}
