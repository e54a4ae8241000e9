package io.rdsboot.routing.consistency;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import io.rdsboot.routing.Reads;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.routing.failure.NoReaderAvailableException;
import io.rdsboot.routing.selection.ReadRequirement;
import io.rdsboot.routing.selection.ReaderFallback;
import io.rdsboot.routing.selection.RoundRobinReaderSelector;
import io.rdsboot.routing.selection.RouteTable;
import io.rdsboot.routing.selection.RoutedReader;
import io.rdsboot.routing.selection.RoutingReason;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of which readers may serve, where the test says how far they are.
 */
@LocalRds(readers = 2)
class SessionConsistencyTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final LocalRdsCluster cluster;

	private final DatabaseInstance writer;

	private final DatabaseInstance first;

	private final DatabaseInstance second;

	private final int writerPort;

	private final int firstPort;

	private final int secondPort;

	private ManualTopology topology;

	private RoutedCluster routed;

	SessionConsistencyTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.writer = RoutedCluster.instance(cluster.writer(), 1);
		this.first = RoutedCluster.instance(cluster.readers().get(0), 1);
		this.second = RoutedCluster.instance(cluster.readers().get(1), 1);
		this.writerPort = cluster.writer().port();
		this.firstPort = cluster.readers().get(0).port();
		this.secondPort = cluster.readers().get(1).port();
	}

	@BeforeEach
	void open() {
		open((builder) -> {
		});
	}

	private void open(Consumer<ReadWriteRoutingDataSource.Builder> settings) {
		close();
		this.topology = new ManualTopology(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.first, InstanceRole.READER, true),
				new InstanceState(this.second, InstanceRole.READER, true));
		this.routed = new RoutedCluster(this.cluster, this.topology, new ConnectivityListener() {
		}, settings);
		at(100);
		caughtUp(100, 100);
	}

	@AfterEach
	void close() {
		if (this.routed != null) {
			this.routed.close();
		}
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

	private static int backend(Statement statement) throws SQLException {
		try (var resultSet = statement.executeQuery("SELECT pg_backend_pid()")) {
			resultSet.next();
			return resultSet.getInt(1);
		}
	}

	private void terminate(int backend) throws SQLException {
		try (Connection connection = this.cluster.adminConnection(this.cluster.writer());
				Statement statement = connection.createStatement()) {
			statement.execute("SELECT pg_terminate_backend(" + backend + ", 5000)");
		}
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
	void eventualReadsGoToAnyReader() {
		at(101);
		this.routed.writingPort();
		Reads.eventually(() -> assertThat(readingPorts()).hasSize(2).doesNotContain(this.writerPort));
	}

	@Test
	void boundedReadsGoToReadersWithinTheBound() {
		at(103);
		caughtUp(100, 102);
		Reads.within(Duration.ofSeconds(2), () -> assertThat(readingPorts()).containsExactly(this.secondPort));
		Reads.within(Duration.ofSeconds(3), () -> assertThat(readingPorts()).hasSize(2));
		this.topology.checks.set(0);
		Reads.within(Duration.ofMillis(500), () -> assertThat(readingPorts()).containsExactly(this.writerPort));
		assertThat(this.routed.decisions.get(this.routed.decisions.size() - 1).reason())
			.isEqualTo(RoutingReason.READER_LAG);
		assertThat(this.topology.checks).hasPositiveValue();
	}

	@Test
	void readerOfUnknownLagIsNotWithinTheBound() {
		caughtUp(null, 100);
		Reads.within(Duration.ofHours(1), () -> assertThat(readingPorts()).containsExactly(this.secondPort));
	}

	@Test
	void configuredBoundHoldsForSessionsAndNotForEventualReads() {
		open((builder) -> builder.maxLag(Duration.ofSeconds(2)));
		at(103);
		caughtUp(100, 102);
		assertThat(readingPorts()).containsExactly(this.secondPort);
		Reads.eventually(() -> assertThat(readingPorts()).hasSize(2));
	}

	@Test
	void boundedWithoutBoundIsRefused() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> open((builder) -> builder.consistency(ConsistencyLevel.BOUNDED)))
			.withMessageContaining("maximum lag");
		assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Reads.within(Duration.ZERO, () -> {
		})).withMessageContaining("PT0S");
	}

	@Test
	void configuredLevelHoldsOutsideScopes() {
		open((builder) -> builder.consistency(ConsistencyLevel.WRITER));
		assertThat(readingPorts()).containsExactly(this.writerPort);
		Reads.eventually(() -> {
			assertThat(readingPorts()).hasSize(2);
			Reads.fromWriter(() -> assertThat(readingPorts()).containsExactly(this.writerPort));
			assertThat(readingPorts()).hasSize(2);
		});
		assertThat(readingPorts()).containsExactly(this.writerPort);
	}

	@Test
	void nothingWithinReadsFromWriterLoosensIt() {
		Reads.fromWriter(() -> {
			Reads.eventually(() -> assertThat(readingPorts()).containsExactly(this.writerPort));
			Reads.within(Duration.ofHours(1), () -> assertThat(readingPorts()).containsExactly(this.writerPort));
		});
		assertThat(readingPorts()).hasSize(2);
	}

	@Test
	void configuredBoundHoldsForBoundedReadsOfAServiceWhoseLevelIsEventual() {
		open((builder) -> builder.consistency(ConsistencyLevel.EVENTUAL).maxLag(Duration.ofSeconds(2)));
		at(103);
		caughtUp(100, 102);
		assertThat(readingPorts()).hasSize(2);
		ReadContext context = ReadContext.current();
		context.enter(ReadDemand.of(ConsistencyLevel.BOUNDED, null));
		try {
			assertThat(readingPorts()).containsExactly(this.secondPort);
		}
		finally {
			context.leave(null);
		}
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
	void writerServesNoMoreReadsInPlaceOfReadersThanItMay() throws Exception {
		open((builder) -> builder.maximumFallbacks(1));
		unreachable();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch enough = new CountDownLatch(1);
		ExecutorService other = Executors.newSingleThreadExecutor();
		try {
			Future<Integer> holder = other.submit(() -> this.routed.inTransaction(true, () -> {
				int port = this.routed.answeringPort();
				held.countDown();
				await(enough);
				return port;
			}));
			await(held);
			assertThat(catchThrowable(() -> this.routed.readingPort())).rootCause()
				.isInstanceOf(NoReaderAvailableException.class)
				.hasMessageContaining("rds.routing.maximum-fallbacks");
			assertThat(this.routed.writingPort()).isEqualTo(this.writerPort);
			Reads.fromWriter(() -> assertThat(this.routed.readingPort()).isEqualTo(this.writerPort));
			enough.countDown();
			assertThat(holder.get(20, TimeUnit.SECONDS)).isEqualTo(this.writerPort);
			for (int i = 0; i < 3; i++) {
				assertThat(this.routed.readingPort()).isEqualTo(this.writerPort);
			}
		}
		finally {
			enough.countDown();
			other.shutdownNow();
		}
	}

	@Test
	void connectionThatCannotBeSetUpLeavesItsPlaceToOthers() throws Exception {
		open((builder) -> builder.maximumFallbacks(1));
		unreachable();
		try (Connection connection = this.routed.dataSource.getConnection()) {
			connection.createStatement().execute("SET datestyle TO nonsense");
			connection.setReadOnly(true);
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> connection.prepareStatement("SELECT 1"))
				.withMessageContaining("DateStyle");
		}
		assertThat(this.routed.readingPort()).isEqualTo(this.writerPort);
	}

	@Test
	void nothingFallsBackToTheWriterWhenNothingMay() {
		open((builder) -> builder.maximumFallbacks(0));
		unreachable();
		assertThat(catchThrowable(() -> this.routed.readingPort())).rootCause()
			.isInstanceOf(NoReaderAvailableException.class);
	}

	@Test
	void consistencyFallsBackToTheWriterWhereLostReadersMustNot() {
		open((builder) -> builder.readerFallback(ReaderFallback.FAIL).maximumFallbacks(0));
		at(101);
		this.routed.writingPort();
		assertThat(readingPorts()).containsExactly(this.writerPort);
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
	void borrowingAllocatesNothingForConsistency() {
		RouteTable table = new RouteTable(this.topology, this.routed.pools, Duration.ofSeconds(5),
				this.routed.nanoTime::get);
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

	private void at(long seconds) {
		this.routed.nanoTime.set(seconds * SECOND);
	}

	private void caughtUp(@Nullable Integer first, @Nullable Integer second) {
		this.topology.publish(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.first, InstanceRole.READER, true, progress(first)),
				new InstanceState(this.second, InstanceRole.READER, true, progress(second)));
	}

	private static @Nullable LogProgress progress(@Nullable Integer second) {
		return (second != null)
				? new LogProgress(new LogPosition(second), second * SECOND, second * SECOND, Duration.ZERO) : null;
	}

	private void unreachable() {
		this.topology.publish(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.first, InstanceRole.READER, false),
				new InstanceState(this.second, InstanceRole.READER, false));
	}

	/**
	 * Returns the ports that serve four reads one after the other.
	 */
	private Set<Integer> readingPorts() {
		Set<Integer> ports = new TreeSet<>();
		for (int i = 0; i < 4; i++) {
			ports.add(this.routed.readingPort());
		}
		return ports;
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
