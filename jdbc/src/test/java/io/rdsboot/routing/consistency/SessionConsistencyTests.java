package io.rdsboot.routing.consistency;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstancePlacement;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.routing.Reads;
import io.rdsboot.routing.selection.ReadRequirement;
import io.rdsboot.routing.selection.RoundRobinReaderSelector;
import io.rdsboot.routing.selection.RouteTable;
import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of which readers may serve, where the test says how far they are.
 */
class SessionConsistencyTests extends AbstractSessionConsistencyTests {

	SessionConsistencyTests(LocalRdsCluster cluster) {
		super(cluster);
	}

	@Test
	void readAfterWriteGoesToWriterUntilAReaderHasCaughtUp() {
		at(101);
		this.routed.writingPort();
		this.topology.checks.set(0);
		assertThat(readingPorts()).containsExactly(this.writerPort);
		assertThat(this.routed.decisions.get(this.routed.decisions.size() - 1).reason())
			.isEqualTo(RoutingReason.READ_YOUR_WRITES);
		assertThat(this.topology.checks).hasPositiveValue();
		caughtUp(100, 101);
		assertThat(readingPorts()).containsExactly(this.secondPort);
		caughtUp(101, 101);
		assertThat(readingPorts()).containsExactlyInAnyOrder(this.firstPort, this.secondPort);
	}

	@Test
	void readerOfWhichNothingIsKnownDoesNotServeAWriter() {
		this.routed.writingPort();
		at(10_000);
		caughtUp(null, null);
		assertThat(readingPorts()).containsExactly(this.writerPort);
	}

	@Test
	void sessionThatWroteNothingIsServedByReadersOfWhichNothingIsKnown() {
		caughtUp(null, null);
		assertThat(readingPorts()).containsExactlyInAnyOrder(this.firstPort, this.secondPort);
	}

	@Test
	void writeOutsideTransactionCounts() {
		at(101);
		this.routed.answeringPort();
		assertThat(readingPorts()).containsExactly(this.writerPort);
		caughtUp(101, 101);
		assertThat(readingPorts()).containsExactlyInAnyOrder(this.firstPort, this.secondPort);
	}

	@Test
	void readsGoToWriterWhileAnAutoCommitConnectionIsHeld() throws SQLException {
		try (Connection connection = this.routed.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute("SELECT 1");
			caughtUp(1000, 1000);
			assertThat(readingPorts()).containsExactly(this.writerPort);
			connection.setAutoCommit(false);
			assertThat(readingPorts()).doesNotContain(this.writerPort);
			connection.setAutoCommit(true);
		}
		assertThat(readingPorts()).doesNotContain(this.writerPort);
	}

	@Test
	void commitThatFailedCounts() throws SQLException {
		at(101);
		try (Connection connection = this.routed.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			terminate(backend(connection.createStatement()));
			assertThatExceptionOfType(SQLException.class).isThrownBy(connection::commit);
		}
		assertThat(readingPorts()).containsExactly(this.writerPort);
	}

	@Test
	void rolledBackTransactionDoesNotCount() throws SQLException {
		at(101);
		try (Connection connection = this.routed.dataSource.getConnection()) {
			connection.setAutoCommit(false);
			connection.createStatement().execute("SELECT 1");
			connection.rollback();
		}
		assertThat(readingPorts()).doesNotContain(this.writerPort);
	}

	@Test
	void readFromWriterIsNoWrite() {
		at(101);
		Reads.fromWriter(() -> this.routed.readingPort());
		assertThat(readingPorts()).doesNotContain(this.writerPort);
	}

	@Test
	void writesOfAnotherThreadDoNotCount() throws Exception {
		at(101);
		ExecutorService other = Executors.newSingleThreadExecutor();
		try {
			other.submit(this.routed::writingPort).get(20, TimeUnit.SECONDS);
		}
		finally {
			other.shutdownNow();
		}
		assertThat(readingPorts()).doesNotContain(this.writerPort);
	}

	@Test
	void readsOfAUnitOfWorkStayWithTheirReaderUntilTheOtherHasCaughtUp() {
		Reads.inUnitOfWork(() -> {
			at(101);
			int served = this.routed.readingPort();
			assertThat(readingPorts()).containsExactly(served);
			caughtUp(101, 101);
			assertThat(readingPorts()).containsExactlyInAnyOrder(this.firstPort, this.secondPort);
			return null;
		});
	}

	@Test
	void readsOfAUnitOfWorkDoNotGoBackBehindTheEndOfTheLastTransaction() {
		Reads.inUnitOfWork(() -> {
			int served = this.routed.inTransaction(true, () -> {
				int port = this.routed.answeringPort();
				at(105);
				return port;
			});
			caughtUp(104, 104);
			assertThat(readingPorts()).containsExactly(served);
			return null;
		});
	}

	@Test
	void readWithinAnotherOfTheSameUnitOfWorkIsServedByTheSameReader() {
		Reads.inUnitOfWork(() -> this.routed.inTransaction(true, () -> {
			int outer = this.routed.answeringPort();
			caughtUp(1000, 1000);
			for (int i = 0; i < 4; i++) {
				assertThat(this.routed.inTransaction(true, TransactionDefinition.PROPAGATION_REQUIRES_NEW,
						this.routed::answeringPort))
					.isEqualTo(outer);
			}
			return null;
		}));
	}

	@Test
	void readsOfAUnitOfWorkDoNotGoBackBehindTheWriter() {
		Reads.inUnitOfWork(() -> {
			at(101);
			Reads.fromWriter(() -> this.routed.readingPort());
			assertThat(readingPorts()).containsExactly(this.writerPort);
			caughtUp(100, 101);
			assertThat(readingPorts()).containsExactly(this.secondPort);
			return null;
		});
	}

	@Test
	void eventualReadOfAUnitOfWorkDoesNotLeadBackInTime() {
		Reads.inUnitOfWork(() -> {
			this.routed.readingPort();
			at(101);
			Reads.eventually(() -> assertThat(readingPorts()).hasSize(2));
			assertThat(readingPorts()).containsExactly(this.writerPort);
			return null;
		});
	}

	@Test
	void unitOfWorkLeavesNothingBehind() {
		at(101);
		Reads.inUnitOfWork(this.routed::writingPort);
		assertThat(readingPorts()).doesNotContain(this.writerPort);
	}

	@Test
	void addressOfSeveralServersServesAWriterAfterADelay() {
		at(101);
		DatabaseInstance balanced = new DatabaseInstance(this.first.name(), this.first.address(), 1, Map.of(),
				InstanceRole.READER);
		this.topology.publish(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(balanced, InstanceRole.READER, true));
		this.routed.writingPort();
		this.routed.nanoTime.addAndGet(5 * SECOND - 1);
		assertThat(readingPorts()).containsExactly(this.writerPort);
		this.routed.nanoTime.addAndGet(1);
		assertThat(readingPorts()).containsExactly(this.firstPort);
	}

	@Test
	void readerThatComesBackServesFromItsNewPool() {
		this.routed.pools.follow(this.topology);
		assertThat(readingPorts()).containsExactlyInAnyOrder(this.firstPort, this.secondPort);
		this.topology.publish(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.second, InstanceRole.READER, true));
		assertThat(readingPorts()).containsExactly(this.secondPort);
		caughtUp(100, 100);
		Awaitility.await().until(() -> this.routed.pools.pool(this.first, InstanceRole.READER).isWarm());
		assertThat(readingPorts()).containsExactlyInAnyOrder(this.firstPort, this.secondPort);
	}

	@Test
	void sessionLeavesItsZoneOrItsGroupForWhatItHasWritten() {
		InstancePlacement zoned = InstancePlacement.NONE.withOwnZone("a")
			.withZone(this.first.address(), "a")
			.withZone(this.second.address(), "b");
		InstancePlacements placements = new InstancePlacements(zoned);
		open((builder) -> builder.placements(placements));
		assertThat(readingPorts()).containsExactly(this.firstPort);
		at(101);
		this.routed.writingPort();
		caughtUp(100, 101);
		assertThat(readingPorts()).containsExactly(this.secondPort);
		assertThat(this.routed.decisions.get(this.routed.decisions.size() - 1).reason())
			.isEqualTo(RoutingReason.ZONE_READERS_LAG);
		placements.update((present) -> present.withGroup("reports", Set.of(this.first.address())));
		assertThat(Reads.from("reports", this::readingPorts)).containsExactly(this.writerPort);
		assertThat(this.routed.decisions.get(this.routed.decisions.size() - 1).reason())
			.isEqualTo(RoutingReason.READ_YOUR_WRITES);
		caughtUp(101, 101);
		assertThat(Reads.from("reports", this::readingPorts)).containsExactly(this.firstPort);
		assertThat(readingPorts()).containsExactly(this.secondPort);
	}

	@Test
	void borrowingAllocatesNothingForConsistency() {
		RouteTable table = new RouteTable(this.topology, new InstancePlacements(InstancePlacement.NONE),
				this.routed.pools, Duration.ofSeconds(5), this.routed.nanoTime::get);
		table.follow();
		RoundRobinReaderSelector selector = new RoundRobinReaderSelector();
		this.routed.writingPort();
		caughtUp(200, 200);
		Duration maxLag = Duration.ofHours(1);
		long before = 0;
		int rounds = 20_000;
		SessionConnection connection = () -> false;
		var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
		for (int i = 0; i < 2 * rounds; i++) {
			if (i == rounds) {
				before = threads.getCurrentThreadAllocatedBytes();
			}
			ReadContext context = ReadContext.current();
			ReadRequirement requirement = ReadRequirement.of(context, maxLag, true, 0, 1);
			RoutedReader reader = (RoutedReader) selector.select(table.current().readers(), requirement);
			requirement.servedBy(reader);
			context.history().connectionOpened(connection);
			context.history().connectionClosed(connection, 0);
		}
		assertThat((threads.getCurrentThreadAllocatedBytes() - before) / rounds).isZero();
	}

}
