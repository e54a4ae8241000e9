package io.rdsboot.benchmarks.failover;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.rdsboot.benchmarks.rotation.ConnectionSource;
import org.postgresql.PGConnection;

/**
 * Load of threads that write numbered rows, each in a small transaction, and pause for a
 * moment between two. Started and stopped by one thread.
 */
final class WriteLoad implements AutoCloseable {

	static final int THREADS = 16;

	static final String TABLE = "CREATE TABLE written (thread int, number bigint)";

	/**
	 * Leaves the processor to the servers, so that they decide how fast a failover is.
	 */
	private static final Duration PAUSE = Duration.ofMillis(10);

	private static final Duration LOOK = Duration.ofMillis(10);

	private final ConnectionSource source;

	private final Queue<WriteCall> calls = new ConcurrentLinkedQueue<>();

	private final List<Writer> writers;

	private volatile boolean stopped;

	/**
	 * Starts the load.
	 * @param source where the connections come from
	 */
	WriteLoad(ConnectionSource source) {
		this.source = source;
		this.writers = IntStream.range(0, THREADS).mapToObj(Writer::new).toList();
		this.writers.forEach(Thread::start);
	}

	/**
	 * Waits until each thread has written a row that it began after a time.
	 * @return whether they all did within the limit
	 */
	boolean awaitWrites(long time, Duration limit) throws InterruptedException {
		return await((writer) -> writer.lastWritten - time > 0, limit);
	}

	private boolean await(Predicate<Writer> condition, Duration limit) throws InterruptedException {
		long start = System.nanoTime();
		while (!this.writers.stream().allMatch(condition)) {
			if (System.nanoTime() - start > limit.toNanos()) {
				return false;
			}
			TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
		}
		return true;
	}

	/**
	 * Returns all calls until now, those that have not ended included.
	 */
	List<WriteCall> calls() {
		long now = System.nanoTime();
		Stream<WriteCall> pending = this.writers.stream()
			.filter((writer) -> writer.writing)
			.map((writer) -> WriteCall.pending(writer.number, writer.began, now));
		return Stream.concat(this.calls.stream(), pending).toList();
	}

	/**
	 * Stops the load. Threads that wait for a server are interrupted, and left behind
	 * should they not notice.
	 */
	@Override
	public void close() {
		this.stopped = true;
		this.writers.forEach(Thread::interrupt);
	}

	/**
	 * One thread of the load.
	 */
	private final class Writer extends Thread {

		private final int number;

		private volatile boolean writing;

		private volatile long began = System.nanoTime();

		/** When the last row was begun that was written. */
		private volatile long lastWritten = this.began;

		Writer(int number) {
			super("writer-" + number);
			this.number = number;
			setDaemon(true);
		}

		@Override
		public void run() {
			for (long row = 0; !WriteLoad.this.stopped; row++) {
				this.began = System.nanoTime();
				this.writing = true;
				WriteCall call = write(row);
				WriteLoad.this.calls.add(call);
				this.writing = false;
				if (call.isWritten()) {
					this.lastWritten = call.start();
				}
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}

		private WriteCall write(long row) {
			long start = this.began;
			try (Connection connection = WriteLoad.this.source.getConnection()) {
				try {
					write(connection, row);
					return WriteCall.written(this.number, start, System.nanoTime());
				}
				catch (SQLException ex) {
					WriteCall call = WriteCall.failed(this.number, start, System.nanoTime(), ex, process(connection));
					rollback(connection);
					return call;
				}
			}
			catch (SQLException ex) {
				return WriteCall.failed(this.number, start, System.nanoTime(), ex, 0);
			}
		}

		private void write(Connection connection, long row) throws SQLException {
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement("INSERT INTO written VALUES (?, ?)")) {
				statement.setInt(1, this.number);
				statement.setLong(2, row);
				statement.executeUpdate();
			}
			connection.commit();
		}

		private static void rollback(Connection connection) {
			try {
				connection.rollback();
			}
			catch (SQLException ex) {
				// the connection is lost, which the call's own failure says
			}
		}

		private static int process(Connection connection) {
			try {
				return connection.unwrap(PGConnection.class).getBackendPID();
			}
			catch (SQLException ex) {
				return 0;
			}
		}

	}

}
