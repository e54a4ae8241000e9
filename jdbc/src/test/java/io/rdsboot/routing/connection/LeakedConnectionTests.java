package io.rdsboot.routing.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.core.BaseConnection;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a connection which is not given back as it should be leaves nothing behind.
 */
@LocalRds(readers = 1)
@ExtendWith(OutputCaptureExtension.class)
class LeakedConnectionTests {

	private static final String LEAK = "was not closed by its borrower, and is closed now";

	private final LocalRdsCluster cluster;

	private RoutedCluster routed;

	LeakedConnectionTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void open() {
		this.routed = new RoutedCluster(this.cluster);
	}

	@AfterEach
	void close() {
		this.routed.close();
	}

	@Test
	void connectionThatIsNeverClosedIsClosedWhenItWasCollected() throws SQLException {
		for (int i = 0; i < 3; i++) {
			leak();
		}
		assertThat(this.routed.readingPort()).isEqualTo(this.cluster.writer().port());
		Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			this.routed.forgetWrites();
			return this.routed.readingPort() == this.cluster.readers().get(0).port();
		});
		Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			this.routed.readingPort();
			return this.routed.borrowed() == 0;
		});
		assertThat(this.routed.writingPort()).isEqualTo(this.cluster.writer().port());
	}

	private void leak() throws SQLException {
		this.routed.dataSource.getConnection().createStatement().execute("SELECT 1");
	}

	@Test
	void connectionThatWasClosedUnderneathDoesNotKeepItsSessionFromReaders() throws SQLException {
		Connection connection = this.routed.dataSource.getConnection();
		connection.createStatement().execute("SELECT 1");
		assertThat(this.routed.readingPort()).isEqualTo(this.cluster.writer().port());
		connection.unwrap(BaseConnection.class).close();
		this.routed.readingPort();
		this.routed.forgetWrites();
		assertThat(this.routed.readingPort()).isEqualTo(this.cluster.readers().get(0).port());
		// As HikariCP's own.
		assertThatExceptionOfType(SQLException.class).isThrownBy(connection::close);
		assertThat(this.routed.borrowed()).isZero();
	}

	@Test
	void connectionThatIsLostWhileItIsBorrowedIsNoLeak(CapturedOutput output) throws SQLException {
		AtomicReference<Runnable> borrowed = new AtomicReference<>(() -> {
		});
		try (RoutedCluster lost = new RoutedCluster(this.cluster, this.cluster.readers(),
				(builder) -> builder.listener((decision) -> borrowed.get().run()))) {
			borrowed.set(lost.pools.pool(RoutedCluster.instance(this.cluster.readers().get(0), 1),
					InstanceRole.READER)::close);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> forget(lost, true));
			borrowed.set(() -> {
			});
			assertNothingLeakedBefore(lost, output);
		}
	}

	/**
	 * Whoever asks a lost connection is told that it is closed, and has nothing to close.
	 */
	@Test
	void connectionThatIsLostInUseAndNotClosedIsNoLeak(CapturedOutput output) throws SQLException {
		loseOne();
		assertNothingLeakedBefore(this.routed, output);
		assertThat(this.routed.borrowed()).isZero();
	}

	private void loseOne() throws SQLException {
		Connection connection = this.routed.dataSource.getConnection();
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> connection.createStatement().execute("SELECT pg_terminate_backend(pg_backend_pid())"));
		assertThat(connection.isClosed()).isTrue();
	}

	/**
	 * Forgets another one, which shows when those before must have been collected.
	 */
	private static void assertNothingLeakedBefore(RoutedCluster routed, CapturedOutput output) throws SQLException {
		forget(routed, false);
		Awaitility.await().pollInSameThread().until(() -> {
			System.gc();
			routed.reclaim();
			return output.getOut().contains(LEAK);
		});
		System.gc();
		routed.reclaim();
		assertThat(output).containsOnlyOnce(LEAK);
	}

	private static void forget(RoutedCluster routed, boolean readOnly) throws SQLException {
		Connection connection = routed.dataSource.getConnection();
		connection.setReadOnly(readOnly);
		connection.prepareStatement("SELECT 1");
	}

	@Test
	void listenerThatFailsCostsNoConnection(CapturedOutput output) {
		try (RoutedCluster heard = new RoutedCluster(this.cluster, this.cluster.readers(),
				(builder) -> builder.listener((decision) -> {
					throw new IllegalStateException("deaf");
				}))) {
			for (int i = 0; i < 5; i++) {
				assertThat(heard.readingPort()).isEqualTo(this.cluster.readers().get(0).port());
				assertThat(heard.writingPort()).isEqualTo(this.cluster.writer().port());
				heard.forgetWrites();
			}
			assertThat(heard.borrowed()).isZero();
		}
		assertThat(output).containsOnlyOnce("A listener failed to take note of a routing decision");
	}

	@Test
	void abortedConnectionDoesNotKeepItsSessionFromReaders() throws SQLException {
		Connection connection = this.routed.dataSource.getConnection();
		connection.createStatement().execute("SELECT 1");
		connection.abort(Runnable::run);
		this.routed.forgetWrites();
		assertThat(this.routed.readingPort()).isEqualTo(this.cluster.readers().get(0).port());
		assertThat(this.routed.borrowed()).isZero();
	}

}
