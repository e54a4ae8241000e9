package io.rdsboot.credentials.secretsmanager;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.DatabaseCredentialsProviderContract;
import io.rdsboot.credentials.MovableClock;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerServiceClientConfiguration;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueRequest;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link SecretsManagerCredentialsProvider} without a rotation, with the AWS
 * SDK's own client.
 */
class SecretsManagerCredentialsProviderTests extends DatabaseCredentialsProviderContract {

	private static final InstanceAddress ADDRESS = InstanceAddress.parse("db.example.com");

	private static LocalRdsCluster cluster;

	private static SecretsManagerClient client;

	private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));

	private SecretsManagerCredentialsProvider provider = builder(cluster.secret().id()).build();

	@BeforeAll
	static void start() {
		cluster = LocalRdsCluster.builder().secretsManager().start();
		client = SecretsManagerTestClient.create(cluster.aws());
	}

	@AfterAll
	static void stop() {
		client.close();
		cluster.close();
	}

	@AfterEach
	void close() {
		this.provider.close();
		cluster.aws().available();
		cluster.aws().slow(Duration.ZERO);
		cluster.secret().allowAccess();
	}

	private SecretsManagerCredentialsProvider.Builder builder(String secretId) {
		return SecretsManagerCredentialsProvider.builder(client, secretId).clock(this.clock);
	}

	@Override
	protected DatabaseCredentialsProvider provider() {
		return this.provider;
	}

	@Override
	protected InstanceAddress address() {
		return ADDRESS;
	}

	@Test
	void secretHasTheServerThatItsJsonNames() {
		DatabaseSecret secret = this.provider.secret();
		assertThat(secret.credentials().username()).isEqualTo(cluster.username());
		assertThat(secret.credentials().password()).isEqualTo(cluster.secret().password());
		assertThat(secret.credentials().encryptedOnly()).isFalse();
		assertThat(secret.host()).isNotNull();
		assertThat(secret.port()).isNotNull();
		assertThat(secret.database()).isEqualTo(cluster.database());
		assertThat(secret.versionId()).isEqualTo(cluster.secret().currentVersionId());
		assertThat(secret).asString().doesNotContain(secret.credentials().password());
	}

	@Test
	void secretWhenItNamesNoServerHasNone() {
		String id = create("""
				{"username": "app", "password": "hunter2", "port": "none", "host": null}""");
		rebuild(builder(id));
		assertThat(this.provider.secret().host()).isNull();
		assertThat(this.provider.secret().port()).isEqualTo("none");
		assertThat(this.provider.secret().database()).isNull();
	}

	@Test
	void keysWhenRenamedAreThose() {
		String id = create(
				"""
						{"user": "app", "pass": "hunter2", "address": "db", "tcp": "15432", "name": "shop", "username": "other"}""");
		rebuild(builder(id).keys(new SecretKeys("user", "pass", "address", "tcp", "name")));
		DatabaseSecret secret = this.provider.secret();
		assertThat(secret.credentials()).isEqualTo(new DatabaseCredentials("app", "hunter2"));
		assertThat(secret)
			.isEqualTo(new DatabaseSecret(secret.credentials(), "db", "15432", "shop", secret.versionId()));
	}

	@Test
	void statusSaysWhatIsKnownWithoutAsking() {
		long before = requests();
		assertThat(this.provider.status()).isEmpty();
		assertThat(requests()).isEqualTo(before);
		this.provider.getCredentials(ADDRESS);
		assertThat(this.provider.status())
			.contains(new SecretStatus(cluster.secret().currentVersionId(), this.clock.instant()));
	}

	@Test
	void getCredentialsWhenSecretsManagerIsSlowAsksOnceForAll() throws Exception {
		cluster.aws().slow(Duration.ofMillis(500));
		long before = requests();
		ExecutorService executor = Executors.newFixedThreadPool(20);
		try {
			List<Future<DatabaseCredentials>> answers = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				answers.add(executor.submit(() -> this.provider.getCredentials(ADDRESS)));
			}
			for (Future<DatabaseCredentials> answer : answers) {
				assertThat(answer.get(20, TimeUnit.SECONDS).password()).isEqualTo(cluster.secret().password());
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(requests() - before).isEqualTo(1);
	}

	@Test
	void secretIsServedOnWhileSecretsManagerIsAwayAndRefreshedWhenItIsBack() {
		DatabaseCredentials first = this.provider.getCredentials(ADDRESS);
		cluster.aws().unavailable();
		long before = requests();
		this.clock.advance(Duration.ofDays(7));
		assertThat(this.provider.getCredentials(ADDRESS)).isSameAs(first);
		Awaitility.await().until(() -> requests() > before);
		assertThat(this.provider.getCredentials(ADDRESS)).isSameAs(first);
		cluster.aws().available();
		this.clock.advance(Duration.ofMinutes(1));
		this.provider.getCredentials(ADDRESS);
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.provider.status())
				.contains(new SecretStatus(cluster.secret().currentVersionId(), this.clock.instant())));
	}

	@Test
	void getCredentialsWhenSecretsManagerIsAwaySaysSo() {
		cluster.aws().unavailable();
		assertThat(failure().getMessage()).contains("Secret '" + cluster.secret().id() + "'")
			.contains("could not be read from Secrets Manager of region " + cluster.aws().region());
	}

	@Test
	void getCredentialsWhenTheSecretIsNotThereSaysWhereItWasLookedFor() {
		rebuild(builder("nowhere"));
		assertThat(failure()).isInstanceOfSatisfying(SecretNotFoundException.class, (ex) -> {
			assertThat(ex.getSecretId()).isEqualTo("nowhere");
			assertThat(ex.getRegion()).isEqualTo(cluster.aws().region());
			assertThat(ex).hasMessage("Secret 'nowhere' is not in Secrets Manager of region " + cluster.aws().region()
					+ ": Secrets Manager can't find the specified secret.");
		});
	}

	@Test
	void getCredentialsWhenAccessIsDeniedSaysToWhomAndWhat() {
		cluster.secret().denyAccess();
		assertThat(failure()).isInstanceOfSatisfying(SecretAccessDeniedException.class, (ex) -> {
			assertThat(ex.getPrincipal()).startsWith("arn:aws:");
			assertThat(ex.getAction()).isEqualTo("secretsmanager:GetSecretValue");
			assertThat(ex.getResource()).isEqualTo(cluster.secret().arn());
			assertThat(ex).hasMessageStartingWith(
					"Access to secret '" + cluster.secret().id() + "' is denied: User: " + ex.getPrincipal());
		});
	}

	@Test
	void getCredentialsWhenAKeyIsMissingNamesTheKeysThatAreThere() {
		rebuild(builder(create("""
				{"user": "app", "password": "hunter2-secret"}""")));
		assertThat(failure()).isInstanceOfSatisfying(SecretKeyMissingException.class, (ex) -> {
			assertThat(ex.getKey()).isEqualTo("username");
			assertThat(ex.getPresentKeys()).containsExactly("user", "password");
			assertThat(ex).hasMessageEndingWith(" has no text under the key 'username'; its keys are [user, password]");
		});
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{\"username\": \"app\", \"password\": null}", "{\"username\": \"app\", \"password\": \"\"}",
					"{\"username\": \"app\", \"password\": {\"a\": \"hunter2-secret\"}}" })
	void getCredentialsWhenThePasswordIsNoTextSaysSo(String json) {
		rebuild(builder(create(json)));
		assertThat(failure()).isInstanceOfSatisfying(SecretKeyMissingException.class,
				(ex) -> assertThat(ex.getKey()).isEqualTo("password"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "hunter2-secret", "\"hunter2-secret\"", "{\"username\": hunter2-secret}",
			"[\"hunter2-secret\"]", "" })
	void getCredentialsWhenTheSecretIsNoJsonObjectSaysSoWithoutShowingIt(String text) {
		SecretParser parser = new SecretParser("app/db", SecretKeys.DEFAULT);
		assertThatExceptionOfType(SecretFormatException.class).isThrownBy(() -> parser.parse(text, "v1"))
			.withMessage(
					"Secret 'app/db' (version v1) is other text, not a JSON object with a user name and a password")
			.withNoCause();
	}

	@Test
	void getCredentialsWhenTheSecretIsEmptySaysSo() {
		SecretParser parser = new SecretParser("app/db", SecretKeys.DEFAULT);
		assertThatExceptionOfType(SecretFormatException.class).isThrownBy(() -> parser.parse(null, "v1"))
			.withMessage("Secret 'app/db' (version v1) is nothing, not a JSON object with a user name and a password");
	}

	@Test
	void getCredentialsWhenTheSecretCannotBeDecryptedSaysSo() {
		rebuild(SecretsManagerCredentialsProvider.builder(new FailingClient(), "app/db"));
		assertThat(failure()).isInstanceOf(SecretDecryptionException.class)
			.hasMessageStartingWith("Secret 'app/db' could not be decrypted: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0.999S", "PT24H0.001S", "-PT1S" })
	void refreshIntervalWhenOutOfRangeIsRefused(Duration interval) {
		assertThatIllegalArgumentException().isThrownBy(() -> builder("app/db").refreshInterval(interval))
			.withMessage("Refresh interval " + interval + " is not between PT1S and PT24H");
	}

	/**
	 * Return why there are no credentials, and check that no exception shows a value.
	 */
	private Throwable failure() {
		try {
			throw new AssertionError(this.provider.getCredentials(ADDRESS));
		}
		catch (CredentialsUnavailableException ex) {
			for (Throwable each = ex; each != null; each = each.getCause()) {
				assertThat(each.toString()).doesNotContain("hunter2");
			}
			assertThat(ex.getCause()).isInstanceOf(SecretUnavailableException.class);
			return ex.getCause();
		}
	}

	private static String create(String json) {
		String name = "secret-" + UUID.randomUUID();
		cluster.aws().createSecret(name, json);
		return name;
	}

	private static long requests() {
		return cluster.aws().requests("GetSecretValue");
	}

	private void rebuild(SecretsManagerCredentialsProvider.Builder builder) {
		this.provider.close();
		this.provider = builder.build();
	}

	/**
	 * Answers as Secrets Manager does when the key of a secret is disabled, which the
	 * local one has no keys for.
	 */
	private static final class FailingClient implements SecretsManagerClient {

		@Override
		public GetSecretValueResponse getSecretValue(GetSecretValueRequest request) {
			throw DecryptionFailureException.builder().message("the key is disabled").build();
		}

		@Override
		public SecretsManagerServiceClientConfiguration serviceClientConfiguration() {
			return SecretsManagerServiceClientConfiguration.builder().region(Region.US_EAST_1).build();
		}

		@Override
		public String serviceName() {
			return SERVICE_NAME;
		}

		@Override
		public void close() {
		}

	}

}
