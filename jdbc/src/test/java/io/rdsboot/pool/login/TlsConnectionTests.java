package io.rdsboot.pool.login;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.pooler.PoolerMode;
import io.rdsboot.test.gateway.CertificateAuthority;
import io.rdsboot.tls.CertificateOutOfDateException;
import io.rdsboot.tls.EncryptionRequiredException;
import io.rdsboot.tls.HostNameMismatchException;
import io.rdsboot.tls.TlsContexts;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsNotOfferedException;
import io.rdsboot.tls.TlsSettings;
import io.rdsboot.tls.UntrustedCertificateException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of whom a connection trusts, and of what is sent before it does, with servers
 * that keep all that they were sent.
 */
class TlsConnectionTests {

	private static final CertificateAuthority AUTHORITY = new CertificateAuthority("Test authority", Instant.now());

	private static final CertificateAuthority UNKNOWN = new CertificateAuthority("Unknown authority", Instant.now());

	private static final DatabaseCredentials PASSWORD = new DatabaseCredentials("app", "secret-password");

	private static final DatabaseCredentials TOKEN = new DatabaseCredentials("app", "secret-token", true);

	private static final TlsSettings VERIFIED = trusting(AUTHORITY);

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "127.0.0.1" })
	void passwordIsSentToTrustedServer(String host) throws Exception {
		try (RecordingServer server = RecordingServer.with(AUTHORITY.issue(List.of("localhost", "127.0.0.1")))) {
			assertThat(refusal(server.instance(host), VERIFIED, PASSWORD).getSQLState()).isEqualTo("28P01");
			assertThat(server.received()).containsExactly("connection", "SSLRequest", "TLS", "startup",
					"password secret-password");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "::1", "0:0:0:0:0:0:0:1" })
	void passwordIsSentToTrustedServerOnIpv6(String host) throws Exception {
		try (RecordingServer server = RecordingServer.onIpv6(AUTHORITY.issue(List.of("localhost", "::1")))) {
			assertThat(refusal(server.instance(host), VERIFIED, PASSWORD).getSQLState()).isEqualTo("28P01");
		}
	}

	@Test
	void nothingIsSentWhenAuthorityIsUnknown() throws Exception {
		try (RecordingServer server = RecordingServer.with(UNKNOWN.issue(List.of("localhost")))) {
			SQLException failure = refusal(server.instance("localhost"), VERIFIED, PASSWORD);
			UntrustedCertificateException cause = cause(failure, UntrustedCertificateException.class);
			assertThat(cause.getSubject()).isEqualTo("CN=localhost");
			assertThat(cause.getAuthority()).isEqualTo("CN=Unknown authority");
			assertThat(cause.getValidUntil()).isAfter(Instant.now());
			assertThat(cause.getChain()).hasSize(2);
			assertThat(cause).hasMessage("The server's certificate 'CN=localhost' goes back to the authority "
					+ "'CN=Unknown authority', which is not trusted");
			assertThat((Throwable) failure).hasMessageContaining(cause.getMessage());
			assertNothingSent(server, failure);
		}
	}

	@Test
	void nothingIsSentWhenDefaultTrustDoesNotKnowTheAuthority() throws Exception {
		try (RecordingServer server = RecordingServer.with(UNKNOWN.issue(List.of("localhost")))) {
			SQLException failure = refusal(server.instance("localhost"), new TlsSettings(TlsMode.VERIFY_CA, null),
					PASSWORD);
			cause(failure, UntrustedCertificateException.class);
			assertNothingSent(server, failure);
		}
	}

	@Test
	void nothingIsSentWhenHostIsAnother() throws Exception {
		SSLContext certificate = AUTHORITY.issue(List.of("db.example.com", "192.0.2.1"));
		try (RecordingServer server = RecordingServer.with(certificate)) {
			SQLException failure = refusal(server.instance("127.0.0.1"), VERIFIED, PASSWORD);
			HostNameMismatchException cause = cause(failure, HostNameMismatchException.class);
			assertThat(cause.getHost()).isEqualTo("127.0.0.1");
			assertThat(cause.getNames()).containsExactly("db.example.com", "192.0.2.1");
			assertThat(cause).hasMessage("The server's certificate is not made out to the host '127.0.0.1' but to "
					+ "[db.example.com, 192.0.2.1]");
			assertNothingSent(server, failure);
		}
	}

	@Test
	void hostMayBeAnotherWhenOnlyTheAuthorityIsVerified() throws Exception {
		TlsSettings settings = new TlsSettings(TlsMode.VERIFY_CA, VERIFIED.context());
		try (RecordingServer server = RecordingServer.with(AUTHORITY.issue(List.of("db.example.com")))) {
			assertThat(refusal(server.instance("localhost"), settings, PASSWORD).getSQLState()).isEqualTo("28P01");
		}
	}

	@Test
	void nothingIsSentWhenCertificateHasExpired() throws Exception {
		try (RecordingServer server = RecordingServer.with(AUTHORITY.issueExpired(List.of("localhost")))) {
			SQLException failure = refusal(server.instance("localhost"), VERIFIED, PASSWORD);
			CertificateOutOfDateException cause = cause(failure, CertificateOutOfDateException.class);
			assertThat(cause.getSubject()).isEqualTo("CN=localhost");
			assertThat(cause.getValidUntil()).isBefore(Instant.now());
			assertThat(cause.getValidFrom()).isBefore(cause.getValidUntil());
			assertThat(cause).hasMessageContaining("'CN=localhost' is valid from ")
				.hasMessageContaining(cause.getValidUntil().toString());
			assertNothingSent(server, failure);
		}
	}

	@Test
	void nothingIsSentWhenCertificateIsNotValidYet() throws Exception {
		CertificateAuthority early = new CertificateAuthority("Early", Instant.now().plus(Duration.ofDays(9)));
		try (RecordingServer server = RecordingServer.with(early.issue(List.of("localhost")))) {
			SQLException failure = refusal(server.instance("localhost"), trusting(early), PASSWORD);
			CertificateOutOfDateException cause = cause(failure, CertificateOutOfDateException.class);
			assertThat(cause.getValidFrom()).isAfter(Instant.now());
			assertNothingSent(server, failure);
		}
	}

	@Test
	void nothingIsSentWhenServerHasNoTls() throws Exception {
		try (RecordingServer server = RecordingServer.withoutTls()) {
			SQLException failure = refusal(server.instance("localhost"), VERIFIED, PASSWORD);
			assertThat((Throwable) failure).isInstanceOf(TlsNotOfferedException.class)
				.hasMessage("The server " + server.instance("localhost").address()
						+ " does not offer TLS, which sslmode 'verify-full' insists on");
			assertThat(failure.getSQLState()).isEqualTo("08004");
			assertNothingSent(server, failure);
		}
	}

	@Test
	void passwordIsSentUnencryptedToServerWithoutTlsOnLoopback() throws Exception {
		try (RecordingServer server = RecordingServer.withoutTls()) {
			refusal(server.instance("localhost"), TlsSettings.DEFAULT, PASSWORD);
			assertThat(server.received()).containsExactly("connection", "SSLRequest", "startup",
					"password secret-password");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "prefer", "allow", "require" })
	void tokenIsNeverSentUnencrypted(String sslmode) throws Exception {
		try (RecordingServer server = RecordingServer.withoutTls()) {
			SQLException failure = refusal(server.instance("localhost", Map.of("sslmode", sslmode)),
					TlsSettings.DEFAULT, TOKEN);
			assertThat((Throwable) failure).isInstanceOf(TlsNotOfferedException.class);
			assertNothingSent(server, failure);
		}
	}

	@Test
	void serverIsNotEvenAskedWhenTlsIsDisabledForToken() throws Exception {
		try (RecordingServer server = RecordingServer.withoutTls()) {
			SQLException failure = refusal(server.instance("localhost", Map.of("sslmode", "disable")),
					TlsSettings.DEFAULT, TOKEN);
			assertThat((Throwable) failure).isInstanceOf(EncryptionRequiredException.class)
				.hasMessageNotContaining("secret-token");
			assertThat(server.received()).isEmpty();
		}
	}

	@Test
	void tokenIsSentOnUnverifiedTlsOfLoopback() throws Exception {
		try (RecordingServer server = RecordingServer.with(UNKNOWN.issue(List.of("elsewhere")))) {
			refusal(server.instance("localhost"), TlsSettings.DEFAULT, TOKEN);
			assertThat(server.received()).containsExactly("connection", "SSLRequest", "TLS", "startup",
					"password secret-token");
		}
	}

	@Test
	void contextIsAskedForAtEachConnection() throws Exception {
		AtomicReference<TlsSettings> present = new AtomicReference<>(trusting(UNKNOWN));
		Supplier<SSLContext> reloaded = () -> context(present.get());
		try (RecordingServer server = RecordingServer.with(AUTHORITY.issue(List.of("localhost")));
				InstanceDriver driver = driver(server.instance("localhost"), new TlsSettings(null, reloaded))) {
			DatabaseInstance instance = server.instance("localhost");
			cause(refusal(driver, instance, PASSWORD), UntrustedCertificateException.class);
			present.set(VERIFIED);
			assertThat(refusal(driver, instance, PASSWORD).getSQLState()).isEqualTo("28P01");
		}
	}

	@Test
	void failureOfTheContextsSupplierIsACause() throws Exception {
		IllegalStateException missing = new IllegalStateException("no such file");
		try (RecordingServer server = RecordingServer.with(AUTHORITY.issue(List.of("localhost")))) {
			SQLException failure = refusal(server.instance("localhost"), new TlsSettings(null, () -> {
				throw missing;
			}), PASSWORD);
			assertThat((Throwable) failure).hasMessageContaining("no such file").hasRootCause(missing);
			assertNothingSent(server, failure);
		}
	}

	@Test
	void clientCertificateIsShown() throws Exception {
		SelfSignedCertificate certificate = new SelfSignedCertificate();
		SSLContext withKey = certificate.context();
		SSLContext withoutKey = TlsContexts.trusting(List.of(certificate.certificate()));
		try (RecordingServer server = RecordingServer.withClientCertificates(withKey)) {
			assertThat(
					refusal(server.instance("localhost"), new TlsSettings(null, () -> withKey), PASSWORD).getSQLState())
				.isEqualTo("28P01");
			assertThat(server.received()).contains("password secret-password");
		}
		try (RecordingServer server = RecordingServer.withClientCertificates(withKey)) {
			refusal(server.instance("localhost"), new TlsSettings(null, () -> withoutKey), PASSWORD);
			assertThat(server.received()).contains("SSLRequest").doesNotContain("startup");
		}
	}

	@Test
	void serverThatIsLostInTheHandshakeIsUnreachable() throws Exception {
		try (RecordingServer server = RecordingServer.with(() -> {
			throw new IllegalStateException("lost");
		})) {
			SQLException failure = refusal(server.instance("localhost"), VERIFIED, PASSWORD);
			assertThat(ConnectionFailures.isUnreachable(failure)).isTrue();
		}
	}

	@Test
	void driversOwnTrustIsUsedWhenConfigured(@TempDir Path directory) throws Exception {
		Path root = Files.writeString(directory.resolve("root.pem"), AUTHORITY.pem());
		Map<String, String> theirs = Map.of("sslmode", "verify-full", "sslrootcert", root.toString());
		try (RecordingServer server = RecordingServer.with(AUTHORITY.issue(List.of("localhost")))) {
			assertThat(refusal(server.instance("localhost", theirs), TlsSettings.DEFAULT, PASSWORD).getSQLState())
				.isEqualTo("28P01");
		}
		try (RecordingServer server = RecordingServer.with(AUTHORITY.issue(List.of("db.example.com")))) {
			refusal(server.instance("localhost", theirs), TlsSettings.DEFAULT, PASSWORD);
			assertThat(server.received()).doesNotContain("startup");
		}
	}

	@Test
	void connectionAfterCloseIsRefused() throws Exception {
		try (RecordingServer server = RecordingServer.with(AUTHORITY.issue(List.of("localhost")))) {
			DatabaseInstance instance = server.instance("localhost");
			InstanceDriver driver = driver(instance, VERIFIED);
			driver.close();
			assertThat((Throwable) refusal(driver, instance, PASSWORD)).hasMessageContaining("is closed");
		}
	}

	/**
	 * The server may have done its side of a TLS 1.3 handshake when the client refuses.
	 */
	private static void assertNothingSent(RecordingServer server, SQLException failure) {
		assertThat(server.received()).startsWith("connection", "SSLRequest").doesNotContain("startup");
		assertThat(ConnectionFailures.isUnreachable(failure)).as("unreachable").isFalse();
	}

	private static SQLException refusal(DatabaseInstance instance, TlsSettings settings,
			DatabaseCredentials credentials) {
		try (InstanceDriver driver = driver(instance, settings)) {
			return refusal(driver, instance, credentials);
		}
	}

	private static SQLException refusal(InstanceDriver driver, DatabaseInstance instance,
			DatabaseCredentials credentials) {
		SQLException failure = catchThrowableOfType(SQLException.class,
				() -> driver.connect(new LoginTarget(instance.address(), null), credentials, Duration.ofSeconds(10)));
		assertThat((Throwable) failure).as("failure").isNotNull();
		return failure;
	}

	private static InstanceDriver driver(DatabaseInstance instance, TlsSettings settings) {
		return new InstanceDriver(instance, "app", Map.of(), settings, PoolerMode.AUTO, null);
	}

	private static <T extends Throwable> T cause(Throwable failure, Class<T> type) {
		for (@Nullable
		Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (type.isInstance(cause)) {
				return type.cast(cause);
			}
		}
		throw new AssertionError("No " + type.getSimpleName() + " among the causes", failure);
	}

	private static TlsSettings trusting(CertificateAuthority authority) {
		SSLContext context = TlsContexts.trusting(List.of(certificate(authority.pem())));
		return new TlsSettings(null, () -> context);
	}

	private static SSLContext context(TlsSettings settings) {
		return Objects.requireNonNull(settings.context()).get();
	}

	static X509Certificate certificate(String pem) {
		try {
			return (X509Certificate) CertificateFactory.getInstance("X.509")
				.generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
		}
		catch (CertificateException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
