package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.rdsboot.cluster.InstanceState;
import io.rdsboot.pool.login.InstanceRefusedException;
import io.rdsboot.routing.PublishedCluster;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.routing.consistency.ConsistencyLevel;
import io.rdsboot.routing.failure.NoReaderAvailableException;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.CannotCreateTransactionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of {@link io.rdsboot.routing.ReadWriteRoutingDataSource} while readers fail. Each
 * has a cluster of its own, because it breaks it.
 */
class ReaderFailureTests {

	private static final Duration RETRY = Duration.ofSeconds(5);

	private LocalRdsCluster cluster;

	@BeforeEach
	void start() {
		this.cluster = LocalRdsCluster.builder().readers(2).start();
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@Test
	void readerThatRefusesIsLeftOutAndTriedAgainLater() {
		LocalRdsInstance lost = this.cluster.readers().get(0);
		LocalRdsInstance left = this.cluster.readers().get(1);
		this.cluster.crash(lost);
		try (RoutedCluster routed = new RoutedCluster(this.cluster)) {
			for (int i = 0; i < 10; i++) {
				assertThat(routed.readingPort()).isEqualTo(left.port());
			}
			assertThat(stateOf(lost, routed).reachable()).isFalse();
			this.cluster.restart(lost);
			assertThat(routed.readingPort()).isEqualTo(left.port());
			Awaitility.await().untilAsserted(() -> {
				routed.nanoTime.addAndGet(RETRY.toNanos());
				assertThat(routed.readingPort()).isEqualTo(lost.port());
			});
			assertThat(stateOf(lost, routed).reachable()).isTrue();
		}
	}

	@Test
	void readerThatDoesNotAnswerIsLeftOut() {
		LocalRdsInstance frozen = this.cluster.readers().get(0);
		LocalRdsInstance left = this.cluster.readers().get(1);
		this.cluster.freeze(frozen);
		try (RoutedCluster routed = new RoutedCluster(this.cluster)) {
			for (int i = 0; i < 10; i++) {
				assertThat(routed.readingPort()).isEqualTo(left.port());
			}
		}
	}

	@Test
	void readsGoToWriterWhenNoReaderIsLeft() {
		this.cluster.readers().forEach(this.cluster::crash);
		try (RoutedCluster routed = new RoutedCluster(this.cluster)) {
			assertThat(routed.readingPort()).isEqualTo(this.cluster.writer().port());
			assertThat(routed.decisions).extracting(RoutingDecision::reason)
				.containsExactly(RoutingReason.READER_FALLBACK);
		}
	}

	@Test
	void readsFailWhenNoReaderIsLeftAndTheWriterMustNotServeThem() {
		this.cluster.readers().forEach(this.cluster::crash);
		try (RoutedCluster routed = new RoutedCluster(this.cluster, this.cluster.readers(),
				(builder) -> builder.readerFallback(ReaderFallback.FAIL))) {
			Throwable failure = catchThrowable(() -> routed.readingPort());
			assertThat(failure).rootCause().isInstanceOf(NoReaderAvailableException.class);
			NoReaderAvailableException cause = (NoReaderAvailableException) failure.getCause();
			assertThat((Throwable) cause).hasMessageContaining("rds.routing.reader-fallback");
			assertThat(cause.getReaders()).hasSize(2);
			assertThat(cause.getSuppressed()).isNotEmpty()
				.allSatisfy((suppressed) -> assertThat(suppressed).isInstanceOf(InstanceRefusedException.class));
			assertThat(routed.answeringPort()).isEqualTo(this.cluster.writer().port());
		}
	}

	@Test
	void busyReaderIsNotLeftOut() {
		LocalRdsInstance reader = this.cluster.readers().get(0);
		try (RoutedCluster routed = new RoutedCluster(this.cluster, List.of(reader), (builder) -> {
		})) {
			Throwable failure = catchThrowable(() -> nest(routed, 5));
			assertThat(failure).hasStackTraceContaining("rds.pool.reader.maximum-pool-size to 5 or more")
				.isNotInstanceOf(CannotCreateTransactionException.class);
			assertThat(routed.readingPort()).isEqualTo(reader.port());
			assertThat(routed.decisions).extracting(RoutingDecision::reason).containsOnly(RoutingReason.READ);
		}
	}

	@Test
	void whoWaitsForAReaderThatIsSuspendedIsServedByAnother() throws Exception {
		LocalRdsInstance suspended = this.cluster.readers().get(0);
		LocalRdsInstance other = this.cluster.readers().get(1);
		Duration limit = Duration.ofSeconds(30);
		// What other tests have written on this thread is not to count.
		try (PublishedCluster watched = new PublishedCluster(this.cluster, limit, limit,
				(builder) -> builder.consistency(ConsistencyLevel.EVENTUAL))) {
			watched.dataSource.suspendReader(RoutedCluster.instance(other, 1));
			List<Connection> held = new ArrayList<>();
			for (int i = 0; i < PublishedCluster.POOL_SIZE; i++) {
				Connection connection = watched.dataSource.getConnection();
				held.add(connection);
				assertThat(portOfRead(connection)).isEqualTo(suspended.port());
			}
			CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(() -> {
				try (Connection connection = watched.dataSource.getConnection()) {
					return portOfRead(connection);
				}
				catch (SQLException ex) {
					throw new IllegalStateException(ex);
				}
			});
			Awaitility.await().until(() -> watched.pool(suspended).waitingThreads() > 0);
			watched.dataSource.resumeReader(RoutedCluster.instance(other, 1));
			watched.dataSource.suspendReader(RoutedCluster.instance(suspended, 1));
			assertThat(waiting).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(other.port());
			for (Connection connection : held) {
				assertThat(portOfRead(connection)).isEqualTo(suspended.port());
				connection.close();
			}
		}
	}

	private static int portOfRead(Connection connection) throws SQLException {
		connection.setAutoCommit(false);
		connection.setReadOnly(true);
		try (Statement statement = connection.createStatement();
				ResultSet answer = statement.executeQuery("SELECT inet_server_port()")) {
			answer.next();
			return answer.getInt(1);
		}
	}

	/**
	 * Opens read-only transactions within each other, each with a connection of its own.
	 */
	private static int nest(RoutedCluster routed, int depth) {
		return routed.inTransaction(true,
				org.springframework.transaction.TransactionDefinition.PROPAGATION_REQUIRES_NEW, () -> {
					int port = routed.answeringPort();
					return (depth > 1) ? nest(routed, depth - 1) : port;
				});
	}

	private static InstanceState stateOf(LocalRdsInstance instance, RoutedCluster routed) {
		return routed.topology.topology()
			.instances()
			.stream()
			.filter((state) -> state.instance().address().port() == instance.port())
			.findFirst()
			.orElseThrow();
	}

}
