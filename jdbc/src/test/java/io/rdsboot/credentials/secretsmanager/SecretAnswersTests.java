package io.rdsboot.credentials.secretsmanager;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.MovableClock;
import io.rdsboot.credentials.secretsmanager.SecretUnavailableException.Reason;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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

	/**
	 * In the middle of a rotation Secrets Manager takes 30 seconds for an answer, three
	 * times in succession.
	 */
	@Test
	void slowAnswersAreAskedForOnceAndWhoWaitsIsTold() throws Exception {
		MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));
		this.secretsManager.login("AWSCURRENT", "app", "current");
		try (SecretsManagerCredentialsProvider slow = SecretsManagerCredentialsProvider.builder(this.client, "app")
			.clock(clock)
			.build()) {
			assertThat(slow.getCredentials(ADDRESS)).isEqualTo(CURRENT);
			List<DatabaseCredentials> refused = new ArrayList<>(List.of(CURRENT));
			for (int round = 1; round <= 3; round++) {
				clock.advance(Duration.ofSeconds(20));
				DatabaseCredentials pending = new DatabaseCredentials("app", "pending " + round);
				this.secretsManager.login("AWSPENDING", "app", pending.password());
				this.secretsManager.hold();
				int before = this.secretsManager.requests();
				List<DatabaseCredentials> all = List.copyOf(refused);
				CompletableFuture<@Nullable DatabaseCredentials> first = CompletableFuture
					.supplyAsync(() -> slow.getCredentialsAfterRefusal(ADDRESS, all));
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> this.secretsManager.requests() > before || first.isDone());
				clock.advance(Duration.ofSeconds(30));
				for (int i = 0; i < 8; i++) {
					assertThatExceptionOfType(CredentialsUnavailableException.class)
						.isThrownBy(() -> slow.getCredentialsAfterRefusal(ADDRESS, all))
						.withMessage("No value of secret app: its source has not answered for 30 s");
				}
				// Who was not refused does not wait.
				assertThat(slow.getCredentials(InstanceAddress.parse("other.example.com"))).isEqualTo(CURRENT);
				assertThat(this.secretsManager.requests()).as("requests under way").isEqualTo(before + 1);
				this.secretsManager.release();
				assertThat(toldOrServed(first)).isIn("told", pending.password());
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.ignoreExceptionsInstanceOf(CredentialsUnavailableException.class)
					.until(() -> pending.equals(slow.getCredentialsAfterRefusal(ADDRESS, all)));
				assertThat(this.secretsManager.requests()).as("the three versions").isEqualTo(before + 3);
				refused.add(pending);
			}
		}
	}

	/**
	 * Returns how a wait ended that began before the answer: on a machine that takes long
	 * it may have lasted for as long as it may.
	 */
	private static String toldOrServed(CompletableFuture<@Nullable DatabaseCredentials> wait) throws Exception {
		try {
			return Objects.requireNonNull(wait.get(60, TimeUnit.SECONDS)).password();
		}
		catch (ExecutionException ex) {
			assertThat(ex).hasCauseInstanceOf(CredentialsUnavailableException.class);
			return "told";
		}
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
