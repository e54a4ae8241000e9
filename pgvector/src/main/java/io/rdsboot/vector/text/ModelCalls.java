package io.rdsboot.vector.text;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

import io.rdsboot.vector.VectorRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of the models of one load, on threads of their own, so that the load does not
 * wait longer than its limit for a call that does not end. Failed calls are repeated.
 * Thread-safe.
 */
final class ModelCalls implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ModelCalls.class);

	private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

	private final EmbeddedColumns columns;

	private final TextLoadOptions options;

	private final ExecutorService threads;

	private final CountDownLatch closed = new CountDownLatch(1);

	ModelCalls(EmbeddedColumns columns, TextLoadOptions options) {
		this.columns = columns;
		this.options = options;
		AtomicInteger number = new AtomicInteger();
		this.threads = Executors.newFixedThreadPool(options.parallelism(), (task) -> {
			Thread thread = new Thread(task, "rds-text-load-" + number.incrementAndGet());
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * Embed a batch. A thread must be free: the time limit begins now.
	 */
	<ID> Call<ID> begin(List<PendingText<ID>> texts) {
		long deadline = System.nanoTime() + this.options.batchTimeout().toNanos();
		return new Call<>(texts, deadline, texts.isEmpty() ? CompletableFuture.completedFuture(List.of()) : this.threads
			.submit(() -> this.columns.embed(texts, (column, each) -> embed(column, each, deadline))));
	}

	private <ID> List<PendingText<ID>> embed(EmbeddedColumn column, List<PendingText<ID>> texts, long deadline) {
		long pause = this.options.firstPause().toNanos();
		for (int attempt = 1;; attempt++) {
			try {
				return column.embed(texts);
			}
			catch (EmbeddingException ex) {
				long shortened = pause - (long) (pause * ThreadLocalRandom.current().nextDouble() / 2);
				if (attempt == this.options.attempts() || !isRetryable(ex)
						|| System.nanoTime() + shortened - deadline >= 0) {
					throw ex;
				}
				logger.info("Attempt {} of {} in {} ms: {}", attempt + 1, this.options.attempts(),
						TimeUnit.NANOSECONDS.toMillis(shortened), ex.getMessage());
				if (!pause(shortened)) {
					throw ex;
				}
				pause = Math.min(2 * pause, LONGEST_PAUSE.toNanos());
			}
		}
	}

	/**
	 * Wait, but not for longer than the load.
	 */
	private boolean pause(long nanos) {
		try {
			return !this.closed.await(nanos, TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private boolean isRetryable(EmbeddingException ex) {
		return ex.getCause() instanceof RuntimeException failure && this.options.isRetryable(failure);
	}

	/**
	 * Return the records of a batch, once the models have made their vectors.
	 * @throws EmbeddingException if a model has failed, or did not answer in time
	 */
	<ID> List<VectorRecord<ID>> await(Call<ID> call) {
		try {
			return call.records().get(Math.max(0, call.deadline() - System.nanoTime()), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw this.columns.searched()
				.failure("did not embed %s within %d ms".formatted(EmbeddedColumn.described(call.texts()),
						this.options.batchTimeout().toMillis()), call.texts(), null);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("interrupted while waiting for the embedding model", ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw (ex.getCause() instanceof RuntimeException failure) ? failure
					: new IllegalStateException(ex.getCause());
		}
	}

	@Override
	public void close() {
		this.closed.countDown();
		this.threads.shutdownNow();
	}

	/**
	 * Batch that is being embedded.
	 *
	 * @param <ID> type of the ids
	 * @param texts the texts
	 * @param deadline when the models must have answered, by {@link System#nanoTime()}
	 * @param records the texts with their vectors
	 */
	record Call<ID>(List<PendingText<ID>> texts, long deadline, Future<List<VectorRecord<ID>>> records) {

	}

}
