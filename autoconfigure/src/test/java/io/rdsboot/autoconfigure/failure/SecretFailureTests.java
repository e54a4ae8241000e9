package io.rdsboot.autoconfigure.failure;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;

import javax.sql.DataSource;

import io.rdsboot.credentials.secretsmanager.SecretAccessDeniedException;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.RotationStep;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of what a user reads whose secret cannot be had, or does not let in.
 */
@ExtendWith(OutputCaptureExtension.class)
@LocalRds(secretsManager = true, readers = 0)
class SecretFailureTests {

	private final LocalRdsCluster cluster;

	@TempDir
	private Path directory;

	SecretFailureTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@AfterEach
	void allow() {
		this.cluster.secret().allowAccess();
		this.cluster.aws().available();
	}

	@Test
	void analysisWhenSecretIsNotThere() {
		assertThat(application().with("rds.credentials.secrets-manager.secret-id=orders").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432

				Secrets Manager of region us-east-1 has no value of the secret 'orders' in this account.

				Action:

				Check, in this order:

				    1. rds.credentials.secrets-manager.secret-id = 'orders' is one of the names that this prints:

				           aws secretsmanager list-secrets --region us-east-1 --query 'SecretList[].Name' --output \
				text

				    2. The region is the secret's. It comes from the secret's ARN, from rds.aws.region, from the \
				host name, and then from the environment (AWS_REGION).

				    3. The account is the secret's. The account that the application calls from, if it has the \
				credentials of this shell (a secret of another account is named by its ARN):

				           aws sts get-caller-identity --query Account --output text

				    4. It has a current version (AWSCURRENT):

				           aws secretsmanager list-secret-version-ids --secret-id 'orders' --region us-east-1
				""");
	}

	/**
	 * The server has the new password already, and the new version may not be read.
	 */
	@Test
	void deniedSecretIsWhatACallerAndTheLogTellDuringARotation(CapturedOutput output) {
		application()
			.with("rds.pool.maximum-pool-size=1", "rds.pool.connection-timeout=2s", "rds.failover.timeout=2s",
					"spring.application.name=denied")
			.runner()
			.run((context) -> {
				assertThat(context).hasNotFailed();
				DataSource dataSource = context.getBean(DataSource.class);
				this.cluster.secret().rotate(RotationStep.CREATE_SECRET);
				this.cluster.secret().rotate(RotationStep.SET_SECRET);
				this.cluster.secret().denyAccess();
				disconnect();
				SQLException failure = catchThrowableOfType(SQLException.class, () -> {
					for (int i = 0; i < 10; i++) {
						try (Connection connection = dataSource.getConnection();
								Statement statement = connection.createStatement()) {
							disconnect();
							statement.execute("SELECT 1");
						}
						catch (SQLException ex) {
							if (ex instanceof SQLTransientConnectionException) {
								throw ex;
							}
						}
					}
				});
				assertThat(failure.getMessage()).contains("Access to secret 'rds-local/application' is denied")
					.doesNotContain("password authentication failed");
				assertThat(Causes.first(failure, SecretAccessDeniedException.class)).isNotNull();
			});
		this.cluster.secret().allowAccess();
		this.cluster.secret().rotate(RotationStep.TEST_SECRET);
		this.cluster.secret().rotate(RotationStep.FINISH_SECRET);
		assertThat(output).contains("Access to secret 'rds-local/application' is denied")
			.doesNotContain("password authentication failed");
	}

	private void disconnect() throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement
				.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'denied'");
		}
	}

	@Test
	void analysisWhenAccessIsDenied() {
		this.cluster.secret().denyAccess();
		assertThat(application().read().replace(this.cluster.secret().arn(), "<arn>")).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432

				Access to secret 'rds-local/application' is denied: User: arn:aws:iam::123456789012:user/rds-local \
				is not authorized to perform: secretsmanager:GetSecretValue on resource: <arn> because no \
				identity-based policy allows the secretsmanager:GetSecretValue action

				Action:

				Check, in this order:

				    1. A policy of the principal that the message names, or of its role, allows it. The statement \
				to add:

				           {
				             "Effect": "Allow",
				             "Action": "secretsmanager:GetSecretValue",
				             "Resource": "<arn>"
				           }

				    2. Nothing denies it: the policy of the secret, of the VPC endpoint, or of the organisation. \
				That of the secret:

				           aws secretsmanager get-resource-policy --secret-id 'rds-local/application' --region \
				us-east-1
				""");
	}

	@Test
	void analysisWhenKeyIsMissing() {
		assertThat(application().with("rds.credentials.secrets-manager.keys.username=user").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432

				The secret 'rds-local/application' has no text under the key 'user'. Its keys are: username, \
				password, engine, host, port, dbname, dbClusterIdentifier.

				Action:

				Set rds.credentials.secrets-manager.keys.username to the key that holds the username, or store the \
				username under 'user'. Keys are case-sensitive.
				""");
	}

	@Test
	void analysisWhenSecretIsEmpty() {
		this.cluster.aws().createSecret("empty", "{}");
		assertThat(application().with("rds.credentials.secrets-manager.secret-id=empty").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432

				The secret 'empty' has no text under the key 'username'. It has no keys.

				Action:

				Set rds.credentials.secrets-manager.keys.username to the key that holds the username, or store the \
				username under 'username'. Keys are case-sensitive.
				""");
	}

	@Test
	void analysisWhenSecretIsNoJson() {
		this.cluster.aws().createSecret("text", "not JSON");
		assertThat(application().with("rds.credentials.secrets-manager.secret-id=text").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432

				The value of the secret 'text' is not a JSON object.

				Action:

				Correct rds.credentials.secrets-manager.secret-id = 'text', or store the login in the secret as \
				JSON: {"username": ..., "password": ...}.
				""");
	}

	@Test
	void analysisWhenNoVersionIsAccepted() {
		this.cluster.aws().createSecret("wrong", "{\"username\":\"app\",\"password\":\"wrong\"}");
		assertThat(application().with("rds.credentials.secrets-manager.secret-id=wrong").read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432: FATAL: password authentication \
				failed for user "app"

				No version of the secret holds a login that the server accepts; one is of user 'app'.

				Action:

				Check, in this order:

				    1. The secret belongs to the database at localhost:5432. When it was changed and rotated:

				           aws secretsmanager describe-secret --secret-id 'wrong' --region us-east-1

				    2. Its rotation works. To rotate it now:

				           aws secretsmanager rotate-secret --secret-id 'wrong' --region us-east-1
				""");
	}

	@Test
	void analysisWhenSecretsManagerFails() {
		this.cluster.aws().unavailable();
		assertThat(application().read()).isEqualTo("""
				Cannot connect to database 'app' on the writer localhost:5432

				Secret 'rds-local/application' could not be read from Secrets Manager of region us-east-1: The \
				local RDS was told to be unavailable

				Action:

				Check, in this order:

				    1. AWS answered, and could not do it. Whether Secrets Manager of region us-east-1 has trouble: \
				https://health.aws.amazon.com/health/status

				    2. The same call works from this machine:

				           aws secretsmanager describe-secret --secret-id 'rds-local/application' --region us-east-1
				""");
	}

	@Test
	void analysisWhenSecretsManagerDoesNotAnswer() {
		assertThat(application().with("rds.aws.endpoint=http://127.0.0.1:1").read()).endsWith("""
				    1. The same call works from this machine:

				           aws secretsmanager describe-secret --secret-id 'rds-local/application' --region us-east-1

				    2. There is a way to it: the internet, or an endpoint in the application's VPC:

				           aws ec2 describe-vpc-endpoints --region us-east-1 --filters \
				Name=service-name,Values=com.amazonaws.us-east-1.secretsmanager

				    3. The region is the secret's: us-east-1. It comes from rds.aws.region, the secret's ARN, the host \
				name, or the environment (AWS_REGION).

				    4. rds.aws.endpoint is not set, unless an emulator is to be called.
				""");
	}

	@Test
	void analysisWhenAddressIsInTheSecretNamesNoAddress() {
		this.cluster.secret().denyAccess();
		assertThat(application().with("rds.writer=").read()).startsWith(
				"No value of secret rds-local/application\n\nAccess to secret 'rds-local/application' is denied: ");
	}

	private Application application() {
		return Application.at(this.cluster, this.directory)
			.withAws(this.cluster)
			.with("rds.credentials.type=secrets-manager",
					"rds.credentials.secrets-manager.secret-id=" + this.cluster.secret().id());
	}

}
