package io.rdsboot.benchmarks.switchover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rdsboot.benchmarks.switchover.PairCall.Outcome;
import io.rdsboot.benchmarks.switchover.PairCall.Row;
import io.rdsboot.benchmarks.connections.DirectConnection;
import io.rdsboot.benchmarks.rotation.ConnectionSource;
import io.rdsboot.routing.consistency.ConsistencySession;
import io.rdsboot.test.LocalRdsCluster;

/**
 * Load of threads that each write a row in a transaction, read it in a read-only one of
 * the same session, and pause for a moment. Nothing is tried again. Started and stopped
 * by one thread.
 */
public final class PairLoad implements AutoCloseable {

	/** How many threads there are. */
	public static final int THREADS = 16;

	/** Reads find rows by the index, however many there are. */
	private static final String[] TABLE = { "CREATE TABLE written (thread int, number bigint)",
			"CREATE INDEX ON written (thread, number)" };

	/** Leaves the processor to the servers, so that they decide how long it takes. */
	private static final Duration PAUSE = Duration.ofMillis(10);

	private static final Duration WARM_UP = Duration.ofSeconds(4);

	/** Longer than any of the time-outs. */
	public static final Duration LIMIT = Duration.ofSeconds(45);

	private static final Duration LOOK = Duration.ofMillis(10);

	private final ConnectionSource source;

	private final Queue<PairCall> calls = new ConcurrentLinkedQueue<>();

	private final List<Pairs> threads;

	private volatile boolean stopped;

	/**
	 * Starts the load.
	 * @param source where the connections come from
	 */
	public PairLoad(ConnectionSource source) {
		this.source = source;
		this.threads = IntStream.range(0, THREADS).mapToObj(Pairs::new).toList();
		this.threads.forEach(Thread::start);
	}

	/**
	 * Creates the table that is written to.
	 */
	public static void createTable(LocalRdsCluster cluster) throws SQLException {
		DirectConnection.execute(cluster, TABLE);
	}

	/**
	 * Lets the pools fill, and everything that watches begin to.
	 * @param contender who is under load
	 * @throws IllegalStateException if it does not write afterwards
	 */
	public void warmUp(Object contender) throws InterruptedException {
		long start = System.nanoTime();
		TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
		if (!awaitWrites(start, LIMIT)) {
			throw new IllegalStateException(
					"%s does not write, before anything has happened: %s".formatted(contender, failures()));
		}
	}

	/**
	 * Waits until each thread has written a row that it began after a time.
	 * @return whether they all did within the limit
	 */
	public boolean awaitWrites(long time, Duration limit) throws InterruptedException {
		long start = System.nanoTime();
		while (!this.threads.stream().allMatch((thread) -> thread.lastWritten - time > 0)) {
			if (System.nanoTime() - start > limit.toNanos()) {
				return false;
			}
			TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
		}
		return true;
	}

	/**
	 * Returns what has failed until now, once each.
	 */
	private Set<String> failures() {
		return this.calls.stream()
			.flatMap((call) -> Stream.ofNullable(call.failure()))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Ends the load, and waits for calls under way.
	 * @param limit the longest to wait
	 * @return all calls
	 * @throws IllegalStateException if a call has not ended within the limit
	 */
	public List<PairCall> stop(Duration limit) throws InterruptedException {
		this.stopped = true;
		long end = System.nanoTime() + limit.toNanos();
		for (Thread thread : this.threads) {
			thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
			if (thread.isAlive()) {
				throw new IllegalStateException("A call of %s has not ended within %s".formatted(thread, limit));
			}
		}
		return List.copyOf(this.calls);
	}

	/**
	 * Ends the load, and leaves calls behind that do not notice that they are
	 * interrupted.
	 */
	@Override
	public void close() {
		this.stopped = true;
		this.threads.forEach(Thread::interrupt);
	}

	/**
	 * One thread of the load.
	 */
	private final class Pairs extends Thread {

		private final int number;

		/** When the last row was begun that was written. */
		private volatile long lastWritten = System.nanoTime();

		Pairs(int number) {
			super("pairs-" + number);
			this.number = number;
			setDaemon(true);
		}

		@Override
		@SuppressWarnings("try") // the binding ends with the block
		public void run() {
			for (long next = 0; !PairLoad.this.stopped; next++) {
				Row row = new Row(this.number, next);
				try (ConsistencySession.Binding session = ConsistencySession.open().bind()) {
					PairCall write = call(row, true);
					if (write.isWritten()) {
						this.lastWritten = write.start();
						call(row, false);
					}
				}
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}

		private PairCall call(Row row, boolean write) {
			long start = System.nanoTime();
			Outcome outcome;
			String failure = null;
			try (Connection connection = PairLoad.this.source.getConnection()) {
				outcome = transaction(connection, row, write);
			}
			catch (SQLException ex) {
				outcome = Outcome.FAILED;
				failure = describe(ex, write);
			}
			PairCall call = new PairCall(row, write, start, System.nanoTime(), outcome, failure);
			PairLoad.this.calls.add(call);
			return call;
		}

		private static Outcome transaction(Connection connection, Row row, boolean write) throws SQLException {
			connection.setReadOnly(!write);
			connection.setAutoCommit(false);
			try {
				Outcome outcome = write ? write(connection, row) : read(connection, row);
				connection.commit();
				return outcome;
			}
			catch (SQLException ex) {
				rollback(connection);
				throw ex;
			}
		}

		private static Outcome write(Connection connection, Row row) throws SQLException {
			try (PreparedStatement statement = connection.prepareStatement("INSERT INTO written VALUES (?, ?)")) {
				set(statement, row);
				statement.executeUpdate();
				return Outcome.DONE;
			}
		}

		private static Outcome read(Connection connection, Row row) throws SQLException {
			try (PreparedStatement statement = connection
				.prepareStatement("SELECT FROM written WHERE thread = ? AND number = ?")) {
				set(statement, row);
				try (ResultSet result = statement.executeQuery()) {
					return result.next() ? Outcome.DONE : Outcome.STALE;
				}
			}
		}

		private static void set(PreparedStatement statement, Row row) throws SQLException {
			statement.setInt(1, row.thread());
			statement.setLong(2, row.number());
		}

		private static void rollback(Connection connection) {
			try {
				connection.rollback();
			}
			catch (SQLException ex) {
				// the connection is lost, which the call's own failure says
			}
		}

		private static String describe(SQLException failure, boolean write) {
			return "%s %s %s".formatted(write ? "write" : "read", failure.getClass().getSimpleName(),
					Objects.requireNonNullElse(failure.getSQLState(), "(%s)".formatted(failure.getMessage())));
		}

	}

}
