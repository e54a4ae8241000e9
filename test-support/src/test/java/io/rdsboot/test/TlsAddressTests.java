package io.rdsboot.test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyInputStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Addresses with TLS in front of roles with passwords.
 */
@LocalRds(readers = 0, tls = true)
class TlsAddressTests {

	private static final int MEGABYTE = 1024 * 1024;

	private final LocalRdsCluster cluster;

	private final AddressClient client;

	TlsAddressTests(LocalRdsCluster cluster, @TempDir Path directory) throws IOException {
		this.cluster = cluster;
		this.client = new AddressClient(cluster, directory);
	}

	private Connection connect(String... settings) throws SQLException {
		return this.client.login(this.cluster.writerAddress(), this.cluster.username(), this.cluster.password(),
				settings);
	}

	@AfterEach
	void restore() {
		this.cluster.writerAddress().restore();
	}

	@Test
	void loginWhenPasswordIsGoodIsRelayedAndEncrypted() throws SQLException {
		try (Connection connection = connect()) {
			assertThat(AddressClient.value(connection, "SELECT current_user")).isEqualTo("app");
		}
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> this.client.login(this.cluster.writerAddress(), "app", "wrong"))
			.returns("28P01", SQLException::getSQLState);
	}

	@Test
	void loginWhenRoleIsPutIntoRdsIamWithoutIamIsRefusedByPam() throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute("CREATE ROLE token_user LOGIN PASSWORD 'known' IN ROLE rds_iam");
			assertThatExceptionOfType(SQLException.class)
				.isThrownBy(() -> this.client.login(this.cluster.writerAddress(), "token_user", "known"))
				.returns("28000", SQLException::getSQLState);
			assertThat(this.cluster.writerAddress().lastRefusal()).isEqualTo("IAM database authentication is off");
			statement.execute("DROP ROLE token_user");
		}
	}

	@Test
	void certificateWhenNotToBeTrustedIsRefusedByClient() throws SQLException {
		assertCertificateRefused(ServerCertificate.UNKNOWN_AUTHORITY, "unable to find valid certification path");
		assertCertificateRefused(ServerCertificate.EXPIRED, "NotAfter");
		assertCertificateRefused(ServerCertificate.OTHER_HOST, "could not be verified");
		this.cluster.writerAddress().restore();
		connect().close();
	}

	private void assertCertificateRefused(ServerCertificate certificate, String reason) {
		this.cluster.writerAddress().present(certificate);
		assertThatExceptionOfType(SQLException.class).isThrownBy(this::connect).withStackTraceContaining(reason);
	}

	@Test
	void certificateHostsWhenGivenAreInCertificate(@TempDir Path directory) throws Exception {
		try (LocalRdsCluster other = LocalRdsCluster.builder()
			.readers(0)
			.tls()
			.certificateHosts("db.example.test")
			.start()) {
			LocalRdsAddress address = other.writerAddress();
			assertThat(new AddressClient(other, directory).certificateNames(address)).contains("localhost", "127.0.0.1",
					"0:0:0:0:0:0:0:1", "db.example.test");
		}
	}

	@Test
	void resultWhenClientDoesNotReadWaitsInServerAndNotInMemory() throws Exception {
		try (Connection connection = connect()) {
			PGConnection postgres = connection.unwrap(PGConnection.class);
			int process = postgres.getBackendPID();
			InputStream rows = new PGCopyInputStream(postgres,
					"COPY (SELECT repeat('x', 1023) FROM generate_series(1, 102400)) TO STDOUT");
			Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> waitEvent(process), "ClientWrite"::equals);
			assertThat(drain(rows)).isEqualTo(100L * MEGABYTE);
		}
	}

	@Test
	void copyWhenHundredMegabytesAreSentStoresThemAll() throws Exception {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			statement.execute("CREATE TEMPORARY TABLE big (line text)");
			long rows = connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("COPY big FROM STDIN", new RepeatedInput("y".repeat(1023) + "\n", 102_400));
			assertThat(rows).isEqualTo(102_400);
			try (ResultSet result = statement.executeQuery("SELECT sum(length(line) + 1) FROM big")) {
				assertThat(result.next()).isTrue();
				assertThat(result.getLong(1)).isEqualTo(100L * MEGABYTE);
			}
		}
	}

	private String waitEvent(int process) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer())) {
			return AddressClient.value(connection, "SELECT wait_event FROM pg_stat_activity WHERE pid = " + process);
		}
	}

	private static long drain(InputStream input) throws IOException {
		byte[] buffer = new byte[MEGABYTE];
		long total = 0;
		for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
			total += length;
		}
		return total;
	}

	@Test
	void closeWhenSessionsAreOpenLeavesNoThreadAndNoListener(@TempDir Path directory) throws Exception {
		Set<Thread> before = threads();
		LocalRdsCluster other = LocalRdsCluster.builder().readers(1).tls().start();
		AddressClient otherClient = new AddressClient(other, directory);
		LocalRdsAddress address = other.writerAddress();
		Connection open = otherClient.login(address, other.username(), other.password());
		Connection frozen = otherClient.login(other.readerAddress(), other.username(), other.password());
		other.readerAddress().freeze();
		String password = other.password();
		other.close();
		assertThat(threads()).isSubsetOf(before);
		assertThat(open.isValid(5)).isFalse();
		assertThat(frozen.isValid(5)).isFalse();
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> otherClient.login(address, "app", password))
			.returns("08001", SQLException::getSQLState);
	}

	private static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("rds-local"))
			.collect(Collectors.toSet());
	}

	@Test
	void accessorsWhenClusterWasBuiltWithoutSayWhatIsNeeded() {
		assertThatIllegalStateException().isThrownBy(this.cluster::aws)
			.withMessage("aws() needs a cluster that is built with iam() or secretsManager()");
		assertThat(this.cluster.hasAddresses()).isTrue();
		assertThatIllegalArgumentException().isThrownBy(() -> this.cluster.writerAddress().slow(Duration.ofMillis(-1)))
			.withMessage("delay is PT-0.001S, and must not be negative");
	}

	private static final class RepeatedInput extends InputStream {

		private final byte[] line;

		private long left;

		private RepeatedInput(String line, long times) {
			this.line = line.getBytes(StandardCharsets.US_ASCII);
			this.left = times * this.line.length;
		}

		@Override
		public int read() {
			throw new UnsupportedOperationException("COPY reads blocks");
		}

		@Override
		public int read(byte[] bytes, int offset, int length) {
			if (this.left == 0) {
				return -1;
			}
			int start = (int) (-this.left % this.line.length + this.line.length) % this.line.length;
			int copied = Math.min(length, this.line.length - start);
			System.arraycopy(this.line, start, bytes, offset, copied);
			this.left -= copied;
			return copied;
		}

	}

}
