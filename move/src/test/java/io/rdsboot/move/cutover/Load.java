package io.rdsboot.move.cutover;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.awaitility.Awaitility;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Threads that write through each instance of a service, one row in each transaction.
 */
final class Load {

	private static final int THREADS = 8;

	final Queue<String> written = new ConcurrentLinkedQueue<>();

	final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean stopped = new AtomicBoolean();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	Load(List<MovingService> services) {
		for (MovingService service : services) {
			JdbcTemplate jdbc = new JdbcTemplate(service.dataSource());
			TransactionTemplate transaction = new TransactionTemplate(
					new DataSourceTransactionManager(service.dataSource()));
			for (int i = 0; i < THREADS; i++) {
				this.threads.submit(() -> write(jdbc, transaction));
			}
		}
	}

	private void write(JdbcTemplate jdbc, TransactionTemplate transaction) {
		while (!this.stopped.get()) {
			String name = UUID.randomUUID().toString();
			try {
				transaction.executeWithoutResult((status) -> {
					jdbc.update("INSERT INTO entry (name) VALUES (?)", name);
					jdbc.update("UPDATE entry SET note = 'seen' WHERE name = ?", name);
				});
				this.written.add(name);
				TimeUnit.MILLISECONDS.sleep(20);
			}
			catch (InterruptedException ex) {
				return;
			}
			catch (RuntimeException ex) {
				this.failures.add(ex);
			}
		}
	}

	void awaitMore(int rows) {
		int before = this.written.size();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.written.size() > before + rows);
	}

	void stop() throws InterruptedException {
		this.stopped.set(true);
		this.threads.shutdown();
		assertThat(this.threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
	}

}
