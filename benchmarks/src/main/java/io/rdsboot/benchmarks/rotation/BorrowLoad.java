package io.rdsboot.benchmarks.rotation;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/**
 * Load of several threads that borrow a connection over and over, hold it for as long as
 * a short transaction does, and give it back. Started and stopped by one thread.
 */
final class BorrowLoad implements AutoCloseable {

	/**
	 * More than there are connections, so that a connection that is missing shows in the
	 * time that a borrow waits.
	 */
	private static final int THREADS = 24;

	private static final long LIMIT_SECONDS = 60;

	/**
	 * The server waits, so that connections are in use without the two sides of them
	 * fighting for the processor.
	 */
	private static final String TRANSACTION = "SELECT pg_sleep(0.04)";

	private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);

	private final List<Future<Borrows>> threads;

	private volatile boolean stopped;

	/**
	 * Starts the load.
	 * @param source what to borrow from
	 */
	BorrowLoad(ConnectionSource source) {
		this.threads = IntStream.range(0, THREADS)
			.mapToObj((thread) -> this.executor.submit(() -> borrowUntilStopped(source)))
			.toList();
	}

	private Borrows borrowUntilStopped(ConnectionSource source) throws SQLException {
		Borrows borrows = new Borrows();
		while (!this.stopped) {
			try (Connection connection = borrows.borrow(source)) {
				if (connection != null) {
					try (Statement statement = connection.createStatement()) {
						statement.execute(TRANSACTION);
					}
				}
			}
		}
		return borrows;
	}

	/**
	 * Ends the load when the borrows that are under way have ended.
	 * @return what all threads have seen
	 * @throws ExecutionException if a connection was borrowed and could not be used
	 */
	Borrows stop() throws ExecutionException, InterruptedException {
		this.stopped = true;
		try {
			Borrows all = new Borrows();
			for (Future<Borrows> thread : this.threads) {
				all.add(thread.get(LIMIT_SECONDS, TimeUnit.SECONDS));
			}
			return all;
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException("A borrow has not ended in " + LIMIT_SECONDS + " s", ex);
		}
	}

	@Override
	public void close() {
		this.stopped = true;
		this.executor.shutdownNow();
	}

}
