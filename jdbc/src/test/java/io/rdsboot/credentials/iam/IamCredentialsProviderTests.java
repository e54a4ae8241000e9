package io.rdsboot.credentials.iam;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.credentials.DatabaseCredentialsProviderContract;
import io.rdsboot.credentials.MovableClock;
import io.rdsboot.credentials.RenewalStatus;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.hamcrest.Matchers.equalTo;

/**
 * Tests of {@link IamCredentialsProvider}, with the AWS SDK's own signer and a clock that
 * the tests move. Tokens of the same second are the same text, so makers are counted, not
 * texts compared.
 */
@ExtendWith(OutputCaptureExtension.class)
class IamCredentialsProviderTests extends DatabaseCredentialsProviderContract {

	private static final InstanceAddress CLUSTER = InstanceAddress
		.parse("app.cluster-abc123.eu-central-1.rds.amazonaws.com");

	private static final InstanceAddress ALIAS = InstanceAddress.parse("db.example.com:15432");

	// RdsUtilities signs by the system's clock, so that times are compared with it.
	private final MovableClock clock = new MovableClock(Instant.now());

	private final AtomicInteger resolutions = new AtomicInteger();

	private volatile @Nullable RuntimeException failure;

	private volatile @Nullable CountDownLatch slow;

	private volatile AwsCredentials signer = AwsBasicCredentials.create("AKIDEXAMPLE", "secret-access-key");

	private IamCredentialsProvider provider = builder().build();

	private IamCredentialsProvider.Builder builder() {
		return IamCredentialsProvider.builder(this::resolve, "app_user").clock(this.clock);
	}

	private AwsCredentials resolve() {
		this.resolutions.incrementAndGet();
		CountDownLatch latch = this.slow;
		try {
			assertThat(latch == null || latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("interrupted", ex);
		}
		RuntimeException failing = this.failure;
		if (failing != null) {
			throw failing;
		}
		return this.signer;
	}

	@AfterEach
	void close() {
		this.provider.close();
	}

	@Override
	protected DatabaseCredentialsProvider provider() {
		return this.provider;
	}

	@Override
	protected InstanceAddress address() {
		return CLUSTER;
	}

	@Test
	void renewalIsToldAndHasAStatusWithoutAnythingSecret() {
		List<String> renewed = new CopyOnWriteArrayList<>();
		this.provider.close();
		this.provider = builder().renewalListener((description) -> {
			renewed.add(description);
			return null;
		}).build();
		assertThat(this.provider.renewalStatus()).isEqualTo(new RenewalStatus(0, 0, null, null));
		this.provider.getCredentials(CLUSTER);
		assertThat(renewed).containsExactly("IAM token of app_user for " + CLUSTER);
		assertThat(this.provider.renewalStatus())
			.isEqualTo(new RenewalStatus(1, 0, Duration.ZERO, Duration.ofSeconds(870)));
	}

	@Test
	void tokenIsSignedForTheAddressTheUserAndTheRegionOfTheName() {
		DatabaseCredentials credentials = this.provider.getCredentials(CLUSTER);
		assertThat(credentials.username()).isEqualTo("app_user");
		assertThat(credentials.encryptedOnly()).isTrue();
		assertThat(credentials.password()).startsWith(CLUSTER + "/?").doesNotContain("https:");
		Map<String, String> token = parse(credentials);
		assertThat(token).containsEntry("Action", "connect")
			.containsEntry("DBUser", "app_user")
			.containsEntry("X-Amz-Expires", "900")
			.doesNotContainKey("X-Amz-Security-Token");
		assertThat(token.get("X-Amz-Credential")).startsWith("AKIDEXAMPLE%2F")
			.endsWith("%2Feu-central-1%2Frds-db%2Faws4_request");
	}

	@Test
	void tokenOfASessionCarriesIt(CapturedOutput output) {
		this.signer = AwsSessionCredentials.create("ASIAEXAMPLE", "secret-access-key", "session");
		assertThat(parse(this.provider.getCredentials(CLUSTER))).containsEntry("X-Amz-Security-Token", "session");
		assertThat(output).doesNotContain("that sign tokens");
	}

	@Test
	void regionWhenConfiguredIsThatOne() {
		rebuild(builder().region(Region.US_WEST_2));
		assertThat(parse(this.provider.getCredentials(CLUSTER)).get("X-Amz-Credential")).contains("us-west-2");
	}

	@Test
	void regionOfAGlobalDatabasesAddressComesBeforeTheConfiguredOne() {
		AddressRegions regions = new AddressRegions(List.of("us-east-1", "eu-west-1"));
		regions.put(ALIAS, "eu-west-1");
		rebuild(builder().region(Region.US_WEST_2).regions(regions));
		assertThat(signedRegion(this.provider.getCredentials(ALIAS))).isEqualTo("eu-west-1");
		assertThat(signedRegion(this.provider.getCredentials(CLUSTER))).isEqualTo("eu-central-1");
		regions.put(ALIAS, "us-east-1");
		assertThat(signedRegion(this.provider.getCredentials(ALIAS))).isEqualTo("us-east-1");
	}

	@Test
	void tokenForTheGlobalWriterEndpointIsSignedForOneRegionAfterTheOther() {
		InstanceAddress global = InstanceAddress.parse("app.global-abc123.global.rds.amazonaws.com");
		rebuild(builder().regions(new AddressRegions(List.of("us-east-1", "eu-west-1"))));
		DatabaseCredentials first = this.provider.getCredentials(global);
		assertThat(signedRegion(first)).isEqualTo("us-east-1");
		DatabaseCredentials second = this.provider.getCredentialsAfterRefusal(global, List.of(first));
		assertThat(signedRegion(second)).isEqualTo("eu-west-1");
		assertThat(this.provider.getCredentials(global)).isEqualTo(second);
		assertThat(this.provider.getCredentialsAfterRefusal(global, List.of(first, second))).isNull();
	}

	private static String signedRegion(DatabaseCredentials credentials) {
		return IamTokenScope.of(credentials.password()).orElseThrow().region();
	}

	@Test
	void regionWhenTheNameHasNoneIsThatOfTheEnvironment() {
		withSystemProperties(Map.of("aws.region", "ap-south-1"),
				() -> assertThat(parse(this.provider.getCredentials(ALIAS)).get("X-Amz-Credential"))
					.contains("ap-south-1"));
	}

	@Test
	void getCredentialsWhenNothingNamesARegionSaysWhatToSet() {
		withSystemProperties(Map.of("aws.disableEc2Metadata", "true", "aws.configFile", "/nonexistent"),
				() -> assertThatExceptionOfType(CredentialsUnavailableException.class)
					.isThrownBy(() -> this.provider.getCredentials(ALIAS))
					.withMessageContaining("db.example.com:15432")
					.withMessageContaining("Set rds.aws.region")
					.havingCause()
					.isInstanceOfSatisfying(AwsRegionUnknownException.class,
							(ex) -> assertThat(ex.getAddress()).isEqualTo(ALIAS)));
	}

	@Test
	void signingAddressIsTheOneOfTheConnectionThenTheOneOfAll() {
		InstanceAddress tunnel = InstanceAddress.parse("localhost:6000");
		InstanceAddress reader = InstanceAddress.parse("app-2.abc123.us-east-1.rds.amazonaws.com");
		rebuild(builder().signingAddress(CLUSTER).signingAddress(tunnel, reader));
		assertThat(this.provider.getCredentials(ALIAS).password()).startsWith(CLUSTER + "/?");
		assertThat(this.provider.getCredentials(tunnel).password()).startsWith(reader + "/?");
		assertThat(this.provider.signingRegion(tunnel)).isEqualTo(Region.US_EAST_1);
	}

	@Test
	void addressesThatAreSignedForTheSameShareAToken() {
		rebuild(builder().signingAddress(CLUSTER));
		assertThat(this.provider.getCredentials(ALIAS)).isSameAs(this.provider.getCredentials(CLUSTER));
	}

	@Test
	void tokenIsServedForTenMinutesThenRenewedWhileItIsServedOn() {
		DatabaseCredentials first = this.provider.getCredentials(CLUSTER);
		this.clock.advance(Duration.ofMinutes(9).minusSeconds(1));
		assertThat(this.provider.getCredentials(CLUSTER)).isSameAs(first);
		assertThat(this.resolutions).hasValue(1);
		this.clock.advance(Duration.ofMinutes(1).plusSeconds(1));
		CountDownLatch latch = new CountDownLatch(1);
		this.slow = latch;
		assertThat(this.provider.getCredentials(CLUSTER)).isSameAs(first);
		latch.countDown();
		Awaitility.await().until(() -> this.provider.getCredentials(CLUSTER) != first);
		assertThat(this.resolutions).hasValue(2);
	}

	@Test
	void tokenIsServedWhileThereAreNoAwsCredentialsUntilItExpires() {
		DatabaseCredentials first = this.provider.getCredentials(CLUSTER);
		this.failure = SdkClientException.create("no credentials anywhere");
		this.clock.advance(Duration.ofMinutes(14).plusSeconds(29));
		assertThat(this.provider.getCredentials(CLUSTER)).isSameAs(first);
		Awaitility.await().untilAtomic(this.resolutions, equalTo(2));
		this.clock.advance(Duration.ofSeconds(1));
		assertThatExceptionOfType(CredentialsUnavailableException.class)
			.isThrownBy(() -> this.provider.getCredentials(CLUSTER))
			.withMessage("No IAM token of app_user for " + CLUSTER
					+ ": There are no AWS credentials to sign it with: no credentials anywhere")
			.havingCause()
			.isInstanceOf(AwsCredentialsUnavailableException.class)
			.withCause(this.failure);
		this.failure = null;
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.provider.getCredentials(CLUSTER)).isNotSameAs(first);
	}

	@Test
	void tokenEndsWithTheAwsCredentialsThatSignedIt() {
		this.signer = session(Duration.ofMinutes(5));
		DatabaseCredentials first = this.provider.getCredentials(CLUSTER);
		this.clock.advance(Duration.ofMinutes(3).minusSeconds(1));
		assertThat(this.provider.getCredentials(CLUSTER)).isSameAs(first);
		assertThat(this.resolutions).hasValue(1);
		// two thirds of five minutes, as ten of fifteen
		this.clock.advance(Duration.ofSeconds(21));
		assertThat(this.provider.getCredentials(CLUSTER)).isSameAs(first);
		Awaitility.await().untilAtomic(this.resolutions, equalTo(2));
	}

	@Test
	void tokenIsNotServedAfterTheAwsCredentialsThatSignedIt() {
		this.signer = session(Duration.ofMinutes(5));
		DatabaseCredentials first = this.provider.getCredentials(CLUSTER);
		this.signer = session(Duration.ofHours(1));
		this.clock.advance(Duration.ofMinutes(4).plusSeconds(50));
		assertThat(this.provider.getCredentials(CLUSTER)).isNotSameAs(first);
	}

	@Test
	void expiredAwsCredentialsAreUsedAsTheSdkDoesAndToldOnce(CapturedOutput output) {
		this.signer = session(Duration.ofMinutes(-1));
		DatabaseCredentials first = this.provider.getCredentials(CLUSTER);
		this.clock.advance(Duration.ofSeconds(50));
		assertThat(this.provider.getCredentials(CLUSTER)).isSameAs(first);
		assertThat(this.resolutions).hasValue(1);
		this.clock.advance(Duration.ofSeconds(10));
		this.provider.getCredentials(CLUSTER);
		Awaitility.await().untilAtomic(this.resolutions, equalTo(2));
		this.clock.advance(Duration.ofMinutes(1));
		this.signer = session(Duration.ofHours(1));
		this.provider.getCredentials(CLUSTER);
		Awaitility.await().until(() -> output.getOut().contains("that sign tokens are no longer expired"));
		assertThat(output).containsOnlyOnce("The AWS credentials that sign tokens expired at ");
	}

	private AwsCredentials session(Duration left) {
		return AwsSessionCredentials.builder()
			.accessKeyId("ASIAEXAMPLE")
			.secretAccessKey("secret-access-key")
			.sessionToken("session")
			.expirationTime(this.clock.instant().plus(left))
			.build();
	}

	@Test
	void refusedTokenIsReplacedOnce() {
		DatabaseCredentials first = this.provider.getCredentials(CLUSTER);
		Instant signed = signedAt(first);
		this.clock.advance(Duration.ofSeconds(2));
		Awaitility.await().until(() -> Instant.now().isAfter(signed.plusSeconds(1)));
		DatabaseCredentials second = this.provider.getCredentialsAfterRefusal(CLUSTER, List.of(first));
		assertThat(second).isNotNull().isNotEqualTo(first).isSameAs(this.provider.getCredentials(CLUSTER));
		assertThat(this.provider.getCredentialsAfterRefusal(CLUSTER, List.of(first, second))).isNull();
		// another login was refused the first one too, and finds the second
		assertThat(this.provider.getCredentialsAfterRefusal(CLUSTER, List.of(first))).isSameAs(second);
		assertThat(this.resolutions).hasValue(2);
	}

	@Test
	void stormOnThreeAddressesMakesATokenForEachWithOneLookAtTheAwsCredentials() throws Exception {
		CountDownLatch latch = new CountDownLatch(1);
		this.slow = latch;
		List<InstanceAddress> addresses = List.of(CLUSTER,
				InstanceAddress.parse("app-1.abc123.eu-central-1.rds.amazonaws.com"),
				InstanceAddress.parse("app-2.abc123.eu-central-1.rds.amazonaws.com"));
		ExecutorService executor = Executors.newFixedThreadPool(60);
		try {
			List<Future<DatabaseCredentials>> answers = new ArrayList<>();
			for (int i = 0; i < 60; i++) {
				InstanceAddress address = addresses.get(i % 3);
				answers.add(executor.submit(() -> this.provider.getCredentials(address)));
			}
			Awaitility.await().untilAtomic(this.resolutions, equalTo(1));
			latch.countDown();
			for (int i = 0; i < 60; i++) {
				DatabaseCredentials answer = answers.get(i).get(20, TimeUnit.SECONDS);
				assertThat(answer).isSameAs(this.provider.getCredentials(addresses.get(i % 3)));
				assertThat(answer.password()).startsWith(addresses.get(i % 3) + "/?");
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(this.resolutions).hasValue(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT0.999S", "PT14M0.001S", "-PT1S" })
	void renewalIntervalWhenOutOfRangeIsRefused(Duration interval) {
		assertThatIllegalArgumentException().isThrownBy(() -> builder().renewalInterval(interval))
			.withMessage(
					"Renewal interval " + interval + " is not between PT1S and PT14M; a token lives for 15 minutes");
	}

	private void rebuild(IamCredentialsProvider.Builder builder) {
		this.provider.close();
		this.provider = builder.build();
	}

	private static Instant signedAt(DatabaseCredentials credentials) {
		String date = parse(credentials).get("X-Amz-Date");
		return Instant.parse(date.replaceFirst("(....)(..)(..)T(..)(..)(..)Z", "$1-$2-$3T$4:$5:$6Z"));
	}

	private static Map<String, String> parse(DatabaseCredentials credentials) {
		String query = credentials.password().substring(credentials.password().indexOf('?') + 1);
		return Arrays.stream(query.split("&"))
			.map((parameter) -> parameter.split("=", 2))
			.collect(Collectors.toMap((parameter) -> parameter[0], (parameter) -> parameter[1]));
	}

	private static void withSystemProperties(Map<String, String> properties, Runnable action) {
		properties.forEach(System::setProperty);
		try {
			action.run();
		}
		finally {
			properties.keySet().forEach(System::clearProperty);
		}
	}

}
