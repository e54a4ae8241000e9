package io.rdsboot.pool.login;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.pooler.PoolerMode;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.ServerCertificate;
import io.rdsboot.tls.TlsContexts;
import io.rdsboot.tls.TlsMode;
import io.rdsboot.tls.TlsSettings;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of TLS at addresses that behave as RDS's do, and at RDS's own names: a JVM of its
 * own resolves these to the local cluster.
 */
class RdsAddressTlsTests {

	private static final String CLUSTER_NAME = "app.cluster-abc123.us-east-1.rds.amazonaws.com";

	private static final String PROXY_NAME = "app.proxy-abc123.us-east-1.rds.amazonaws.com";

	private static final String OTHER_NAME = "other.cluster-abc123.us-east-1.rds.amazonaws.com";

	private static LocalRdsCluster cluster;

	@TempDir
	Path directory;

	@BeforeAll
	static void startCluster() {
		cluster = LocalRdsCluster.builder().readers(0).tls().certificateHosts(CLUSTER_NAME, PROXY_NAME).start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@AfterEach
	void restoreAddress() {
		cluster.writerAddress().restore();
	}

	@ParameterizedTest
	@CsvSource({ "TRUSTED,connected", "UNKNOWN_AUTHORITY,UntrustedCertificateException",
			"OTHER_HOST,HostNameMismatchException", "EXPIRED,CertificateOutOfDateException" })
	void outcomeIsThatOfTheCertificate(ServerCertificate certificate, String outcome) throws Exception {
		cluster.writerAddress().present(certificate);
		assertThat(outcome("localhost", settings())).isEqualTo(outcome);
	}

	@Test
	void loginWithoutTlsIsRefused() throws Exception {
		assertThat(outcome("localhost", new TlsSettings(TlsMode.DISABLE, null))).isEqualTo("PSQLException 28000");
	}

	@Test
	void loginOnLoopbackUsesTheTlsThatIsOffered() throws Exception {
		assertThat(outcome("localhost", TlsSettings.DEFAULT)).isEqualTo("connected");
	}

	/**
	 * The authority of the local cluster is not one of RDS's, so that the defaults refuse
	 * it.
	 */
	@Test
	void rdsNamesAreVerifiedByDefault() throws Exception {
		assertThat(outcomesInAnotherJvm()).containsEntry("default " + CLUSTER_NAME, "UntrustedCertificateException")
			.containsEntry("default " + PROXY_NAME, "UntrustedCertificateException")
			.containsEntry("trusting " + CLUSTER_NAME, "connected")
			.containsEntry("trusting " + PROXY_NAME, "connected")
			.containsEntry("trusting " + OTHER_NAME, "HostNameMismatchException")
			.hasSize(5);
	}

	private Properties outcomesInAnotherJvm() throws IOException, InterruptedException {
		Path hosts = Files.write(this.directory.resolve("hosts"), List.of("127.0.0.1 localhost",
				"127.0.0.1 " + CLUSTER_NAME, "127.0.0.1 " + PROXY_NAME, "127.0.0.1 " + OTHER_NAME));
		Path arguments = this.directory.resolve("arguments");
		Files.write(arguments, List.of("-Djdk.net.hosts.file=" + hosts, "-cp",
				'"' + System.getProperty("java.class.path").replace("\\", "\\\\") + '"'));
		Path output = this.directory.resolve("output");
		ProcessBuilder command = new ProcessBuilder(
				System.getProperty("java.home") + File.separator + "bin" + File.separator + "java", "@" + arguments,
				RdsAddressTlsTests.class.getName());
		command.environment().put("RDS_TEST_PORT", String.valueOf(cluster.writerAddress().port()));
		command.environment().put("RDS_TEST_DATABASE", cluster.database());
		command.environment().put("RDS_TEST_USERNAME", cluster.username());
		command.environment().put("RDS_TEST_PASSWORD", cluster.password());
		command.environment().put("RDS_TEST_AUTHORITY", cluster.certificateAuthority());
		Process process = command.redirectError(this.directory.resolve("errors").toFile())
			.redirectOutput(output.toFile())
			.start();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the other JVM ends").isTrue();
		}
		finally {
			process.destroyForcibly();
		}
		Properties outcomes = new Properties();
		outcomes.load(new StringReader(Files.readString(output)));
		return outcomes;
	}

	private static TlsSettings settings() {
		return trusting(cluster.certificateAuthority());
	}

	private static TlsSettings trusting(String pem) {
		SSLContext context = TlsContexts.trusting(List.of(TlsConnectionTests.certificate(pem)));
		return new TlsSettings(null, () -> context);
	}

	private static String outcome(String host, TlsSettings settings) throws SQLException {
		return outcome(new InstanceAddress(host, cluster.writerAddress().port()), settings, cluster.database(),
				new DatabaseCredentials(cluster.username(), cluster.password()));
	}

	private static String outcome(InstanceAddress address, TlsSettings settings, String database,
			DatabaseCredentials credentials) {
		try (InstanceDriver driver = new InstanceDriver(DatabaseInstance.at(address), database, Map.of(), settings,
				PoolerMode.AUTO, null);
				Connection connection = driver.connect(new LoginTarget(address, null), credentials,
						Duration.ofSeconds(10))) {
			return connection.isValid(5) ? "connected" : "invalid";
		}
		catch (SQLException ex) {
			for (@Nullable
			Throwable cause = ex; cause != null; cause = cause.getCause()) {
				if (cause.getClass().getPackage().equals(TlsSettings.class.getPackage())) {
					return cause.getClass().getSimpleName();
				}
			}
			return ex.getClass().getSimpleName() + " " + ex.getSQLState();
		}
	}

	/**
	 * Runs in the other JVM.
	 */
	public static void main(String[] arguments) {
		Map<String, String> environment = System.getenv();
		int port = Integer.parseInt(environment.get("RDS_TEST_PORT"));
		String database = environment.get("RDS_TEST_DATABASE");
		DatabaseCredentials credentials = new DatabaseCredentials(environment.get("RDS_TEST_USERNAME"),
				environment.get("RDS_TEST_PASSWORD"));
		TlsSettings trusting = trusting(environment.get("RDS_TEST_AUTHORITY"));
		for (String host : List.of(CLUSTER_NAME, PROXY_NAME)) {
			System.out.println("default\\ " + host + "="
					+ outcome(new InstanceAddress(host, port), TlsSettings.DEFAULT, database, credentials));
		}
		for (String host : List.of(CLUSTER_NAME, PROXY_NAME, OTHER_NAME)) {
			System.out.println("trusting\\ " + host + "="
					+ outcome(new InstanceAddress(host, port), trusting, database, credentials));
		}
	}

}
