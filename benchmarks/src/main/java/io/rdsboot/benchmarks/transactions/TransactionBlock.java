package io.rdsboot.benchmarks.transactions;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.HdrHistogram.Histogram;

/**
 * Runs a transaction many times on each of several threads at once and takes the time of
 * each. Not thread-safe.
 */
final class TransactionBlock implements AutoCloseable {

	private static final int SIGNIFICANT_DIGITS = 3;

	private static final long LIMIT_SECONDS = 60;

	private final ExecutorService executor;

	private final int threads;

	private final int transactions;

	/**
	 * Creates a block.
	 * @param threads number of threads
	 * @param transactions how many each thread runs, one after another
	 */
	TransactionBlock(int threads, int transactions) {
		this.executor = Executors.newFixedThreadPool(threads);
		this.threads = threads;
		this.transactions = transactions;
	}

	/**
	 * Runs the block once.
	 * @param transaction what to measure
	 * @return nanoseconds of every transaction
	 */
	Histogram run(Runnable transaction) throws InterruptedException, ExecutionException {
		Callable<Histogram> thread = () -> time(transaction);
		List<Future<Histogram>> running = this.executor.invokeAll(Collections.nCopies(this.threads, thread),
				LIMIT_SECONDS, TimeUnit.SECONDS);
		Histogram all = new Histogram(SIGNIFICANT_DIGITS);
		for (Future<Histogram> times : running) {
			if (times.isCancelled()) {
				throw new IllegalStateException(this.transactions + " transactions have not ended in " + LIMIT_SECONDS
						+ " s; the database is stuck or the machine overloaded");
			}
			all.add(times.get());
		}
		return all;
	}

	private Histogram time(Runnable transaction) {
		Histogram times = new Histogram(SIGNIFICANT_DIGITS);
		for (int i = 0; i < this.transactions; i++) {
			long start = System.nanoTime();
			transaction.run();
			times.recordValue(System.nanoTime() - start);
		}
		return times;
	}

	@Override
	public void close() {
		this.executor.shutdownNow();
	}

}
