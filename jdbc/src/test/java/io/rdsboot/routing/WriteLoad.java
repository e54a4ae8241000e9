package io.rdsboot.routing;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import javax.sql.DataSource;

import io.rdsboot.routing.failure.TransactionNotCommittedException;
import io.rdsboot.routing.failure.TransactionOutcomeUnknownException;
import org.awaitility.Awaitility;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that each write one number after the other, and what they have seen of it.
 */
public final class WriteLoad implements AutoCloseable {

	/** Leaves the processor to what is tested. */
	private static final Duration PAUSE = Duration.ofMillis(5);

	private final Map<Integer, List<Throwable>> failures = new ConcurrentHashMap<>();

	private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

	private final Set<Integer> unknown = ConcurrentHashMap.newKeySet();

	private final AtomicInteger numbers = new AtomicInteger();

	private final AtomicBoolean stopped = new AtomicBoolean();

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transaction;

	private final ExecutorService threads;

	private WriteLoad(DataSource dataSource, int threads) {
		RdsExceptionTranslator translator = new RdsExceptionTranslator(dataSource);
		this.jdbc = new JdbcTemplate(dataSource);
		this.jdbc.setExceptionTranslator(translator);
		JdbcTransactionManager transactionManager = new JdbcTransactionManager(dataSource);
		transactionManager.setExceptionTranslator(translator);
		this.transaction = new TransactionTemplate(transactionManager);
		this.threads = Executors.newFixedThreadPool(threads);
	}

	/**
	 * Creates the table and begins.
	 */
	public static WriteLoad start(DataSource dataSource, int threads) {
		WriteLoad load = new WriteLoad(dataSource, threads);
		load.jdbc.execute("CREATE TABLE numbers (number int)");
		for (int i = 0; i < threads; i++) {
			int thread = i;
			load.threads.execute(() -> load.write(thread));
		}
		return load;
	}

	private void write(int thread) {
		while (!this.stopped.get()) {
			int number = this.numbers.incrementAndGet();
			try {
				this.transaction
					.executeWithoutResult((status) -> this.jdbc.update("INSERT INTO numbers VALUES (?)", number));
				this.acknowledged.add(number);
			}
			catch (RuntimeException ex) {
				this.failures.computeIfAbsent(thread, (first) -> new CopyOnWriteArrayList<>()).add(ex);
				if (ex instanceof TransactionOutcomeUnknownException) {
					this.unknown.add(number);
				}
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

	/**
	 * Waits until more numbers are acknowledged than now.
	 */
	public void awaitMore(int count) {
		int enough = this.acknowledged.size() + count;
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.acknowledged.size() >= enough);
	}

	/**
	 * Ends writing, and waits for what is under way.
	 */
	@Override
	public void close() {
		this.stopped.set(true);
		this.threads.shutdown();
		try {
			assertThat(this.threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Verifies that each thread that failed has done so once, and was told whether its
	 * number is there.
	 */
	public void verifyOneFailureAtMost() {
		assertThat(this.failures).isNotEmpty().allSatisfy((thread, seen) -> assertThat(seen).hasSize(1));
		assertThat(this.failures.values()).allSatisfy((seen) -> assertThat(seen.get(0))
			.isInstanceOfAny(TransactionNotCommittedException.class, TransactionOutcomeUnknownException.class));
	}

	/**
	 * Verifies that each acknowledged number is there once, and no other but those of
	 * which nobody was told.
	 */
	public void verifyNumbers() {
		List<Integer> present = this.jdbc.queryForList("SELECT number FROM numbers", Integer.class);
		assertThat(present).doesNotHaveDuplicates().containsAll(this.acknowledged);
		present.removeAll(this.acknowledged);
		assertThat(this.unknown).containsAll(present);
	}

}
