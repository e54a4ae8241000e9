package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.rdsboot.pool.login.InstanceRefusedException;
import io.rdsboot.routing.PublishedCluster;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.routing.failure.TransactionOutcomeUnknownException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests of how writers are borrowed while the writer is lost or another one.
 */
class WriterFailoverTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHORT = Duration.ofSeconds(1);

	private LocalRdsCluster cluster;

	private LocalRdsInstance writer;

	@BeforeEach
	void start() {
		this.cluster = LocalRdsCluster.builder().readers(1).start();
		this.writer = this.cluster.writer();
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void borrowerWaitsForTheNewWriterWhenTheOldOneRefuses() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			watched.answeringPort();
			this.cluster.crash(this.writer);
			CompletableFuture<Integer> port = portOf(watched);
			LocalRdsInstance promoted = this.cluster.failover();
			Awaitility.await().until(() -> watched.topology.checks.get() > 0);
			assertThat(port).isNotDone();
			watched.publishWriter(promoted, true);
			assertThat(port.get(20, TimeUnit.SECONDS)).isEqualTo(promoted.port());
		}
	}

	@Test
	void borrowerWaitsForTheNewWriterWhenTheOldOneIsFrozen() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			this.cluster.freeze(this.writer);
			CompletableFuture<Integer> port = portOf(watched);
			Awaitility.await().until(() -> watched.pool(this.writer).waitingThreads() > 0);
			LocalRdsInstance promoted = this.cluster.promote();
			watched.publishWriter(promoted, true);
			assertThat(port.get(20, TimeUnit.SECONDS)).isEqualTo(promoted.port());
		}
	}

	@Test
	void borrowerWaitsWhileNoWriterIsKnown() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			watched.publishNoWriter();
			CompletableFuture<Integer> port = portOf(watched);
			Awaitility.await().until(() -> watched.topology.checks.get() > 2);
			assertThat(port).isNotDone();
			watched.publishWriter(this.writer, true);
			assertThat(port.get(20, TimeUnit.SECONDS)).isEqualTo(this.writer.port());
		}
	}

	@Test
	void borrowerInAnExhaustedPoolFollowsTheWriterRole() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			List<Connection> held = exhaust(watched);
			CompletableFuture<Integer> port = portOf(watched);
			Awaitility.await().until(() -> watched.pool(this.writer).waitingThreads() > 0);
			LocalRdsInstance promoted = this.cluster.promote();
			watched.publishWriter(promoted, true);
			assertThat(port.get(20, TimeUnit.SECONDS)).isEqualTo(promoted.port());
			giveBack(held);
		}
	}

	@Test
	void connectionOfAnInstanceThatCeasedToBeTheWriterGoesBack() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			List<Connection> held = exhaust(watched);
			CompletableFuture<Integer> port = portOf(watched);
			// The role moves after the borrower chose the pool it waits in.
			Awaitility.await().until(() -> watched.pool(this.writer).waitingThreads() > 0);
			watched.publishNoWriter();
			giveBack(held);
			Awaitility.await().until(() -> watched.topology.checks.get() > 0);
			assertThat(watched.pool(this.writer).activeConnections()).isZero();
			assertThat(port).isNotDone();
			LocalRdsInstance promoted = this.cluster.promote();
			watched.publishWriter(promoted, true);
			assertThat(port.get(20, TimeUnit.SECONDS)).isEqualTo(promoted.port());
		}
	}

	@Test
	void standbyThatWasTakenForTheWriterIsWaitedForUntilItIsPromoted() throws Exception {
		LocalRdsInstance standby = this.cluster.readers().get(0);
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			watched.publishWriter(standby, true);
			CompletableFuture<Integer> port = portOf(watched);
			Awaitility.await().until(() -> watched.topology.checks.get() > 0);
			assertThat(port).isNotDone();
			this.cluster.promote(standby);
			assertThat(port.get(20, TimeUnit.SECONDS)).isEqualTo(standby.port());
		}
	}

	@Test
	void waitForAStandbyEndsWithWhatItIs() {
		LocalRdsInstance standby = this.cluster.readers().get(0);
		try (PublishedCluster watched = new PublishedCluster(this.cluster, SHORT, LONG)) {
			watched.publishWriter(standby, true);
			NoWriterAvailableException failure = catchThrowableOfType(NoWriterAvailableException.class,
					() -> watched.dataSource.getConnection().prepareStatement("SELECT 1"));
			assertThat((Throwable) failure).cause()
				.hasMessage("Instance 127.0.0.1:%d is a standby, or was closed to writes".formatted(standby.port()));
			assertThat(failure.getWaited()).isLessThan(LONG);
			assertThat(watched.pool(standby).activeConnections()).isZero();
		}
	}

	@Test
	void connectionThatWasOpenedBeforeThePromotionServesTheWriter() throws Exception {
		LocalRdsInstance standby = this.cluster.readers().get(0);
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			try (Connection connection = watched.pool(standby).getConnection()) {
				assertThat(connection.isValid(5)).isTrue();
				this.cluster.promote(standby);
			}
			watched.publishWriter(standby, true);
			int connections = watched.pool(standby).totalConnections();
			assertThat(watched.answeringPort()).isEqualTo(standby.port());
			assertThat(watched.topology.checks).hasValue(0);
			assertThat(watched.pool(standby).totalConnections()).isEqualTo(connections);
		}
	}

	@Test
	void writerThatTheMonitorCannotReachIsTriedAllTheSame() {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			watched.publishWriter(this.writer, false);
			assertThat(watched.answeringPort()).isEqualTo(this.writer.port());
		}
	}

	@Test
	void writerThatCameBackUnnoticedIsFound() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			watched.answeringPort();
			this.cluster.crash(this.writer);
			watched.publishWriter(this.writer, false);
			CompletableFuture<Integer> port = portOf(watched);
			Awaitility.await().until(() -> watched.topology.checks.get() > 0);
			this.cluster.restart(this.writer);
			assertThat(port.get(20, TimeUnit.SECONDS)).isEqualTo(this.writer.port());
		}
	}

	@Test
	void waitEndsWithWhatIsKnownOfEachInstance() {
		this.cluster.crash(this.writer);
		try (PublishedCluster watched = new PublishedCluster(this.cluster, SHORT, LONG)) {
			NoWriterAvailableException failure = catchThrowableOfType(NoWriterAvailableException.class,
					() -> watched.dataSource.getConnection().prepareStatement("SELECT 1"));
			assertThat(failure.getSQLState()).isEqualTo("08001");
			assertThat((Throwable) failure)
				.hasMessageContaining("127.0.0.1:" + this.writer.port() + " (WRITER, reachable)")
				.hasMessageContaining("(READER, reachable)")
				.hasMessageContaining("raise rds.failover.timeout")
				.hasCauseInstanceOf(InstanceRefusedException.class);
			assertThat(failure.getWaited()).isBetween(SHORT, LONG);
			assertThat(failure.getTopology().writer()).isPresent();
		}
	}

	@Test
	void noWriterIsWaitedForWhenTheTimeoutIsZero() {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, Duration.ZERO, LONG)) {
			watched.publishNoWriter();
			assertWriterIsNotWaitedFor(watched);
		}
		this.cluster.crash(this.writer);
		try (PublishedCluster watched = new PublishedCluster(this.cluster, Duration.ZERO, LONG)) {
			assertWriterIsNotWaitedFor(watched);
		}
	}

	private static void assertWriterIsNotWaitedFor(PublishedCluster watched) {
		NoWriterAvailableException failure = catchThrowableOfType(NoWriterAvailableException.class,
				() -> watched.dataSource.getConnection().prepareStatement("SELECT 1"));
		assertThat(failure.getWaited()).isLessThan(Duration.ofSeconds(5));
	}

	@Test
	void exhaustedPoolKeepsItsOwnTimeout() throws SQLException {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, SHORT)) {
			List<Connection> held = exhaust(watched);
			long begin = System.nanoTime();
			SQLException failure = catchThrowableOfType(SQLException.class,
					() -> watched.dataSource.getConnection().prepareStatement("SELECT 1"));
			Duration waited = Duration.ofNanos(System.nanoTime() - begin);
			assertThat((Throwable) failure).isInstanceOf(SQLTransientConnectionException.class)
				.isNotInstanceOf(NoWriterAvailableException.class)
				.isNotInstanceOf(InstanceRefusedException.class);
			assertThat(waited).isBetween(SHORT, LONG.dividedBy(2));
			giveBack(held);
		}
	}

	@Test
	void refusedLoginIsNoFailover() throws SQLException {
		try (Connection admin = this.cluster.adminConnection(this.writer)) {
			admin.createStatement().execute("ALTER ROLE " + this.cluster.username() + " NOLOGIN");
		}
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, SHORT)) {
			InstanceRefusedException failure = catchThrowableOfType(InstanceRefusedException.class,
					() -> watched.dataSource.getConnection().prepareStatement("SELECT 1"));
			assertThat(failure.getSQLState()).isEqualTo("28000");
		}
	}

	@Test
	void readOfAClusterWithoutReadersWaitsToo() throws Exception {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			watched.publishNoWriter();
			CompletableFuture<Integer> port = CompletableFuture.supplyAsync(() -> {
				try (Connection connection = watched.dataSource.getConnection()) {
					connection.setReadOnly(true);
					try (ResultSet rows = connection.createStatement().executeQuery("SELECT inet_server_port()")) {
						rows.next();
						return rows.getInt(1);
					}
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			Awaitility.await().until(() -> watched.topology.checks.get() > 0);
			watched.publishWriter(this.writer, true);
			assertThat(port.get(20, TimeUnit.SECONDS)).isIn(this.writer.port(), this.cluster.readers().get(0).port());
		}
	}

	@Test
	void negativeTimeoutIsRefused() {
		try (PublishedCluster watched = new PublishedCluster(this.cluster, LONG, LONG)) {
			ReadWriteRoutingDataSource.Builder builder = ReadWriteRoutingDataSource.builder(watched.topology,
					watched.pools);
			assertThatIllegalArgumentException().isThrownBy(() -> builder.failoverTimeout(Duration.ofSeconds(-1)))
				.withMessageContaining("PT-1S");
		}
	}

	/**
	 * Asks on another thread. Connections that were idle when the server was lost are
	 * handed out untested for half a second.
	 */
	private static CompletableFuture<Integer> portOf(PublishedCluster watched) {
		return CompletableFuture.supplyAsync(() -> {
			for (int i = 0; i < PublishedCluster.POOL_SIZE; i++) {
				try {
					return watched.answeringPort();
				}
				catch (TransactionOutcomeUnknownException ex) {
					assertThat(ex.getInstance()).isPresent();
				}
			}
			return watched.answeringPort();
		});
	}

	private List<Connection> exhaust(PublishedCluster watched) throws SQLException {
		List<Connection> held = new ArrayList<>();
		for (int i = 0; i < PublishedCluster.POOL_SIZE; i++) {
			Connection connection = watched.dataSource.getConnection();
			connection.prepareStatement("SELECT 1").close();
			held.add(connection);
		}
		return held;
	}

	private static void giveBack(List<Connection> held) throws SQLException {
		for (Connection connection : held) {
			connection.close();
		}
	}

}
