package io.rdsboot.cluster.watch;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.rdsboot.cluster.discovery.DiscoveryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon thread that looks, now and then, which instances there are. Thread-safe.
 */
final class DiscoveryThread {

	private static final Logger logger = LoggerFactory.getLogger(DiscoveryThread.class);

	/**
	 * Time that is given to what follows a change of roles before the look at it.
	 */
	private static final Duration SETTLING = Duration.ofMillis(100);

	private final Search search;

	private final Duration interval;

	private final ScheduledThreadPoolExecutor executor;

	private final AtomicBoolean pending = new AtomicBoolean();

	private boolean failing;

	/**
	 * Create the thread, which begins with {@link #start}.
	 * @param search what it does
	 * @param interval how often
	 */
	DiscoveryThread(Search search, Duration interval) {
		this.search = search;
		this.interval = interval;
		this.executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "rds-discovery");
			thread.setDaemon(true);
			return thread;
		});
		this.executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
		this.executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
		this.executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
	}

	void start() {
		repeat(this::discover, Duration.ZERO, this.interval);
	}

	/**
	 * Do something else on this thread, again and again.
	 */
	void repeat(Runnable task, Duration delay, Duration interval) {
		ScheduledFuture<?> unused = this.executor.scheduleWithFixedDelay(task, delay.toNanos(), interval.toNanos(),
				TimeUnit.NANOSECONDS);
	}

	/**
	 * Look soon, once for all who ask meanwhile.
	 */
	void discoverSoon() {
		if (this.pending.compareAndSet(false, true)) {
			ScheduledFuture<?> unused = this.executor.schedule(() -> {
				this.pending.set(false);
				discover();
			}, SETTLING.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	private void discover() {
		try {
			this.search.run();
			if (this.failing) {
				this.failing = false;
				logger.info("The cluster's instances can be found out again");
			}
		}
		catch (DiscoveryException | RuntimeException ex) {
			if (!this.failing && !this.executor.isShutdown()) {
				this.failing = true;
				logger.warn("The cluster's instances cannot be found out now, and those that are known stay: {}",
						ex.getMessage());
				logger.debug("Why the cluster's instances cannot be found out", ex);
			}
		}
	}

	/**
	 * End the thread, after a look that has begun.
	 * @param last what it does at last
	 */
	void close(Runnable last) {
		this.executor.execute(last);
		this.executor.shutdown();
	}

	/**
	 * One look.
	 */
	@FunctionalInterface
	interface Search {

		void run() throws DiscoveryException;

	}

}
