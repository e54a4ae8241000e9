package io.rdsboot.credentials.secretsmanager;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.secretsmanager.SecretUnavailableException.Reason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of what Secrets Manager can answer besides the secret, with the AWS SDK's own
 * client.
 */
class SecretAnswersTests {

	private static final InstanceAddress ADDRESS = InstanceAddress.parse("db.example.com");

	private static final DatabaseCredentials CURRENT = new DatabaseCredentials("app", "current");

	private static final DatabaseCredentials PREVIOUS = new DatabaseCredentials("app", "previous");

	private ScriptedSecretsManager secretsManager;

	private SecretsManagerClient client;

	private SecretsManagerCredentialsProvider provider;

	@BeforeEach
	void start() throws IOException {
		this.secretsManager = new ScriptedSecretsManager();
		this.client = this.secretsManager.client();
		this.provider = SecretsManagerCredentialsProvider.builder(this.client, "app").build();
	}

	@AfterEach
	void stop() {
		this.provider.close();
		this.client.close();
		this.secretsManager.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			400 | InvalidRequestException     | The secret was marked for deletion.         | MARKED_FOR_DELETION
			400 | InvalidRequestException     | The parameter is not valid.                 | AWS_FAILURE
			400 | ExpiredTokenException       | The security token included is expired      | AWS_CREDENTIALS_REFUSED
			400 | UnrecognizedClientException | The security token included is invalid.     | AWS_CREDENTIALS_REFUSED
			403 | InvalidSignatureException   | The signature we calculated does not match. | AWS_CREDENTIALS_REFUSED
			403 | InvalidSignatureException   | Signature expired: is now earlier than then | CLOCK_SKEW
			400 | RequestExpired              | Request has expired.                        | CLOCK_SKEW
			400 | ThrottlingException         | Rate exceeded                               | THROTTLED
			500 | InternalServiceError        | An error occurred on the server side.       | AWS_FAILURE
			503 | ServiceUnavailable          | Try again.                                  | AWS_FAILURE
			""")
	void refusalHasAReasonOfItsOwn(int status, String code, String message, Reason reason) {
		this.secretsManager.refuse("AWSCURRENT", status, code, message);
		SecretUnavailableException failure = unavailable(() -> this.provider.getCredentials(ADDRESS));
		assertThat(failure.getReason()).isEqualTo(reason);
		assertThat(failure).hasMessageContaining(message);
	}

	@Test
	void silenceHasAReasonOfItsOwn() {
		this.secretsManager.close();
		assertThat(unavailable(() -> this.provider.getCredentials(ADDRESS)).getReason()).isEqualTo(Reason.NO_ANSWER);
	}

	@Test
	void throttledVersionKeepsNobodyFromTheOthers() {
		this.secretsManager.login("AWSCURRENT", "app", "current");
		this.secretsManager.login("AWSPREVIOUS", "app", "previous");
		this.secretsManager.refuse("AWSPENDING", 400, "ThrottlingException", "Rate exceeded");
		assertThat(this.provider.getCredentials(ADDRESS)).isEqualTo(CURRENT);
		assertThat(this.provider.getCredentialsAfterRefusal(ADDRESS, List.of(CURRENT))).isEqualTo(PREVIOUS);
		SecretUnavailableException unread = unavailable(
				() -> this.provider.getCredentialsAfterRefusal(ADDRESS, List.of(CURRENT, PREVIOUS)));
		assertThat(unread.getReason()).isEqualTo(Reason.THROTTLED);
	}

	@Test
	void throttledCurrentVersionKeepsNobodyFromThePendingOne() {
		this.secretsManager.login("AWSCURRENT", "app", "current");
		assertThat(this.provider.getCredentials(ADDRESS)).isEqualTo(CURRENT);
		this.secretsManager.refuse("AWSCURRENT", 400, "ThrottlingException", "Rate exceeded");
		this.secretsManager.login("AWSPENDING", "app", "pending");
		assertThat(this.provider.getCredentialsAfterRefusal(ADDRESS, List.of(CURRENT)))
			.isEqualTo(new DatabaseCredentials("app", "pending"));
	}

	@Test
	void binarySecretIsReadAsText() {
		String json = "{\"username\":\"app\",\"password\":\"current\"}";
		this.secretsManager.answer("AWSCURRENT", "\"SecretBinary\":\""
				+ Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8)) + "\"");
		assertThat(this.provider.getCredentials(ADDRESS)).isEqualTo(CURRENT);
	}

	private static SecretUnavailableException unavailable(Runnable question) {
		Throwable failure = catchThrowableOfType(RuntimeException.class, question::run);
		while (failure != null && !(failure instanceof SecretUnavailableException)) {
			failure = failure.getCause();
		}
		assertThat(failure).isNotNull();
		return (SecretUnavailableException) failure;
	}

}
