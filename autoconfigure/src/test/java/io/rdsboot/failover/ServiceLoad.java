package io.rdsboot.failover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.rdsboot.routing.failure.TransactionOutcomeUnknownException;
import org.awaitility.Awaitility;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service under load: threads of which each writes numbered rows, one a transaction,
 * and after each reads back what it has written last. Keeps account of every row.
 */
final class ServiceLoad implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final JdbcTemplate jdbc;

	private final TransactionTemplate writing;

	private final TransactionTemplate reading;

	private final List<Thread> threads;

	private final AtomicInteger writes = new AtomicInteger();

	private final AtomicInteger reads = new AtomicInteger();

	private final AtomicInteger staleReads = new AtomicInteger();

	private final AtomicLong longestCall = new AtomicLong();

	private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();

	private final Set<Long> unknown = ConcurrentHashMap.newKeySet();

	private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

	private volatile boolean stopped;

	/**
	 * Starts the load.
	 * @param jdbc the service's template
	 * @param transactionManager the service's transaction manager
	 * @param threads number of threads
	 */
	ServiceLoad(JdbcTemplate jdbc, PlatformTransactionManager transactionManager, int threads) {
		this.jdbc = jdbc;
		this.writing = new TransactionTemplate(transactionManager);
		this.reading = new TransactionTemplate(transactionManager);
		this.reading.setReadOnly(true);
		jdbc.execute("CREATE TABLE IF NOT EXISTS numbered (id bigint)");
		jdbc.execute("TRUNCATE numbered");
		this.threads = IntStream.range(0, threads).mapToObj((number) -> new Thread(() -> run(number))).toList();
		this.threads.forEach(Thread::start);
	}

	private void run(int thread) {
		long first = thread * 1_000_000_000L;
		long last = -1;
		for (long id = first; !this.stopped; id++) {
			if (write(id)) {
				last = id;
			}
			if (last >= 0) {
				read(first, last);
			}
		}
	}

	private boolean write(long id) {
		try {
			timed(() -> this.writing
				.executeWithoutResult((status) -> this.jdbc.update("INSERT INTO numbered VALUES (?)", id)));
			this.acknowledged.add(id);
			this.writes.incrementAndGet();
			return true;
		}
		catch (RuntimeException ex) {
			if (ex instanceof TransactionOutcomeUnknownException) {
				this.unknown.add(id);
			}
			this.failures.add(ex);
			return false;
		}
	}

	private void read(long first, long last) {
		try {
			timed(() -> {
				Integer found = this.reading.execute((status) -> this.jdbc
					.queryForObject("SELECT count(*) FROM numbered WHERE id = ?", Integer.class, last));
				if (found == null || found == 0) {
					this.staleReads.incrementAndGet();
				}
			});
			this.reads.incrementAndGet();
		}
		catch (RuntimeException ex) {
			this.failures.add(ex);
		}
	}

	private void timed(Runnable call) {
		long start = System.nanoTime();
		try {
			call.run();
		}
		finally {
			this.longestCall.accumulateAndGet(System.nanoTime() - start, Math::max);
		}
	}

	/**
	 * Waits until each thread could have written and read a few times more.
	 */
	ServiceLoad awaitProgress() {
		int wantedWrites = this.writes.get() + 10 * this.threads.size();
		awaitReads();
		Awaitility.await("writes").atMost(LIMIT).until(() -> this.writes.get() >= wantedWrites);
		return this;
	}

	/**
	 * Waits for reads alone.
	 */
	ServiceLoad awaitReads() {
		int wanted = this.reads.get() + 10 * this.threads.size();
		Awaitility.await("reads").atMost(LIMIT).until(() -> this.reads.get() >= wanted);
		return this;
	}

	/**
	 * Ends the load, and waits for its threads.
	 */
	@Override
	public void close() {
		this.stopped = true;
		for (Thread thread : this.threads) {
			try {
				thread.join(LIMIT.toMillis());
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
			assertThat(thread.isAlive()).as(thread.getName()).isFalse();
		}
	}

	/**
	 * Checks what holds whatever happened: no acknowledged row is missing or there twice,
	 * none is there whose transaction failed for certain, nobody missed his own write,
	 * and every failure is of a type that says what to do.
	 */
	ServiceLoad verify() {
		close();
		List<Long> rows = this.jdbc.queryForList("SELECT id FROM numbered", Long.class);
		Set<Long> present = new HashSet<>(rows);
		assertThat(rows).as("no row twice").hasSameSizeAs(present);
		assertThat(present).as("acknowledged rows").containsAll(this.acknowledged);
		present.removeAll(this.acknowledged);
		assertThat(this.unknown).as("rows that nobody was told of").containsAll(present);
		assertThat(this.staleReads).as("stale reads").hasValue(0);
		assertThat(this.failures).as("failures")
			.allMatch((failure) -> failure instanceof TransientDataAccessException
					|| failure instanceof TransactionOutcomeUnknownException);
		return this;
	}

	/**
	 * Returns the failures so far.
	 */
	List<RuntimeException> failures() {
		return new ArrayList<>(this.failures);
	}

	/**
	 * Returns the failures of a type.
	 */
	<T extends DataAccessException> List<T> failures(Class<T> type) {
		return (this.failures.isEmpty()) ? Collections.emptyList()
				: this.failures.stream().filter(type::isInstance).map(type::cast).toList();
	}

	/**
	 * Returns how long the longest call took.
	 */
	Duration longestCall() {
		return Duration.ofNanos(this.longestCall.get());
	}

}
