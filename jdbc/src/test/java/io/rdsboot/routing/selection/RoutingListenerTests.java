package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.routing.PublishedCluster;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.routing.failure.NoWriterAvailableException;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of what a {@link RoutingListener} is told.
 */
@LocalRds(readers = 1)
class RoutingListenerTests {

	private static final Duration LONG = Duration.ofSeconds(30);

	private final LocalRdsCluster cluster;

	private final Recorder recorder = new Recorder();

	RoutingListenerTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@Test
	void borrowIsToldWithItsTime() throws SQLException {
		try (PublishedCluster watched = watched(LONG)) {
			long begin = System.nanoTime();
			borrow(watched, false).close();
			borrow(watched, true).close();
			long limit = System.nanoTime() - begin;
			assertThat(this.recorder.told).containsExactly("WRITE", "READ");
			assertThat(this.recorder.nanos).allSatisfy((nanos) -> assertThat(nanos).isBetween(1L, limit));
		}
	}

	@Test
	void waitForAWriterIsToldWithItsEnd() throws Exception {
		try (PublishedCluster watched = watched(LONG)) {
			watched.publishNoWriter();
			CompletableFuture<Connection> borrowed = borrowLater(watched, false);
			awaitTold("wait for WRITER");
			watched.publishWriter(this.cluster.writer(), true);
			borrowed.get(20, TimeUnit.SECONDS).close();
			assertThat(this.recorder.told).containsExactly("wait for WRITER", "end", "WRITE");
		}
	}

	@Test
	void waitThatFailsIsToldWithTheFailure() {
		try (PublishedCluster watched = watched(Duration.ZERO)) {
			watched.publishNoWriter();
			assertThatExceptionOfType(NoWriterAvailableException.class).isThrownBy(() -> borrow(watched, false));
			assertThat(this.recorder.told).containsExactly("wait for WRITER", "end by NoWriterAvailableException",
					"WRITER failed by NoWriterAvailableException");
		}
	}

	@Test
	void waitForAReaderIsToldOnceTheWriterServesAsManyReadsAsItMay() throws Exception {
		try (PublishedCluster watched = watched(LONG)) {
			watched.publishReadersLost();
			List<Connection> held = new ArrayList<>();
			for (int i = 0; i < PublishedCluster.POOL_SIZE / 2; i++) {
				held.add(borrowLater(watched, true).get(20, TimeUnit.SECONDS));
			}
			assertThat(this.recorder.told).containsOnly("READER_FALLBACK");
			CompletableFuture<Connection> borrowed = borrowLater(watched, true);
			awaitTold("wait for READER");
			watched.publishWriter(this.cluster.writer(), true);
			borrowed.get(20, TimeUnit.SECONDS).close();
			assertThat(this.recorder.told).endsWith("wait for READER", "end", "READ");
			for (Connection connection : held) {
				connection.close();
			}
		}
	}

	@Test
	void listenerThatFailsFailsNoBorrower() throws Exception {
		RoutingListener failing = new FailingListener();
		try (PublishedCluster watched = new PublishedCluster(this.cluster, Duration.ofSeconds(20), LONG,
				(builder) -> builder.listener(failing).listener(this.recorder))) {
			watched.publishNoWriter();
			CompletableFuture<Connection> borrowed = borrowLater(watched, false);
			awaitTold("wait for WRITER");
			watched.publishWriter(this.cluster.writer(), true);
			borrowed.get(20, TimeUnit.SECONDS).close();
			assertThat(this.recorder.told).containsExactly("wait for WRITER", "end", "WRITE");
		}
	}

	private PublishedCluster watched(Duration failoverTimeout) {
		return new PublishedCluster(this.cluster, failoverTimeout, LONG, (builder) -> builder.listener(this.recorder));
	}

	private void awaitTold(String last) {
		Awaitility.await()
			.until(() -> !this.recorder.told.isEmpty()
					&& this.recorder.told.get(this.recorder.told.size() - 1).equals(last));
	}

	private static CompletableFuture<Connection> borrowLater(PublishedCluster watched, boolean readOnly) {
		CompletableFuture<Connection> borrowed = new CompletableFuture<>();
		new Thread(() -> {
			try {
				borrowed.complete(borrow(watched, readOnly));
			}
			catch (SQLException ex) {
				borrowed.completeExceptionally(ex);
			}
		}).start();
		return borrowed;
	}

	@SuppressWarnings("try")
	private static Connection borrow(PublishedCluster watched, boolean readOnly) throws SQLException {
		try (ConsistencySession.Binding session = ConsistencySession.ofBareThread().bind()) {
			Connection connection = watched.dataSource.getConnection();
			connection.setAutoCommit(false);
			connection.setReadOnly(readOnly);
			connection.createStatement().execute("SELECT 1");
			return connection;
		}
	}

	/**
	 * Writes down what it is told.
	 */
	private static final class Recorder implements RoutingListener {

		private final List<String> told = new CopyOnWriteArrayList<>();

		private final List<Long> nanos = new CopyOnWriteArrayList<>();

		@Override
		public void routed(RoutingDecision decision) {
			this.told.add(decision.reason().name());
		}

		@Override
		public void routed(RoutingDecision decision, long nanos) {
			routed(decision);
			this.nanos.add(nanos);
		}

		@Override
		public void failed(InstanceRole role, SQLException failure) {
			this.told.add(role + " failed by " + failure.getClass().getSimpleName());
		}

		@Override
		public Consumer<@Nullable SQLException> waiting(InstanceRole role) {
			this.told.add("wait for " + role);
			return (failure) -> this.told
				.add((failure != null) ? "end by " + failure.getClass().getSimpleName() : "end");
		}

	}

	/**
	 * Throws whatever it is told.
	 */
	private static final class FailingListener implements RoutingListener {

		@Override
		public void routed(RoutingDecision decision) {
			throw new IllegalStateException("no room for " + decision);
		}

		@Override
		public Consumer<@Nullable SQLException> waiting(InstanceRole role) {
			return (failure) -> {
				throw new IllegalStateException("no room for the end of a wait for a " + role);
			};
		}

	}

}
