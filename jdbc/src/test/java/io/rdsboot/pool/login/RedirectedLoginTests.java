package io.rdsboot.pool.login;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLContext;

import io.rdsboot.cluster.AddressRedirect;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.credentials.DatabaseCredentials;
import io.rdsboot.pool.pooler.PoolerMode;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.tls.HostNameMismatchException;
import io.rdsboot.tls.TlsContexts;
import io.rdsboot.tls.TlsSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of logins that go elsewhere than an address leads. The names resolve to nothing.
 */
class RedirectedLoginTests {

	private static final InstanceAddress BLUE = new InstanceAddress("app.abc123.us-east-1.rds.amazonaws.com", 5432);

	private static final InstanceAddress GREEN = new InstanceAddress(
			"app-green-x1y2z3.abc123.us-east-1.rds.amazonaws.com", 5432);

	private static LocalRdsCluster cluster;

	private final List<InstanceAddress> asked = new ArrayList<>();

	@BeforeAll
	static void startCluster() {
		cluster = LocalRdsCluster.builder().readers(0).tls().certificateHosts(BLUE.host()).start();
	}

	@AfterAll
	static void stopCluster() {
		cluster.close();
	}

	@Test
	void certificateMayBeThatOfEitherName() throws SQLException {
		AddressRedirect redirect = new AddressRedirect(endpoint(), GREEN, BLUE);
		try (Connection connection = open(BLUE, redirect)) {
			assertThat(connection.isValid(5)).isTrue();
		}
		assertThat(this.asked).containsExactly(GREEN, BLUE);
		assertThat(redirect.names()).containsExactly(BLUE, GREEN);
		open(BLUE, redirect).close();
		assertThat(this.asked).as("the name that was accepted is tried first").containsExactly(GREEN, BLUE, BLUE);
	}

	@Test
	void certificateOfAnotherNameIsRefused() {
		InstanceAddress other = new InstanceAddress("other.abc123.us-east-1.rds.amazonaws.com", 5432);
		AddressRedirect redirect = new AddressRedirect(endpoint(), GREEN, other);
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> open(other, redirect))
			.withStackTraceContaining(HostNameMismatchException.class.getName());
	}

	/**
	 * The request to cancel goes over a connection of its own.
	 */
	@Test
	void statementIsCancelledWhereItRuns() throws Exception {
		try (Connection connection = open(BLUE, new AddressRedirect(endpoint(), BLUE, BLUE));
				Statement statement = connection.createStatement()) {
			CompletableFuture<Void> running = CompletableFuture.runAsync(() -> {
				try {
					statement.execute("SELECT pg_sleep(60)");
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex.getSQLState());
				}
			});
			while (!running.isDone()) {
				statement.cancel();
			}
			assertThat(running).isCompletedExceptionally();
			assertThat(running.handle((nothing, failure) -> failure.getCause().getMessage()).get()).isEqualTo("57014");
		}
	}

	private static InetSocketAddress endpoint() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), cluster.writerAddress().port());
	}

	private Connection open(InstanceAddress address, AddressRedirect redirect) throws SQLException {
		SSLContext context = TlsContexts
			.trusting(List.of(TlsConnectionTests.certificate(cluster.certificateAuthority())));
		try (InstanceDriver driver = new InstanceDriver(DatabaseInstance.at(address), cluster.database(), Map.of(),
				new TlsSettings(null, () -> context), PoolerMode.AUTO, null)) {
			DatabaseCredentials credentials = new DatabaseCredentials(cluster.username(), cluster.password());
			return new Login(address, redirect, (name) -> {
				this.asked.add(name);
				return credentials;
			}, new PendingCredentials(address, (name) -> credentials, System::nanoTime), driver, Duration.ofSeconds(10),
					System::nanoTime)
				.open();
		}
	}

}
