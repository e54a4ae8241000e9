package io.rdsboot.benchmarks.move;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.rdsboot.datasource.RdsDataSource;
import io.rdsboot.move.control.DatabaseMove;
import io.rdsboot.move.control.MoveParticipant;
import io.rdsboot.move.routing.InstanceSettings;
import io.rdsboot.move.shadow.ShadowListener;
import io.rdsboot.routing.RoutingDecoration;
import io.rdsboot.test.LocalRdsMove;
import io.rdsboot.test.LocalRdsMoveDatabase;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * An instance of a service whose database moves, and which writes 250 times a second by
 * eight threads: each write inserts a row and changes another one.
 */
final class WritingService implements AutoCloseable {

	private static final int THREADS = 8;

	private static final int MILLIS_BETWEEN_WRITES_OF_THREAD = 32;

	private static final int ROWS = 10_000;

	private final MoveParticipant participant;

	private final RdsDataSource dataSource;

	private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);

	private final List<Future<?>> writers = new ArrayList<>();

	private final Queue<String> written = new ConcurrentLinkedQueue<>();

	private final Queue<String> failures = new ConcurrentLinkedQueue<>();

	private final AtomicLong longestNanos = new AtomicLong();

	WritingService(LocalRdsMove servers, DatabaseMove move, int tables) {
		this.participant = new MoveParticipant(move, builder(servers.source()).build(), () -> null, (decision) -> {
		}, new ShadowListener() {
		}, InstanceSettings.defaults(), Duration.ofSeconds(30));
		this.dataSource = builder(servers.target())
			.routing((routing) -> RoutingDecoration.decorate(routing, this.participant))
			.build();
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		TransactionTemplate transaction = new TransactionTemplate(new DataSourceTransactionManager(this.dataSource));
		for (int i = 0; i < THREADS; i++) {
			this.writers.add(this.threads.scheduleAtFixedRate(() -> write(jdbc, transaction, tables),
					(long) i * MILLIS_BETWEEN_WRITES_OF_THREAD / THREADS, MILLIS_BETWEEN_WRITES_OF_THREAD,
					TimeUnit.MILLISECONDS));
		}
	}

	private static RdsDataSource.Builder builder(LocalRdsMoveDatabase database) {
		return RdsDataSource.builder()
			.writer(database.address().host() + ":" + database.address().port())
			.database(database.cluster().database())
			.credentials(database.cluster().username(), database.cluster().password());
	}

	private void write(JdbcTemplate jdbc, TransactionTemplate transaction, int tables) {
		int table = ThreadLocalRandom.current().nextInt(tables);
		String mark = UUID.randomUUID().toString();
		long begin = System.nanoTime();
		try {
			transaction.executeWithoutResult((status) -> {
				jdbc.update("INSERT INTO entry_%d (name, mark) VALUES ('new', ?::uuid)".formatted(table), mark);
				jdbc.update("UPDATE entry_%d SET changed = now() WHERE id = ?".formatted(table),
						ThreadLocalRandom.current().nextLong(1, ROWS));
			});
			this.written.add(mark);
			this.longestNanos.accumulateAndGet(System.nanoTime() - begin, Math::max);
		}
		catch (RuntimeException ex) {
			this.failures.add(String.valueOf(ex.getMessage()));
		}
	}

	List<String> written() {
		return List.copyOf(this.written);
	}

	List<String> failures() {
		return List.copyOf(this.failures);
	}

	double longestSeconds() {
		return (double) this.longestNanos.get() / TimeUnit.SECONDS.toNanos(1);
	}

	/**
	 * End the writes, and wait for those under way.
	 */
	void stop() throws InterruptedException {
		this.writers.forEach((writer) -> writer.cancel(false));
		this.threads.shutdown();
		if (!this.threads.awaitTermination(1, TimeUnit.MINUTES)) {
			throw new IllegalStateException("Writes did not end");
		}
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
		this.dataSource.close();
		this.participant.close();
	}

}
