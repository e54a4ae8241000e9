package io.rdsboot.pool.borrow;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Registry of the threads that wait for a connection of a pool, which can be woken before
 * their time. Thread-safe.
 *
 * <p>
 * HikariCP hands connections to its waiters in the order in which they came, so a waiter
 * that left to look around would lose its place. It has no call that ends a wait, but it
 * answers to an interrupt. An interrupt from here never shows outside: whoever ends his
 * wait clears it. One that somebody else sends stays set.
 */
final class PoolWaiters {

	private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();

	/**
	 * Register the calling thread, which must {@linkplain Waiter#close() end} its wait.
	 */
	Waiter enter() {
		Waiter waiter = new Waiter(Thread.currentThread());
		this.waiters.add(waiter);
		return waiter;
	}

	/**
	 * Wake all who wait now. Who enters later is not concerned.
	 */
	void wakeAll() {
		this.waiters.forEach(Waiter::wake);
	}

	/**
	 * Return the threads that wait now.
	 */
	Set<Thread> threads() {
		return this.waiters.stream().map((waiter) -> waiter.thread).collect(Collectors.toSet());
	}

	/**
	 * One thread's wait.
	 */
	final class Waiter implements WaitScope {

		private final Thread thread;

		private boolean woken;

		private boolean left;

		private Waiter(Thread thread) {
			this.thread = thread;
		}

		/**
		 * A thread that somebody has interrupted comes back by itself, and its interrupt
		 * must not be taken for one of ours.
		 */
		private synchronized void wake() {
			if (!this.left && !this.woken && !this.thread.isInterrupted()) {
				this.woken = true;
				this.thread.interrupt();
			}
		}

		@Override
		public synchronized boolean isWoken() {
			return this.woken;
		}

		@Override
		public void close() {
			PoolWaiters.this.waiters.remove(this);
			boolean clear;
			synchronized (this) {
				clear = this.woken && !this.left;
				this.left = true;
			}
			if (clear) {
				Thread.interrupted();
			}
		}

	}

}
