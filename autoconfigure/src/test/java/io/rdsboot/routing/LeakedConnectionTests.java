package io.rdsboot.routing;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.core.BaseConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a connection which is not given back as it should be leaves nothing behind.
 */
@LocalRds(readers = 1)
class LeakedConnectionTests {

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
	void abortedConnectionDoesNotKeepItsSessionFromReaders() throws SQLException {
		Connection connection = this.routed.dataSource.getConnection();
		connection.createStatement().execute("SELECT 1");
		connection.abort(Runnable::run);
		this.routed.forgetWrites();
		assertThat(this.routed.readingPort()).isEqualTo(this.cluster.readers().get(0).port());
		assertThat(this.routed.borrowed()).isZero();
	}

}
