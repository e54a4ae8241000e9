package io.rdsboot.routing.selection;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.ReadOnlyDataSource;
import io.rdsboot.routing.RoutedCluster;
import io.rdsboot.routing.connection.RoutedConnection;
import io.rdsboot.routing.failure.NoReaderAvailableException;
import io.rdsboot.test.LocalRds;
import io.rdsboot.test.LocalRdsCluster;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.core.BaseConnection;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that a read which the writer serves in place of readers takes its permit for as
 * long as it has its connection, however it ends. Rounds are on threads of their own,
 * because a thread that has a permit needs no second one.
 */
@LocalRds(readers = 1)
class FallbackPermitsTests {

	private static final int PERMITS = 2;

	/**
	 * More than there are permits, and as many as the pool has connections: HikariCP's
	 * own are in use until somebody gives them back.
	 */
	private static final int ROUNDS = 4;

	private static final String NUMBERS = "SELECT inet_server_port() FROM generate_series(1, 10)";

	private final LocalRdsCluster cluster;

	private RoutedCluster routed;

	/**
	 * What its borrower neither closes nor forgets.
	 */
	private final List<AutoCloseable> kept = new ArrayList<>();

	private final List<Connection> lent = new ArrayList<>();

	FallbackPermitsTests(LocalRdsCluster cluster) {
		this.cluster = cluster;
	}

	@BeforeEach
	void open() {
		// Nobody knows the readers' lag, so that none is within a bound of it.
		this.routed = new RoutedCluster(this.cluster, this.cluster.readers(),
				(builder) -> builder.maxLag(Duration.ofSeconds(1)).maximumFallbacks(PERMITS));
	}

	@AfterEach
	void close() {
		this.routed.close();
	}

	@ParameterizedTest
	@EnumSource
	void slotIsFreeForTheNextThread(Ending ending) throws Exception {
		for (int i = 0; i < ROUNDS; i++) {
			if (ending == Ending.FORGOTTEN) {
				awaitCollection();
			}
			assertThat(onAnotherThread(() -> ending.read(this))).as("round %d", i)
				.isEqualTo(this.cluster.writer().port());
		}
	}

	private void awaitCollection() {
		Awaitility.await().pollInSameThread().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			this.routed.reclaim();
			return this.routed.borrowed() == 0;
		});
	}

	/**
	 * Whoever has read before needs a permit to read again.
	 */
	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FORGOTTEN")
	void endedReadLetsItsThreadNotPastTheBound(Ending ending) throws Exception {
		ending.read(this);
		Awaitility.await().until(() -> this.lent.stream().noneMatch(InstancePools::isLent));
		hold();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch end = new CountDownLatch(1);
		FutureTask<Integer> other = start(() -> {
			try (Connection connection = hold()) {
				held.countDown();
				end.await();
				return port(connection);
			}
		});
		held.await();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> onAnotherThread(this.routed::readingPort))
			.withStackTraceContaining(NoReaderAvailableException.class.getName());
		end.countDown();
		assertThat(other.get()).isEqualTo(this.cluster.writer().port());
		assertThat(onAnotherThread(this.routed::readingPort)).isEqualTo(this.cluster.writer().port());
	}

	/**
	 * Who waits is told, and does not only look now and then: that would take up to 200
	 * ms for each, and more than 50 ms for most.
	 */
	@Test
	void slotThatIsGivenBackIsTakenAtOnce() throws Exception {
		hold();
		Connection last = onAnotherThread(this::hold);
		long[] waits = new long[21];
		for (int i = 0; i < waits.length; i++) {
			FutureTask<Connection> next = new FutureTask<>(this::hold);
			Thread thread = new Thread(next);
			thread.start();
			Awaitility.await()
				.pollDelay(Duration.ZERO)
				.pollInterval(Duration.ofMillis(1))
				.until(() -> thread.getState() == Thread.State.TIMED_WAITING);
			long begin = System.nanoTime();
			last.close();
			last = next.get();
			waits[i] = System.nanoTime() - begin;
		}
		Arrays.sort(waits);
		assertThat(Duration.ofNanos(waits[waits.length / 2])).as("median").isLessThan(Duration.ofMillis(50));
	}

	@Test
	void whoeverHasAPermitNeedsNoSecond() throws Exception {
		for (int i = 0; i < PERMITS + 1; i++) {
			hold();
		}
		assertThat(this.routed.borrowed()).isEqualTo(PERMITS + 1);
	}

	/**
	 * Reads, and keeps the connection.
	 */
	private Connection hold() throws SQLException {
		Connection connection = this.routed.dataSource.getConnection();
		connection.setReadOnly(true);
		port(connection);
		this.kept.add(connection);
		this.lent.add(((RoutedConnection) connection).hold().physical());
		return connection;
	}

	private static int port(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(NUMBERS)) {
			rows.next();
			return rows.getInt(1);
		}
	}

	private static <T> T onAnotherThread(Callable<T> work) throws InterruptedException, ExecutionException {
		return start(work).get();
	}

	private static <T> FutureTask<T> start(Callable<T> work) {
		FutureTask<T> task = new FutureTask<>(work);
		new Thread(task).start();
		return task;
	}

	/**
	 * How a read ends.
	 */
	enum Ending {

		TRANSACTION {

			@Override
			int read(FallbackPermitsTests tests) {
				return tests.routed.readingPort();
			}

		},

		STREAM_THAT_IS_READ {

			@Override
			int read(FallbackPermitsTests tests) {
				try (Stream<Integer> ports = stream(ReadOnlyDataSource.of(tests.routed.dataSource))) {
					return ports.reduce(0, (one, other) -> other);
				}
			}

		},

		STREAM_THAT_IS_CLOSED_EARLY {

			@Override
			int read(FallbackPermitsTests tests) {
				Stream<Integer> ports = stream(ReadOnlyDataSource.of(tests.routed.dataSource));
				Iterator<Integer> iterator = ports.iterator();
				int port = iterator.next();
				ports.close();
				return port;
			}

		},

		STREAM_IN_A_TRANSACTION_THAT_IS_NEVER_CLOSED {

			@Override
			int read(FallbackPermitsTests tests) {
				return tests.routed.inTransaction(true, () -> {
					Stream<Integer> ports = stream(tests.routed.dataSource);
					tests.kept.add(ports);
					return ports.iterator().next();
				});
			}

		},

		FORGOTTEN {

			@Override
			int read(FallbackPermitsTests tests) throws SQLException {
				Connection connection = tests.routed.dataSource.getConnection();
				connection.setReadOnly(true);
				return port(connection);
			}

		},

		CLOSED_UNDERNEATH {

			@Override
			int read(FallbackPermitsTests tests) throws SQLException {
				Connection connection = tests.hold();
				connection.unwrap(BaseConnection.class).close();
				return tests.cluster.writer().port();
			}

		},

		ABORTED {

			@Override
			int read(FallbackPermitsTests tests) throws SQLException {
				tests.hold().abort(Runnable::run);
				return tests.cluster.writer().port();
			}

		},

		TAKEN_OUT_OF_THE_POOL {

			@Override
			int read(FallbackPermitsTests tests) throws SQLException {
				Connection connection = tests.hold();
				tests.routed.pools.evict(((RoutedConnection) connection).hold().physical());
				return tests.cluster.writer().port();
			}

		},

		LOST {

			@Override
			int read(FallbackPermitsTests tests) throws SQLException {
				Connection connection = tests.hold();
				try (Statement statement = connection.createStatement()) {
					assertThatExceptionOfType(SQLException.class)
						.isThrownBy(() -> statement.execute("SELECT pg_terminate_backend(pg_backend_pid())"));
				}
				return tests.cluster.writer().port();
			}

		};

		abstract int read(FallbackPermitsTests tests) throws SQLException;

		private static Stream<Integer> stream(DataSource dataSource) {
			return JdbcClient.create(dataSource).sql(NUMBERS).query(Integer.class).stream();
		}

	}

}
