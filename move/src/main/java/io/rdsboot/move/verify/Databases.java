package io.rdsboot.move.verify;

import java.sql.SQLException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Both databases, which can be read at the same time. Not thread-safe.
 *
 * @param source the database that is written to
 * @param target the database that follows
 * @param targetReader thread that reads the target beside the source
 */
record Databases(VerifiedDatabase source, VerifiedDatabase target,
		ExecutorService targetReader) implements AutoCloseable {

	Databases(VerifiedDatabase source, VerifiedDatabase target) {
		this(source, target, Executors.newSingleThreadExecutor((task) -> {
			Thread thread = new Thread(task, "rds-move-verify");
			thread.setDaemon(true);
			return thread;
		}));
	}

	/**
	 * Read both at the same time.
	 */
	<T> Pair<T> read(Reading<T> reading) throws SQLException {
		Future<T> inTarget = this.targetReader.submit((Callable<T>) () -> reading.read(this.target));
		T inSource;
		try {
			inSource = reading.read(this.source);
		}
		catch (SQLException | RuntimeException ex) {
			try {
				await(inTarget);
			}
			catch (SQLException | RuntimeException other) {
				ex.addSuppressed(other);
			}
			throw ex;
		}
		return new Pair<>(inSource, await(inTarget));
	}

	/**
	 * Wait also while the thread is interrupted: the connection is in use until the
	 * statement has ended, which the statement time-out bounds.
	 */
	private static <T> T await(Future<T> future) throws SQLException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return future.get();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
				catch (ExecutionException ex) {
					if (ex.getCause() instanceof SQLException cause) {
						throw cause;
					}
					throw new IllegalStateException("Reading the target has failed", ex.getCause());
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public void close() {
		this.targetReader.shutdown();
	}

	/**
	 * Something to read from either database.
	 *
	 * @param <T> what is read
	 */
	interface Reading<T> {

		T read(VerifiedDatabase database) throws SQLException;

	}

	/**
	 * What was read from both.
	 *
	 * @param <T> what was read
	 * @param source from the source
	 * @param target from the target
	 */
	record Pair<T>(T source, T target) {

		boolean isEqual() {
			return Objects.equals(this.source, this.target);
		}

	}

}
