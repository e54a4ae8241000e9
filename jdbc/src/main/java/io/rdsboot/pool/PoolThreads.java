package io.rdsboot.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;

import com.zaxxer.hikari.HikariConfig;
import org.jspecify.annotations.Nullable;

/**
 * The threads that a HikariCP pool works with. Interrupts them when the pool is to close:
 * one that is connecting to a host that does not answer, or pauses after a failure, would
 * hold up the shutdown for seconds. Thread-safe.
 */
final class PoolThreads implements ThreadFactory, AutoCloseable {

	private final String name;

	private final @Nullable ThreadFactory userFactory;

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	/**
	 * {@code null} if the user's own does it.
	 */
	private final @Nullable ScheduledExecutorService housekeeper;

	private PoolThreads(String name, HikariConfig config, PoolFilling filling) {
		this.name = name;
		this.userFactory = config.getThreadFactory();
		this.housekeeper = (config.getScheduledExecutor() == null) ? housekeeper(filling) : null;
	}

	/**
	 * Give a pool its threads. The user's own factory and executor stay in place.
	 * @param config the pool's configuration
	 * @param name the pool's name
	 * @param filling decides when the housekeeper begins to open connections
	 */
	static PoolThreads configure(HikariConfig config, String name, PoolFilling filling) {
		PoolThreads threads = new PoolThreads(name, config, filling);
		config.setThreadFactory(threads);
		if (threads.housekeeper != null) {
			config.setScheduledExecutor(threads.housekeeper);
		}
		return threads;
	}

	/**
	 * Make the executor as HikariCP would make it.
	 */
	private ScheduledExecutorService housekeeper(PoolFilling filling) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, this,
				new ThreadPoolExecutor.DiscardPolicy());
		executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		executor.setRemoveOnCancelPolicy(true);
		filling.delay(executor);
		return executor;
	}

	@Override
	public @Nullable Thread newThread(Runnable task) {
		this.threads.removeIf((thread) -> thread.getState() == Thread.State.TERMINATED);
		Thread thread = (this.userFactory != null) ? this.userFactory.newThread(task) : daemon(task);
		if (thread != null) {
			this.threads.add(thread);
		}
		return thread;
	}

	private Thread daemon(Runnable task) {
		Thread thread = new Thread(task, this.name + ":pool");
		thread.setDaemon(true);
		return thread;
	}

	void interrupt() {
		this.threads.forEach(Thread::interrupt);
	}

	/**
	 * End the housekeeping of the pool, which has been closed.
	 */
	@Override
	public void close() {
		if (this.housekeeper != null) {
			this.housekeeper.shutdownNow();
		}
	}

}
