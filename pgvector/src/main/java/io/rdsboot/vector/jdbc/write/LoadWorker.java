package io.rdsboot.vector.jdbc.write;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.rdsboot.vector.jdbc.copy.CopySink;
import io.rdsboot.vector.jdbc.sql.SqlStatement;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLState;

/**
 * One of the connections of a parallel load, with a thread that does the waiting on it.
 * All methods are for the thread that reads the records.
 */
final class LoadWorker implements CopySink, AutoCloseable {

	private static final Step END = () -> {
	};

	private static final int QUEUED = 4;

	private static final long LOOK_MILLIS = 50;

	private static final int LOOKS_UNTIL_ABORT = 100;

	private final Connection connection;

	private final LoadSession session;

	private final BlockingQueue<Step> queue = new ArrayBlockingQueue<>(QUEUED);

	private final FutureTask<Long> work = new FutureTask<>(this::store);

	private final Thread thread = new Thread(this.work, "vector-load");

	/**
	 * Create a worker.
	 * @param connection a connection in a transaction, of this worker from now on
	 * @param session what it does
	 */
	LoadWorker(Connection connection, LoadSession session) {
		this.connection = connection;
		this.session = session;
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private long store() throws SQLException, InterruptedException {
		for (Step step = this.queue.take(); step != END; step = this.queue.take()) {
			step.run();
		}
		return this.session.finish();
	}

	@Override
	public void write(byte[] bytes, int length) throws SQLException {
		byte[] copy = Arrays.copyOf(bytes, length);
		put(() -> this.session.write(copy, length));
	}

	/**
	 * Return whether a query succeeds, or exceeds a limit of the server's.
	 */
	boolean isWithinLimits(SqlStatement query) throws SQLException {
		return answer(ask(() -> this.session.isWithinLimits(query)));
	}

	/**
	 * Begin to {@linkplain LoadSession#tryToStore() store} the rows.
	 */
	CompletableFuture<Optional<SQLException>> tryToStore() throws SQLException {
		return ask(this.session::tryToStore);
	}

	/**
	 * Take back what was stored, so that other writes can go on.
	 */
	void giveWay() throws SQLException {
		put(this.session::giveWay);
	}

	private <T> CompletableFuture<T> ask(Question<T> question) throws SQLException {
		CompletableFuture<T> answer = new CompletableFuture<>();
		put(() -> answer.complete(question.answer()));
		return answer;
	}

	private <T> T answer(CompletableFuture<T> answer) throws SQLException {
		boolean answered = false;
		while (!answered) {
			answered = isAnswered(answer);
		}
		return answer.join();
	}

	/**
	 * Wait a little for an answer.
	 * @return whether there is one
	 */
	boolean isAnswered(CompletableFuture<?> answer) throws SQLException {
		try {
			answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			throwFailure();
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/**
	 * Say that no more bytes will come.
	 */
	void end() throws SQLException {
		put(END);
	}

	private void put(Step step) throws SQLException {
		try {
			while (!this.queue.offer(step, LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
				throwFailure();
			}
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	/**
	 * Wait a little for the rows to be stored.
	 * @return whether they are
	 */
	boolean isStored() throws SQLException {
		try {
			this.thread.join(LOOK_MILLIS);
			throwFailure();
			return this.work.isDone();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private void throwFailure() throws SQLException {
		if (this.work.isDone()) {
			rows();
		}
	}

	/**
	 * Return how many rows were stored.
	 */
	private long rows() throws SQLException {
		try {
			return this.work.get();
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof SQLException failure) {
				throw failure;
			}
			if (ex.getCause() instanceof RuntimeException failure) {
				throw failure;
			}
			throw new IllegalStateException(ex.getCause());
		}
	}

	/**
	 * Commit what has been stored.
	 * @return how many rows it was
	 */
	long commit() throws SQLException {
		this.connection.commit();
		return rows();
	}

	private static SQLException interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new SQLException("The load was interrupted", PSQLState.QUERY_CANCELED.getState(), ex);
	}

	/**
	 * Give the connection back, and roll back what was not committed.
	 */
	@Override
	public void close() throws SQLException {
		try (this.connection) {
			stop();
			this.session.close();
			this.connection.rollback();
			this.connection.setAutoCommit(true);
		}
	}

	/** The thread waits for bytes, which it can be woken from, or for the server. */
	private void stop() throws SQLException {
		boolean interrupted = false;
		for (int looks = 0; this.thread.isAlive(); looks++) {
			this.thread.interrupt();
			try {
				this.thread.join(LOOK_MILLIS);
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
			if (looks >= LOOKS_UNTIL_ABORT) {
				this.connection.abort(Runnable::run);
			}
			else if (this.thread.isAlive()) {
				this.connection.unwrap(PGConnection.class).cancelQuery();
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * What the thread does on the connection.
	 */
	@FunctionalInterface
	private interface Step {

		void run() throws SQLException;

	}

	/**
	 * What the thread finds out on the connection.
	 */
	@FunctionalInterface
	private interface Question<T> {

		T answer() throws SQLException;

	}

}
