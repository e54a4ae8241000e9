package io.rdsboot.pool.login;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.CredentialsUnavailableException;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.pooler.PoolerMode;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of which credentials a login tries, and what is known when none will do.
 */
@LocalRds
class LoginTests {

	private static final DatabaseCredentials OLD = new DatabaseCredentials("app", "secret-old");

	private static final DatabaseCredentials PENDING = new DatabaseCredentials("app", "secret-pending");

	private final LocalRdsCluster cluster;

	private final DatabaseInstance writer;

	private final RecordingServer refusing = RecordingServer.withoutTls();

	private final AtomicLong nanoTime = new AtomicLong();

	LoginTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.writer = DatabaseInstance.at(new InstanceAddress(cluster.writer().host(), cluster.writer().port()));
	}

	@AfterEach
	void closeServer() throws IOException {
		this.refusing.close();
	}

	@Test
	void loginWhenRefusedTriesOtherCredentials() throws Exception {
		DatabaseCredentials right = new DatabaseCredentials(this.cluster.username(), this.cluster.password());
		Sequence provider = new Sequence(OLD, PENDING, right);
		Login login = login(this.writer, provider);
		try (Connection connection = login.open()) {
			assertThat(connection.isValid(5)).isTrue();
		}
		assertThat(login.user()).isEqualTo(this.cluster.username());
		assertThat(login.refusals()).isEqualTo(2);
		assertThat(provider.refused).containsExactly(List.of(OLD), List.of(OLD, PENDING));
	}

	@Test
	void loginWhenThereAreNoOthersFailsAsTheServerSaid() {
		SQLException failure = failure(login(this.writer, new Sequence(OLD, PENDING)));
		assertThat(failure.getSQLState()).isEqualTo("28P01");
		assertThat((Throwable) failure).hasMessageContaining("password authentication failed");
		assertThat(failure.getSuppressed()).singleElement()
			.isInstanceOfSatisfying(SQLException.class, (first) -> assertThat(first.getSQLState()).isEqualTo("28P01"));
	}

	@Test
	void loginWhenDatabaseIsUnknownTriesNoOthers() {
		DatabaseCredentials right = new DatabaseCredentials(this.cluster.username(), this.cluster.password());
		Sequence provider = new Sequence(right, PENDING);
		InstanceDriver driver = new InstanceDriver(this.writer, "none", Map.of(), TlsSettings.DEFAULT, PoolerMode.AUTO,
				null);
		SQLException failure = failure(new Login(this.writer.address(), provider,
				new PendingCredentials(this.writer.address(), provider, this.nanoTime::get), driver,
				Duration.ofSeconds(10), this.nanoTime::get));
		assertThat(failure.getSQLState()).isEqualTo("3D000");
		assertThat(provider.refused).isEmpty();
	}

	@Test
	void loginEndsAfterFourAttempts() {
		SQLException failure = failure(login(this.refusing.instance("localhost"), new Sequence(numbered(9))));
		assertThat(this.refusing.received()).filteredOn((each) -> each.startsWith("password"))
			.containsExactly("password secret-0", "password secret-1", "password secret-2", "password secret-3");
		assertThat(failure.getSQLState()).isEqualTo("28P01");
	}

	@Test
	void loginTriesNoCredentialsTwice() {
		failure(login(this.refusing.instance("localhost"), new Sequence(OLD, PENDING, OLD, PENDING)));
		assertThat(this.refusing.received()).filteredOn((each) -> each.startsWith("password"))
			.containsExactly("password secret-old", "password secret-pending");
	}

	@Test
	void loginWhenTimeIsOverTriesNoOthers() {
		Sequence slow = new Sequence(numbered(9)) {

			@Override
			public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
					List<DatabaseCredentials> refused) {
				LoginTests.this.nanoTime.addAndGet(Duration.ofSeconds(6).toNanos());
				return super.getCredentialsAfterRefusal(address, refused);
			}

		};
		SQLException failure = failure(login(this.refusing.instance("localhost"), slow));
		assertThat(failure.getSQLState()).isEqualTo("28P01");
		assertThat(this.refusing.received()).filteredOn((each) -> each.startsWith("password"))
			.containsExactly("password secret-0", "password secret-1");
	}

	@Test
	void loginWithoutCredentialsFailsWithTheCause() {
		CredentialsUnavailableException none = new CredentialsUnavailableException("No token", new IOException());
		SQLException failure = failure(login(this.refusing.instance("localhost"), (address) -> {
			throw none;
		}));
		assertThat((Throwable) failure).hasCause(none)
			.hasMessage("There are no credentials for " + this.refusing.instance("localhost").address() + ": No token");
		assertThat(this.refusing.received()).isEmpty();
		assertThat(ConnectionFailures.isUnreachable(failure)).isFalse();
	}

	@Test
	void loginWhenOthersCannotBeLookedForFailsWithTheReasonOfThat() {
		CredentialsUnavailableException none = new CredentialsUnavailableException("Denied", new IOException());
		SQLException failure = failure(login(this.refusing.instance("localhost"), new Sequence(OLD) {

			@Override
			public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
					List<DatabaseCredentials> refused) {
				throw none;
			}

		}));
		assertThat(failure.getSQLState()).isEqualTo("28P01");
		assertThat((Throwable) failure).hasCause(none)
			.hasMessage("The login of role 'app' was refused, and newer credentials could not be looked for: Denied");
		assertThat(failure.getSuppressed()).singleElement()
			.isInstanceOfSatisfying(SQLException.class,
					(refusal) -> assertThat(refusal.getSQLState()).isEqualTo("28P01"));
	}

	@Test
	void failureShowsNoSecret() {
		SQLException failure = failure(login(this.writer, new Sequence(numbered(9))));
		StringWriter text = new StringWriter();
		failure.printStackTrace(new PrintWriter(text));
		assertThat(text.toString()).contains("Suppressed").doesNotContain("secret-");
	}

	private Login login(DatabaseInstance instance, DatabaseCredentialsProvider provider) {
		InstanceDriver driver = new InstanceDriver(instance, this.cluster.database(), Map.of(), TlsSettings.DEFAULT,
				PoolerMode.AUTO, null);
		return new Login(instance.address(), provider,
				new PendingCredentials(instance.address(), provider, this.nanoTime::get), driver,
				Duration.ofSeconds(10), this.nanoTime::get);
	}

	private static SQLException failure(Login login) {
		SQLException failure = catchThrowableOfType(SQLException.class, () -> login.open().close());
		assertThat((Throwable) failure).as("failure").isNotNull();
		return failure;
	}

	private static DatabaseCredentials[] numbered(int count) {
		DatabaseCredentials[] credentials = new DatabaseCredentials[count];
		for (int i = 0; i < count; i++) {
			credentials[i] = new DatabaseCredentials("app", "secret-" + i);
		}
		return credentials;
	}

	/**
	 * Gives credentials one after the other, and keeps what was refused.
	 */
	private static class Sequence implements DatabaseCredentialsProvider {

		private final DatabaseCredentials[] credentials;

		final List<List<DatabaseCredentials>> refused = new ArrayList<>();

		Sequence(DatabaseCredentials... credentials) {
			this.credentials = credentials;
		}

		@Override
		public DatabaseCredentials getCredentials(InstanceAddress address) {
			return this.credentials[0];
		}

		@Override
		public @Nullable DatabaseCredentials getCredentialsAfterRefusal(InstanceAddress address,
				List<DatabaseCredentials> refused) {
			this.refused.add(refused);
			return (refused.size() < this.credentials.length) ? this.credentials[refused.size()] : null;
		}

	}

}
