package io.rdsboot.benchmarks.contention;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.sql.DataSource;

/**
 * Load of several threads that borrow a connection over and over and hold it for as long
 * as a transaction takes. Used by one thread.
 */
final class ContentionLoad implements AutoCloseable {

	private final ExecutorService executor;

	private final int threads;

	private final String transaction;

	/**
	 * Creates a load.
	 * @param threads number of threads
	 * @param hold how long each holds its connection; the server waits, so that the two
	 * sides do not fight for the processor
	 */
	ContentionLoad(int threads, Duration hold) {
		this.executor = Executors.newFixedThreadPool(threads);
		this.threads = threads;
		this.transaction = "SELECT pg_sleep(%s)".formatted(hold.toMillis() / 1000.0);
	}

	/**
	 * Runs the load.
	 * @param dataSource where to borrow
	 * @param duration how long to begin transactions
	 * @param waits takes the time from asking for a connection to having a prepared
	 * statement, for which the routing data source borrows
	 */
	void run(DataSource dataSource, Duration duration, Waits waits) throws InterruptedException, ExecutionException {
		long end = System.nanoTime() + duration.toNanos();
		List<Future<?>> running = new ArrayList<>();
		for (int i = 0; i < this.threads; i++) {
			running.add(this.executor.submit(() -> {
				while (System.nanoTime() - end < 0) {
					runOnce(dataSource, waits);
				}
				return null;
			}));
		}
		for (Future<?> thread : running) {
			thread.get();
		}
	}

	private void runOnce(DataSource dataSource, Waits waits) throws SQLException {
		long start = System.nanoTime();
		try (Connection connection = dataSource.getConnection()) {
			connection.setAutoCommit(false);
			try (PreparedStatement statement = connection.prepareStatement(this.transaction)) {
				waits.borrowed(System.nanoTime() - start);
				statement.execute();
			}
			connection.commit();
		}
		catch (SQLTransientConnectionException ex) {
			waits.failed(System.nanoTime() - start);
		}
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
