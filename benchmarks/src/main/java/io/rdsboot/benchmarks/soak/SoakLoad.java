package io.rdsboot.benchmarks.soak;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

import io.rdsboot.benchmarks.report.Figure;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;

/**
 * Threads that write numbered rows as a Spring application does, note what they are told
 * of each, and look for each acknowledged row in a read-only transaction right
 * afterwards, and for some of them again when a reader may have them. Started and stopped
 * by one thread.
 */
final class SoakLoad implements AutoCloseable {

	private static final int THREADS = 8;

	private static final Duration PAUSE = Duration.ofMillis(5);

	/**
	 * Now and then a thread only reads for a while, so that a reader catches up with it
	 * and serves: right after a write, the writer does.
	 */
	private static final int ROWS_BETWEEN_RESTS = 20;

	private static final int READS_OF_A_REST = 8;

	private static final Duration REST = Duration.ofMillis(15);

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final Ledger ledger = new Ledger();

	private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

	private final LongAdder reads = new LongAdder();

	private final LongAdder readsByReader = new LongAdder();

	private final Queue<StaleRead> staleReads = new ConcurrentLinkedQueue<>();

	private final long start = System.nanoTime();

	private final Application application;

	private final List<Worker> workers;

	private volatile boolean stopped;

	/**
	 * Starts the load.
	 */
	SoakLoad(Application application) {
		this.application = application;
		this.workers = IntStream.range(0, THREADS).mapToObj(Worker::new).toList();
		this.workers.forEach(Thread::start);
	}

	/**
	 * Waits until each thread was told of a row that it is written, which it began to
	 * write from now on.
	 * @return seconds that it took
	 * @throws IllegalStateException if a thread does not get on
	 */
	double awaitWrites() throws InterruptedException {
		long start = System.nanoTime();
		for (Worker worker : this.workers) {
			while (worker.lastAcknowledged - start < 0) {
				if (System.nanoTime() - start > LIMIT.toNanos()) {
					throw new IllegalStateException("%s has written nothing for %s; the failures were %s"
						.formatted(worker.getName(), LIMIT, failures()));
				}
				TimeUnit.MILLISECONDS.sleep(1);
			}
		}
		return (System.nanoTime() - start) / (double) TimeUnit.SECONDS.toNanos(1);
	}

	/**
	 * Ends the load when the calls that are under way have ended.
	 */
	void stop() throws InterruptedException {
		this.stopped = true;
		for (Worker worker : this.workers) {
			worker.join(LIMIT.toMillis());
			if (worker.isAlive()) {
				throw new IllegalStateException("%s is stuck in a call for %s".formatted(worker.getName(), LIMIT));
			}
		}
	}

	/**
	 * Returns whether each row adds up.
	 * @param present how often each row is there, after the load has stopped
	 */
	List<Figure> figures(Map<LedgerRow, Long> present) {
		Ledger.Account account = this.ledger.compare(present);
		long acknowledged = this.ledger.count(RowOutcome.ACKNOWLEDGED);
		long denied = this.ledger.count(RowOutcome.NOT_WRITTEN);
		long unknown = this.ledger.count(RowOutcome.UNKNOWN);
		return List.of(count("rows acknowledged", acknowledged, ""), figure("of these lost", account.lost()),
				count("rows not written, as the caller was told", denied, failures().toString()),
				figure("of these present", account.denied()),
				count("rows of unknown outcome", unknown, "(present: %d)".formatted(account.unknownPresent().size())),
				Figure.withoutTarget("share of writes that failed, %",
						100.0 * (denied + unknown) / (acknowledged + denied + unknown), ""),
				figure("rows present more than once", account.doubled()),
				figure("rows present that nobody wrote", account.foreign()),
				new Figure("reads that missed a row of their own thread", this.staleReads.size(), 0,
						"of %d, %d by a reader %s".formatted(this.reads.sum(), this.readsByReader.sum(),
								this.staleReads.stream().limit(10).toList())),
				Figure.withoutTarget("longest call, s", longestCall(), ""));
	}

	private static Figure count(String name, long count, String remark) {
		return Figure.withoutTarget(name, (double) count, remark);
	}

	private static Figure figure(String name, List<LedgerRow> rows) {
		return new Figure(name, rows.size(), 0, rows.isEmpty() ? "" : rows.stream().limit(10).toList().toString());
	}

	/**
	 * Returns how often each type of exception was thrown, by its name.
	 */
	private Map<String, Long> failures() {
		Map<String, Long> counts = new TreeMap<>();
		this.failures.forEach((type, count) -> counts.put(type, count.sum()));
		return counts;
	}

	/**
	 * Returns the longest that a thread was blocked in one call, in seconds.
	 */
	private double longestCall() {
		return this.workers.stream().mapToLong((worker) -> worker.longestCall).max().orElseThrow()
				/ (double) TimeUnit.SECONDS.toNanos(1);
	}

	@Override
	public void close() {
		this.stopped = true;
		this.workers.forEach(Thread::interrupt);
	}

	private static long millis(long from, long to) {
		return TimeUnit.NANOSECONDS.toMillis(to - from);
	}

	/**
	 * A read that missed a row.
	 *
	 * @param row the row, which its thread had written
	 * @param sight what was seen
	 * @param atMillis when, since the load began
	 * @param afterMillis when, since the write of the row began
	 * @param tookMillis how long it took
	 */
	private record StaleRead(LedgerRow row, SoakTable.Sight sight, long atMillis, long afterMillis, long tookMillis) {

	}

	/**
	 * One thread of the load.
	 */
	private final class Worker extends Thread {

		private final int number;

		/** When the last row was begun that was acknowledged. */
		private volatile long lastAcknowledged = System.nanoTime();

		private volatile long longestCall;

		Worker(int number) {
			super("soak-" + number);
			this.number = number;
			setDaemon(true);
		}

		@Override
		public void run() {
			for (int i = 0; !SoakLoad.this.stopped; i++) {
				LedgerRow row = new LedgerRow(this.number, i);
				long start = System.nanoTime();
				RowOutcome outcome = write(row);
				SoakLoad.this.ledger.add(row, outcome);
				took(start);
				if (outcome == RowOutcome.ACKNOWLEDGED) {
					this.lastAcknowledged = start;
					read(row);
					for (int reads = 0; i % ROWS_BETWEEN_RESTS == 0 && reads < READS_OF_A_REST; reads++) {
						LockSupport.parkNanos(REST.toNanos());
						read(row);
					}
				}
				LockSupport.parkNanos(PAUSE.toNanos());
			}
		}

		/**
		 * Believes what the exceptions say: a transient one, and one that tells that
		 * there was no connection, mean that nothing is written.
		 */
		private RowOutcome write(LedgerRow row) {
			try {
				WriteMode.of(row).write(SoakLoad.this.application, row);
				return RowOutcome.ACKNOWLEDGED;
			}
			catch (TransientDataAccessException | CannotGetJdbcConnectionException
					| CannotCreateTransactionException ex) {
				failed(ex);
				return RowOutcome.NOT_WRITTEN;
			}
			catch (DataAccessException | TransactionException ex) {
				failed(ex);
				return RowOutcome.UNKNOWN;
			}
		}

		private void read(LedgerRow row) {
			long start = System.nanoTime();
			try {
				Application application = SoakLoad.this.application;
				SoakTable.Sight sight = Objects.requireNonNull(
						application.readOnly().execute((status) -> SoakTable.find(application.jdbc(), row)));
				SoakLoad.this.reads.increment();
				if (sight.byReader()) {
					SoakLoad.this.readsByReader.increment();
				}
				if (!sight.present()) {
					SoakLoad.this.staleReads.add(new StaleRead(row, sight, millis(SoakLoad.this.start, start),
							millis(this.lastAcknowledged, start), millis(start, System.nanoTime())));
				}
			}
			catch (DataAccessException | TransactionException ex) {
				failed(ex);
			}
			took(start);
		}

		private void failed(RuntimeException failure) {
			SoakLoad.this.failures.computeIfAbsent(failure.getClass().getSimpleName(), (first) -> new LongAdder())
				.increment();
		}

		private void took(long start) {
			this.longestCall = Math.max(this.longestCall, System.nanoTime() - start);
		}

	}

}
