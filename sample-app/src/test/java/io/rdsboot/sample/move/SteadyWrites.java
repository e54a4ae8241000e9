package io.rdsboot.sample.move;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes a row fifty times a second, and measures for how long writes wait while they are
 * switched to the other side. Thread-safe.
 */
class SteadyWrites implements ApplicationListener<ApplicationReadyEvent>, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(SteadyWrites.class);

	private static final Duration INTERVAL = Duration.ofMillis(20);

	private final ScheduledExecutorService executor = Executors
		.newSingleThreadScheduledExecutor((task) -> new Thread(task, "steady-writes"));

	private final JdbcClient jdbcClient;

	private long written;

	private long failed;

	private long longestNanos;

	private long lastNanos = System.nanoTime();

	SteadyWrites(JdbcClient jdbcClient) {
		this.jdbcClient = jdbcClient;
	}

	@Override
	public void onApplicationEvent(ApplicationReadyEvent event) {
		this.executor.scheduleWithFixedDelay(this::write, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void write() {
		long begin = System.nanoTime();
		try {
			this.jdbcClient.sql("insert into steady_write default values").update();
			ended(true, begin);
		}
		catch (DataAccessException ex) {
			ended(false, begin);
			logger.warn("A write failed: {}", ex.getMessage());
		}
	}

	private synchronized void ended(boolean successful, long begin) {
		long now = System.nanoTime();
		this.longestNanos = Math.max(this.longestNanos, now - begin);
		if (successful) {
			this.written++;
			this.lastNanos = now;
		}
		else {
			this.failed++;
		}
	}

	synchronized Figures figures() {
		return new Figures(this.written, this.failed, TimeUnit.NANOSECONDS.toMillis(this.longestNanos),
				TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.lastNanos));
	}

	/**
	 * Forget the longest write, so that the next pause can be told from earlier ones.
	 */
	synchronized void restart() {
		this.longestNanos = 0;
	}

	@Override
	public void destroy() {
		this.executor.shutdownNow();
	}

	/**
	 * What was written.
	 *
	 * @param written number of rows
	 * @param failed number of writes that have failed
	 * @param longestMillis how long the longest write took
	 * @param sinceMillis how long ago the last one was done
	 */
	record Figures(long written, long failed, long longestMillis, long sinceMillis) {

	}

}
