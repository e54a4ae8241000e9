package io.rdsboot.credentials.secretsmanager;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.MovableClock;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.RotationStep;
import io.rdsboot.test.RotationStrategy;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Logins with {@link SecretsManagerCredentialsProvider} during rotations, against real
 * servers, with the AWS SDK's own client.
 */
class SecretRotationTests {

	private static final int MOST_LOGINS = 4;

	private static final InstanceAddress REPLICA = InstanceAddress.parse("replica.example.com");

	private static LocalRdsCluster singleUser;

	private static LocalRdsCluster alternatingUsers;

	private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));

	private @Nullable SecretsManagerClient client;

	private @Nullable SecretsManagerCredentialsProvider opened;

	@BeforeAll
	static void start() {
		singleUser = LocalRdsCluster.builder().secretsManager().start();
		alternatingUsers = LocalRdsCluster.builder().secretsManager(RotationStrategy.ALTERNATING_USERS).start();
	}

	@AfterAll
	static void stop() {
		singleUser.close();
		alternatingUsers.close();
	}

	@AfterEach
	void close() {
		if (this.opened != null) {
			this.opened.close();
		}
		if (this.client != null) {
			this.client.close();
		}
	}

	@Test
	void singleUserIsLoggedInAtEachStep() throws Exception {
		SecretsManagerCredentialsProvider provider = provider(singleUser);
		InstanceAddress writer = writer(singleUser);
		long before = requests(singleUser);
		assertThat(login(singleUser, provider, writer).attempts()).isEqualTo(1);

		rotate(singleUser, RotationStep.CREATE_SECRET);
		assertThat(login(singleUser, provider, writer).attempts()).isEqualTo(1);
		assertThat(requests(singleUser) - before).isEqualTo(1);

		rotate(singleUser, RotationStep.SET_SECRET);
		assertThat(login(singleUser, provider, writer).attempts()).isEqualTo(2);
		assertThat(requests(singleUser) - before).as("current, pending and previous").isEqualTo(4);
		assertThat(login(singleUser, provider, writer).attempts()).as("remembered").isEqualTo(1);

		rotate(singleUser, RotationStep.TEST_SECRET);
		assertThat(login(singleUser, provider, writer).attempts()).isEqualTo(1);
		rotate(singleUser, RotationStep.FINISH_SECRET);
		assertThat(login(singleUser, provider, writer).attempts()).isEqualTo(1);
		assertThat(requests(singleUser) - before).isEqualTo(4);

		refresh(provider, writer);
		assertThat(provider.secret().versionId()).isEqualTo(singleUser.secret().currentVersionId());
		assertThat(login(singleUser, provider, writer).attempts()).isEqualTo(1);
		assertThat(requests(singleUser) - before).isEqualTo(5);
	}

	@Test
	void alternatingUserIsLoggedInAtEachStepWithoutAQuestion() throws Exception {
		SecretsManagerCredentialsProvider provider = provider(alternatingUsers);
		InstanceAddress writer = writer(alternatingUsers);
		long before = requests(alternatingUsers);
		String firstUser = login(alternatingUsers, provider, writer).username();
		for (int rotation = 0; rotation < 3; rotation++) {
			for (RotationStep step : RotationStep.values()) {
				rotate(alternatingUsers, step);
				Login login = login(alternatingUsers, provider, writer);
				assertThat(login.username()).isEqualTo(provider.secret().credentials().username());
				assertThat(login.attempts()).isEqualTo(1);
			}
			refresh(provider, writer);
			Login login = login(alternatingUsers, provider, writer);
			assertThat(login.attempts()).isEqualTo(1);
			assertThat(login.username()).isEqualTo(alternatingUsers.secret().username());
			assertThat(login.username().equals(firstUser)).isEqualTo(rotation % 2 == 1);
		}
		assertThat(requests(alternatingUsers) - before).isEqualTo(4);
	}

	@Test
	void rotationsThatWereMissedAreCaughtUpWithOneQuestion() throws Exception {
		for (LocalRdsCluster cluster : List.of(singleUser, alternatingUsers)) {
			SecretsManagerCredentialsProvider provider = provider(cluster);
			login(cluster, provider, writer(cluster));
			// the second time, the version before the first one is known, and of no use
			for (int i = 0; i < 2; i++) {
				cluster.secret().rotate();
				cluster.secret().rotate();
				cluster.secret().rotate();
				this.clock.advance(Duration.ofMinutes(5));
				long before = requests(cluster);
				assertThat(login(cluster, provider, writer(cluster)).attempts()).isEqualTo(2);
				assertThat(requests(cluster) - before).isEqualTo(1);
				assertThat(provider.secret().versionId()).isEqualTo(cluster.secret().currentVersionId());
			}
			provider.close();
		}
	}

	@Test
	void twentyLoginsThatAreRefusedTogetherLookOnce() throws Exception {
		SecretsManagerCredentialsProvider provider = provider(singleUser);
		InstanceAddress writer = writer(singleUser);
		provider.getCredentials(writer);
		rotate(singleUser, RotationStep.CREATE_SECRET);
		rotate(singleUser, RotationStep.SET_SECRET);
		long before = requests(singleUser);
		CyclicBarrier barrier = new CyclicBarrier(20);
		ExecutorService executor = Executors.newFixedThreadPool(20);
		try {
			List<Future<Login>> logins = new ArrayList<>();
			for (int i = 0; i < 20; i++) {
				logins.add(executor.submit(() -> {
					barrier.await(20, TimeUnit.SECONDS);
					return login(singleUser, provider, writer);
				}));
			}
			for (Future<Login> login : logins) {
				assertThat(login.get(20, TimeUnit.SECONDS).attempts()).isBetween(1, 2);
			}
		}
		finally {
			executor.shutdownNow();
			singleUser.secret().rotate();
		}
		assertThat(requests(singleUser) - before).isEqualTo(3);
	}

	@Test
	void refusedLoginThatFindsARefreshUnderWayLooksFurtherAfterIt() throws Exception {
		SecretsManagerCredentialsProvider provider = provider(singleUser);
		InstanceAddress writer = writer(singleUser);
		provider.getCredentials(writer);
		rotate(singleUser, RotationStep.CREATE_SECRET);
		rotate(singleUser, RotationStep.SET_SECRET);
		this.clock.advance(Duration.ofHours(1));
		singleUser.aws().slow(Duration.ofMillis(300));
		try {
			assertThat(login(singleUser, provider, writer).attempts()).isEqualTo(2);
		}
		finally {
			singleUser.aws().slow(Duration.ZERO);
			singleUser.secret().rotate();
		}
	}

	@Test
	void lookingAgainTakesASecondForEachQuestion() {
		try (SecretsManagerClient asked = SecretsManagerTestClient.create(singleUser.aws())) {
			SecretVersionsSource source = new SecretVersionsSource(singleUser.secret().id(),
					new SecretReader(asked, singleUser.secret().id(), SecretKeys.DEFAULT), Duration.ofHours(1),
					this.clock);
			long before = requests(singleUser);
			assertThat(source.refresh().minimumAge()).isEqualTo(Duration.ofSeconds(requests(singleUser) - before));
			before = requests(singleUser);
			assertThat(source.lookUp().minimumAge()).isEqualTo(Duration.ofSeconds(requests(singleUser) - before))
				.isEqualTo(Duration.ofSeconds(3));
		}
	}

	@Test
	void addressThatStillKnowsTheOldPasswordIsGivenItUntilTheNextRefresh() {
		SecretsManagerCredentialsProvider provider = provider(singleUser);
		InstanceAddress writer = writer(singleUser);
		DatabaseCredentials old = provider.getCredentials(writer);
		singleUser.secret().rotate();
		this.clock.advance(Duration.ofSeconds(30));
		DatabaseCredentials current = provider.getCredentialsAfterRefusal(writer, List.of(old));
		long before = requests(singleUser);
		assertThat(provider.getCredentials(REPLICA)).isEqualTo(current).isNotEqualTo(old);
		assertThat(provider.getCredentialsAfterRefusal(REPLICA, List.of(provider.getCredentials(REPLICA))))
			.isEqualTo(old);
		assertThat(provider.getCredentials(REPLICA)).isEqualTo(old);
		assertThat(provider.getCredentials(writer)).isEqualTo(current);
		assertThat(requests(singleUser)).isEqualTo(before);
		refresh(provider, writer);
		assertThat(provider.getCredentials(REPLICA)).isEqualTo(current);
	}

	@Test
	void addressWhoseReplicaLagsAtTheStartIsGivenThePreviousVersion() {
		SecretsManagerCredentialsProvider before = provider(singleUser);
		DatabaseCredentials old = before.getCredentials(REPLICA);
		before.close();
		singleUser.secret().rotate();
		SecretsManagerCredentialsProvider provider = provider(singleUser);
		DatabaseCredentials current = provider.getCredentials(REPLICA);
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(provider.getCredentialsAfterRefusal(REPLICA, List.of(current))).isEqualTo(old);
	}

	@Test
	void pendingVersionThatIsIncompleteIsSkipped() {
		SecretsManagerCredentialsProvider provider = provider(singleUser);
		singleUser.aws().createSecret("incomplete", """
				{"username": "app", "password": "first"}""");
		putPending("incomplete", """
				{"username": "app"}""");
		provider.close();
		SecretsManagerCredentialsProvider incomplete = open(singleUser, "incomplete");
		DatabaseCredentials current = incomplete.getCredentials(REPLICA);
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(incomplete.getCredentialsAfterRefusal(REPLICA, List.of(current))).isNull();
		putPending("incomplete", """
				{"username": "app", "password": "second"}""");
		this.clock.advance(Duration.ofSeconds(3));
		assertThat(incomplete.getCredentialsAfterRefusal(REPLICA, List.of(current)))
			.isEqualTo(new DatabaseCredentials("app", "second"));
	}

	private void putPending(String secretId, String json) {
		assertThat(this.client).isNotNull();
		this.client
			.putSecretValue((request) -> request.secretId(secretId).secretString(json).versionStages("AWSPENDING"));
	}

	@Test
	void loginWhenAllVersionsAreRefusedIsGivenNoOther() {
		SecretsManagerCredentialsProvider provider = provider(singleUser);
		List<DatabaseCredentials> refused = new ArrayList<>(List.of(provider.getCredentials(REPLICA)));
		this.clock.advance(Duration.ofSeconds(1));
		long before = requests(singleUser);
		for (DatabaseCredentials next = provider.getCredentialsAfterRefusal(REPLICA,
				refused); next != null; next = provider.getCredentialsAfterRefusal(REPLICA, refused)) {
			refused.add(next);
			this.clock.advance(Duration.ofSeconds(3));
		}
		assertThat(refused).hasSizeLessThan(MOST_LOGINS).doesNotHaveDuplicates();
		assertThat(requests(singleUser) - before).isLessThanOrEqualTo(6);
	}

	@Test
	void refusedLoginWhileSecretsManagerIsAwaySaysSo() {
		SecretsManagerCredentialsProvider provider = provider(singleUser);
		DatabaseCredentials current = provider.getCredentials(REPLICA);
		this.clock.advance(Duration.ofSeconds(1));
		singleUser.aws().unavailable();
		try {
			assertThatExceptionOfType(CredentialsUnavailableException.class)
				.isThrownBy(() -> provider.getCredentialsAfterRefusal(REPLICA, List.of(current)))
				.withCauseInstanceOf(SecretUnavailableException.class);
			assertThat(provider.getCredentials(REPLICA)).isEqualTo(current);
		}
		finally {
			singleUser.aws().available();
		}
	}

	private SecretsManagerCredentialsProvider provider(LocalRdsCluster cluster) {
		close();
		return open(cluster, cluster.secret().id());
	}

	private SecretsManagerCredentialsProvider open(LocalRdsCluster cluster, String secretId) {
		this.client = SecretsManagerTestClient.create(cluster.aws());
		SecretsManagerCredentialsProvider provider = SecretsManagerCredentialsProvider.builder(this.client, secretId)
			.clock(this.clock)
			.build();
		this.opened = provider;
		return provider;
	}

	private void rotate(LocalRdsCluster cluster, RotationStep step) {
		cluster.secret().rotate(step);
		this.clock.advance(Duration.ofSeconds(30));
	}

	/**
	 * Let the time of a refresh come, and wait until it has been made.
	 */
	private void refresh(SecretsManagerCredentialsProvider provider, InstanceAddress address) {
		this.clock.advance(Duration.ofHours(1));
		Instant now = this.clock.instant();
		provider.getCredentials(address);
		Awaitility.await()
			.untilAsserted(() -> assertThat(provider.status())
				.hasValueSatisfying((status) -> assertThat(status.refreshedAt()).isEqualTo(now)));
	}

	private static InstanceAddress writer(LocalRdsCluster cluster) {
		return new InstanceAddress(cluster.writer().host(), cluster.writer().port());
	}

	private static long requests(LocalRdsCluster cluster) {
		return cluster.aws().requests("GetSecretValue");
	}

	/**
	 * Log in as pools do.
	 */
	private static Login login(LocalRdsCluster cluster, SecretsManagerCredentialsProvider provider,
			InstanceAddress address) throws SQLException {
		List<DatabaseCredentials> refused = new ArrayList<>();
		@Nullable DatabaseCredentials next = provider.getCredentials(address);
		while (true) {
			try (Connection connection = DriverManager.getConnection(cluster.writer().jdbcUrl(), next.username(),
					next.password())) {
				return new Login(connection.getMetaData().getUserName(), refused.size() + 1);
			}
			catch (SQLException ex) {
				assertThat(ex.getSQLState()).isEqualTo("28P01");
				refused.add(next);
				next = provider.getCredentialsAfterRefusal(address, List.copyOf(refused));
				if (next == null || refused.size() == MOST_LOGINS) {
					throw ex;
				}
			}
		}
	}

	private record Login(String username, int attempts) {

	}

}
