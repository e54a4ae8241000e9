package io.rdsboot.benchmarks.readers;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * Load of threads that read without a pause, each read for as long as the server takes.
 * Started and stopped by one thread.
 */
final class ReadLoad implements AutoCloseable {

	/** The server waits, so that readers serve more together than one alone does. */
	private static final String READ = "SELECT pg_sleep(0.01)";

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final DataSource dataSource;

	private final List<Thread> threads;

	private final AtomicReference<@Nullable SQLException> failure = new AtomicReference<>();

	private volatile boolean stopped;

	/**
	 * Starts the load.
	 */
	ReadLoad(DataSource dataSource, int threads) {
		this.dataSource = dataSource;
		this.threads = IntStream.range(0, threads).mapToObj((number) -> {
			Thread thread = new Thread(this::readUntilStopped, "reader-" + number);
			thread.setDaemon(true);
			return thread;
		}).toList();
		this.threads.forEach(Thread::start);
	}

	private void readUntilStopped() {
		while (!this.stopped) {
			try (Connection connection = this.dataSource.getConnection()) {
				connection.setReadOnly(true);
				try (Statement statement = connection.createStatement()) {
					statement.execute(READ);
				}
			}
			catch (SQLException ex) {
				this.failure.compareAndSet(null, ex);
				return;
			}
		}
	}

	/**
	 * Ends the load when the reads that are under way have ended.
	 * @throws SQLException if a read has failed
	 */
	void stop() throws SQLException, InterruptedException {
		this.stopped = true;
		for (Thread thread : this.threads) {
			thread.join(LIMIT.toMillis());
		}
		SQLException first = this.failure.get();
		if (first != null) {
			throw first;
		}
	}

	@Override
	public void close() {
		this.stopped = true;
		this.threads.forEach(Thread::interrupt);
	}

	static void pass(Duration time) throws InterruptedException {
		TimeUnit.NANOSECONDS.sleep(time.toNanos());
	}

}
