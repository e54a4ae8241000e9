package io.rdsboot.routing.consistency;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.rdsboot.cluster.ConnectivityListener;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.LogPosition;
import io.rdsboot.cluster.LogProgress;
import io.rdsboot.cluster.ManualTopology;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.routing.failure.NoReaderAvailableException;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests of what tokens can do that anybody may have made.
 */
@LocalRds(readers = 1)
class UnverifiedTokenTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

	private static final LogPosition FORGED = new LogPosition(Long.MAX_VALUE);

	private final ExecutorService other = Executors.newCachedThreadPool();

	private final CountDownLatch enough = new CountDownLatch(1);

	private final LocalRdsCluster cluster;

	private final DatabaseInstance writer;

	private final DatabaseInstance reader;

	private final int writerPort;

	private final int readerPort;

	private ManualTopology topology;

	private RoutedCluster routed;

	private ConsistencyTokens tokens;

	UnverifiedTokenTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.writer = RoutedCluster.instance(cluster.writer(), 1);
		this.reader = RoutedCluster.instance(cluster.readers().get(0), 1);
		this.writerPort = cluster.writer().port();
		this.readerPort = cluster.readers().get(0).port();
	}

	private void open(int maximumFallbacks) {
		this.topology = new ManualTopology(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.reader, InstanceRole.READER, true));
		this.routed = new RoutedCluster(this.cluster, this.topology, new ConnectivityListener() {
		}, (builder) -> builder.maximumFallbacks(maximumFallbacks));
		this.tokens = ConsistencyTokens.builder("orders")
			.nanoTime(this.routed.nanoTime::get)
			.clock(() -> NOW.plusNanos(this.routed.nanoTime.get()))
			.build();
		at(100);
		caughtUp(99);
	}

	@AfterEach
	void close() {
		this.enough.countDown();
		this.other.shutdown();
		this.routed.close();
	}

	@Test
	void readerThatHasReplayedThePositionServes() {
		open(1);
		assertThat(readWith(token(new LogPosition(99), 100))).isEqualTo(this.readerPort);
		assertThat(readWith(token(new LogPosition(100), 100))).isEqualTo(this.writerPort);
	}

	@Test
	void positionThatIsTooHighCountsAsAWriteOfNow() {
		open(1);
		ConsistencySession session = session(token(FORGED, 100));
		assertThat(read(session)).isEqualTo(this.writerPort);
		caughtUp(99);
		assertThat(read(session)).isEqualTo(this.writerPort);
		caughtUp(100);
		assertThat(read(session)).isEqualTo(this.readerPort);
	}

	@Test
	void oldTokenIsServedByReadersOfItsTime() {
		open(1);
		caughtUp(95);
		for (LogPosition position : new LogPosition[] { null, FORGED }) {
			assertThat(readWith(token(position, 65))).isEqualTo(this.readerPort);
			assertThat(readWith(token(position, 66))).isEqualTo(this.writerPort);
		}
	}

	@Test
	void tokenOfAClockThatIsAheadCountsAsAWriteOfNow() {
		open(1);
		assertThat(readWith(token(null, 2000))).isEqualTo(this.writerPort);
		caughtUp(100);
		assertThat(readWith(token(null, 2000))).isEqualTo(this.readerPort);
	}

	@Test
	void readBeyondTheBoundWaitsForAReaderToCatchUp() throws Exception {
		open(1);
		holdPermit();
		Future<Integer> waiting = this.other.submit(() -> readWith(token(FORGED, 100)));
		assertThat(catchThrowable(() -> waiting.get(200, TimeUnit.MILLISECONDS))).isNotNull();
		caughtUp(100);
		assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(this.readerPort);
	}

	@Test
	void readBeyondTheBoundTakesTheFirstPlaceThatBecomesFree() throws Exception {
		open(1);
		Future<Integer> holder = holdPermit();
		Future<Integer> waiting = this.other.submit(() -> readWith(token(FORGED, 100)));
		assertThat(catchThrowable(() -> waiting.get(200, TimeUnit.MILLISECONDS))).isNotNull();
		this.enough.countDown();
		assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(this.writerPort);
		assertThat(holder.get(20, TimeUnit.SECONDS)).isEqualTo(this.writerPort);
	}

	@Test
	void readBeyondTheBoundFailsWhenNoReaderCatchesUpInTime() throws Exception {
		open(1);
		holdPermit();
		assertThat(catchThrowable(() -> readWith(token(FORGED, 100)))).rootCause()
			.isInstanceOf(NoReaderAvailableException.class);
	}

	/**
	 * Each read of the flood would keep its connection, and together they would take all
	 * that the writer's pool has.
	 */
	@Test
	void floodLeavesTheWriterToThoseWhoWrite() throws Exception {
		open(1);
		holdPermit();
		CountDownLatch flood = new CountDownLatch(8);
		for (int i = 0; i < 8; i++) {
			this.other.submit(() -> {
				flood.countDown();
				return bound(session(token(FORGED, 100)), () -> this.routed.inTransaction(true, () -> {
					int port = this.routed.answeringPort();
					await(this.enough);
					return port;
				}));
			});
		}
		await(flood);
		Awaitility.await()
			.pollInSameThread()
			.during(Duration.ofMillis(500))
			.until(() -> this.routed.writingPort() == this.writerPort);
		// Who has written himself is not bounded by what others forge.
		assertThat(this.routed.readingPort()).isEqualTo(this.writerPort);
	}

	@Test
	void sessionThatHasWrittenItselfIsNotBounded() throws Exception {
		open(1);
		holdPermit();
		ConsistencySession session = session(token(FORGED, 100));
		session.history().committed(100 * SECOND);
		assertThat(read(session)).isEqualTo(this.writerPort);
	}

	@Test
	void verifiedTokenIsNotBounded() throws Exception {
		open(1);
		holdPermit();
		assertThat(readWith(new ConsistencyToken(FORGED, time(100), true))).isEqualTo(this.writerPort);
	}

	@Test
	void readWaitsForAReaderWhereTheWriterServesNone() throws Exception {
		open(0);
		Future<Integer> waiting = this.other.submit(() -> readWith(token(FORGED, 100)));
		assertThat(catchThrowable(() -> waiting.get(200, TimeUnit.MILLISECONDS))).isNotNull();
		caughtUp(100);
		assertThat(waiting.get(20, TimeUnit.SECONDS)).isEqualTo(this.readerPort);
	}

	/**
	 * Takes the only place for reads on the writer, until it is enough.
	 */
	private Future<Integer> holdPermit() throws InterruptedException {
		CountDownLatch held = new CountDownLatch(1);
		Future<Integer> holder = this.other
			.submit(() -> bound(session(token(FORGED, 100)), () -> this.routed.inTransaction(true, () -> {
				int port = this.routed.answeringPort();
				held.countDown();
				await(this.enough);
				return port;
			})));
		await(held);
		return holder;
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ConsistencyToken token(LogPosition position, long second) {
		return new ConsistencyToken(position, time(second), false);
	}

	private static Instant time(long second) {
		return NOW.plusSeconds(second);
	}

	private ConsistencySession session(ConsistencyToken token) {
		ConsistencySession session = ConsistencySession.open();
		this.tokens.apply(token, session);
		return session;
	}

	private int readWith(ConsistencyToken token) {
		return read(session(token));
	}

	private int read(ConsistencySession session) {
		return bound(session, this.routed::readingPort);
	}

	private static <T> T bound(ConsistencySession session, Supplier<T> work) {
		ConsistencySession.Binding binding = session.bind();
		try {
			return work.get();
		}
		finally {
			binding.close();
		}
	}

	private void at(long second) {
		this.routed.nanoTime.set(second * SECOND);
	}

	private void caughtUp(long second) {
		LogProgress progress = new LogProgress(new LogPosition(second), second * SECOND, second * SECOND,
				Duration.ZERO);
		this.topology.publish(new InstanceState(this.writer, InstanceRole.WRITER, true),
				new InstanceState(this.reader, InstanceRole.READER, true, progress));
	}

}
