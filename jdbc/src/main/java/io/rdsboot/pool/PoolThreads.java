package io.rdsboot.pool;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * Makes the threads that a HikariCP pool works with, and interrupts them when the pool is
 * to close: one that is connecting to a host that does not answer, or pauses after a
 * failure, would hold up the shutdown for seconds. Thread-safe.
 */
final class PoolThreads implements ThreadFactory {

	private final String name;

	private final @Nullable ThreadFactory userFactory;

	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	/**
	 * Create a factory.
	 * @param name the pool's name
	 * @param userFactory the user's own, which makes the threads, or {@code null}
	 */
	PoolThreads(String name, @Nullable ThreadFactory userFactory) {
		this.name = name;
		this.userFactory = userFactory;
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

}
