package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

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

	/**
	 * The first one is forgotten, and shows when the second must have been collected.
	 */
	@Test
	void connectionThatIsLostWhileItIsBorrowedIsNoLeak(CapturedOutput output) throws SQLException {
		AtomicReference<Runnable> borrowed = new AtomicReference<>(() -> {
		});
		try (RoutedCluster lost = new RoutedCluster(this.cluster, this.cluster.readers(),
				(builder) -> builder.listener((decision) -> borrowed.get().run()))) {
			forget(lost);
			borrowed.set(lost.pools::close);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> forget(lost));
			Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> {
				System.gc();
				lost.dataSource.heldConnections().reclaim();
				return output.getOut().contains(LEAK);
			});
			System.gc();
			lost.dataSource.heldConnections().reclaim();
			assertThat(output).containsOnlyOnce(LEAK);
		}
	}

	private static void forget(RoutedCluster routed) throws SQLException {
		routed.dataSource.getConnection().prepareStatement("SELECT 1");
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
