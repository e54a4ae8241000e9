package io.rdsboot.routing.consistency;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.routing.Reads;
import io.rdsboot.routing.WatchedService;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import io.rdsboot.test.LocalRdsInstance;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that a session reads what it has written, on two instances of a service under
 * load, while one of the readers has ceased to replay.
 */
@LocalRds(readers = 2)
class ReadYourWritesTests {

	private static final int THREADS = 8;

	private static final int PAIRS_A_THREAD = 400;

	/**
	 * How many pairs after a write it is read again. The first time, no reader has it.
	 */
	private static final int LATER = 50;

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final LocalRdsCluster cluster;

	private final LocalRdsInstance paused;

	private final LocalRdsInstance replaying;

	/**
	 * The last value that was written, which grows from load to load.
	 */
	private int last;

	ReadYourWritesTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
		this.paused = cluster.readers().get(0);
		this.replaying = cluster.readers().get(1);
	}

	@BeforeEach
	void createRows() throws SQLException {
		try (Connection connection = DriverManager.getConnection(this.cluster.writer().jdbcUrl(),
				this.cluster.username(), this.cluster.password()); Statement statement = connection.createStatement()) {
			statement.execute("DROP TABLE IF EXISTS written");
			statement.execute("CREATE TABLE written (id int PRIMARY KEY, value int)");
			statement.execute("INSERT INTO written SELECT id, 0 FROM generate_series(0, " + THREADS + ") AS id");
		}
		this.cluster.awaitReplication();
	}

	@AfterEach
	void resumeReplay() {
		this.cluster.resumeReplay(this.paused);
	}

	@Test
	void sessionsReadWhatTheyHaveWrittenWhileAReaderDoesNotReplay() throws Exception {
		try (WatchedService service = new WatchedService(this.cluster);
				WatchedService other = new WatchedService(this.cluster)) {
			this.cluster.pauseReplay(this.paused);
			assertThat(staleReads(service, other, PAIRS_A_THREAD, Supplier::get)).isZero();
			int laterReads = THREADS * PAIRS_A_THREAD / 2;
			assertThat(service.reads(this.replaying)).isGreaterThan(laterReads / 4);
			assertThat(other.reads(this.replaying)).isGreaterThan(laterReads / 4);
			assertThat(staleReads(service, other, PAIRS_A_THREAD / 10, Reads::eventually)).isPositive();
			this.cluster.resumeReplay(this.paused);
			assertReadsReturn(service, other);
		}
	}

	/**
	 * Asserts that the reader serves sessions again, on both instances of the service. A
	 * token that was captured while the writer's position was not to be had stands for
	 * its receipt, so a new one is asked for each time.
	 */
	private void assertReadsReturn(WatchedService service, WatchedService other) {
		service.write(0, ++this.last);
		service.forgetReads();
		other.forgetReads();
		Awaitility.await().pollInSameThread().atMost(LIMIT).until(() -> {
			assertThat(service.read(0)).isEqualTo(this.last);
			assertThat(other.resume(service.token(), () -> other.read(0))).isEqualTo(this.last);
			return service.reads(this.paused) > 0 && other.reads(this.paused) > 0;
		});
	}

	/**
	 * The monitor loses the writer, and connections to it are used that were open before.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void sessionsReadWhatTheyHaveWrittenWhileOnlyTheMonitorIsCutOff(boolean poolsReport) throws Exception {
		WriterPartition partition = new WriterPartition(this.cluster.writer().port());
		try (WatchedService service = new WatchedService(this.cluster, partition::between, poolsReport);
				WatchedService other = new WatchedService(this.cluster)) {
			assertThat(staleReads(service, other, 10, Supplier::get)).isZero();
			this.cluster.awaitReplication();
			awaitSampleAfter(System.nanoTime(), service);
			this.cluster.pauseReplay(this.paused);
			partition.begin();
			Awaitility.await()
				.atMost(LIMIT)
				.until(() -> writer(service).progress() == null && writer(service).reachable() == poolsReport);
			service.write(0, ++this.last);
			awaitSampleAfter(System.nanoTime(), service);
			for (int i = 0; i < 4; i++) {
				assertThat(service.read(0)).isEqualTo(this.last);
			}
			assertThat(staleReads(service, other, 20, Supplier::get)).isZero();
			partition.end();
			this.cluster.resumeReplay(this.paused);
			assertReadsReturn(service, other);
		}
	}

	private static InstanceState writer(WatchedService service) {
		return service.monitor.topology().writer().orElseThrow();
	}

	/**
	 * Waits until the monitor has asked each reader after a time.
	 */
	private static void awaitSampleAfter(long time, WatchedService service) {
		Awaitility.await()
			.atMost(LIMIT)
			.until(() -> service.monitor.topology()
				.readers()
				.stream()
				.allMatch((state) -> state.progress() != null && state.progress().sampledAt() - time > 0));
	}

	/**
	 * Returns how many reads miss what was written just before: in the same service, or
	 * in the other one, with a token that travelled there.
	 * @param pairs how often each thread writes and then reads
	 * @param level reads at a level of consistency
	 */
	private int staleReads(WatchedService service, WatchedService other, int pairs, Level level) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(THREADS);
		try {
			int first = this.last + 1;
			this.last += pairs;
			List<Future<Integer>> stale = new ArrayList<>();
			for (int thread = 1; thread <= THREADS; thread++) {
				int id = thread;
				stale.add(threads.submit(() -> staleReads(service, other, id, first, level)));
			}
			int sum = 0;
			for (Future<Integer> each : stale) {
				sum += each.get(2, TimeUnit.MINUTES);
			}
			return sum;
		}
		finally {
			threads.shutdownNow();
		}
	}

	private int staleReads(WatchedService service, WatchedService other, int id, int first, Level level) {
		int stale = 0;
		String[] tokens = new String[this.last + 1];
		for (int value = first; value <= this.last; value++) {
			service.write(id, value);
			tokens[value] = service.token();
			int seen = (value % 2 == 0) ? level.read(() -> service.read(id)) : read(other, tokens[value], id, level);
			stale += (seen < value) ? 1 : 0;
			int earlier = value - LATER;
			if (earlier >= first) {
				seen = read((value % 2 == 0) ? service : other, tokens[earlier], id, level);
				stale += (seen < earlier) ? 1 : 0;
			}
		}
		return stale;
	}

	private static int read(WatchedService service, String token, int id, Level level) {
		return service.resume(token, () -> level.read(() -> service.read(id)));
	}

	/**
	 * Reads at a level of consistency.
	 */
	@FunctionalInterface
	private interface Level {

		int read(Supplier<Integer> work);

	}

	/**
	 * A network partition between a monitor and the writer.
	 */
	private static final class WriterPartition {

		private final int writerPort;

		private final List<Connection> connections = new CopyOnWriteArrayList<>();

		private volatile boolean present;

		WriterPartition(int writerPort) {
			this.writerPort = writerPort;
		}

		InstanceConnector between(InstanceConnector connector) {
			return (instance, timeout) -> {
				if (instance.address().port() != this.writerPort) {
					return connector.connect(instance, timeout);
				}
				Connection connection = connector.connect(instance, timeout);
				this.connections.add(connection);
				if (this.present) {
					connection.abort(Runnable::run);
					throw new SQLException("The network is parted", "08001");
				}
				return connection;
			};
		}

		void begin() throws SQLException {
			this.present = true;
			for (Connection connection : this.connections) {
				connection.abort(Runnable::run);
			}
		}

		void end() {
			this.present = false;
		}

	}

}
