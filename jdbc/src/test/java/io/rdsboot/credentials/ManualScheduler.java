package io.rdsboot.credentials;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Runs on a thread of its own what is due at once, and what is due later when a test
 * moves its time.
 */
final class ManualScheduler extends ThreadPoolExecutor implements ScheduledExecutorService {

	private final List<Timer> timers = new ArrayList<>();

	private long nowMillis;

	ManualScheduler() {
		super(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), (task) -> {
			Thread thread = new Thread(task, "manual-scheduler");
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * Let time pass, and wait until all is done that is due then, in its order.
	 */
	void advance(Duration duration) throws Exception {
		long end;
		synchronized (this.timers) {
			end = this.nowMillis + duration.toMillis();
		}
		for (Timer next = nextUntil(end); next != null; next = nextUntil(end)) {
			execute(next);
			settle();
		}
		synchronized (this.timers) {
			this.nowMillis = end;
		}
	}

	private @Nullable Timer nextUntil(long end) {
		synchronized (this.timers) {
			this.timers.removeIf(Timer::isCancelled);
			Timer next = this.timers.stream().min(Comparator.comparingLong((timer) -> timer.dueMillis)).orElse(null);
			if (next == null || next.dueMillis > end) {
				return null;
			}
			this.timers.remove(next);
			this.nowMillis = Math.max(this.nowMillis, next.dueMillis);
			return next;
		}
	}

	/**
	 * Wait until all is done that was due.
	 */
	void settle() throws Exception {
		// The first of these may stand before what a timer has started.
		submit(() -> {
		}).get(20, TimeUnit.SECONDS);
		submit(() -> {
		}).get(20, TimeUnit.SECONDS);
	}

	/**
	 * Return the delays of all timers that are set, from now.
	 */
	List<Duration> delays() {
		synchronized (this.timers) {
			this.timers.removeIf(Timer::isCancelled);
			return this.timers.stream().map((timer) -> Duration.ofMillis(timer.dueMillis - this.nowMillis)).toList();
		}
	}

	@Override
	public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
		synchronized (this.timers) {
			Timer timer = new Timer(command, this.nowMillis + unit.toMillis(delay));
			if (delay == 0) {
				execute(timer);
			}
			else {
				this.timers.add(timer);
			}
			return timer;
		}
	}

	@Override
	public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
		throw new UnsupportedOperationException();
	}

	private static final class Timer extends FutureTask<@Nullable Void> implements ScheduledFuture<@Nullable Void> {

		private final long dueMillis;

		Timer(Runnable task, long dueMillis) {
			super(task, null);
			this.dueMillis = dueMillis;
		}

		@Override
		public long getDelay(TimeUnit unit) {
			throw new UnsupportedOperationException();
		}

		@Override
		public int compareTo(Delayed other) {
			throw new UnsupportedOperationException();
		}

	}

}
