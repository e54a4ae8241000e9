package io.rdsboot.pool;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Decides when HikariCP begins to open the connections that pools keep idle. While an
 * application starts, logins by the dozen would take the processors from it; whoever
 * borrows meanwhile has a connection opened for him. Thread-safe.
 */
final class PoolFilling {

	/**
	 * The longest to wait. From 15 seconds on HikariCP would warn that its threads
	 * starve.
	 */
	private static final Duration LIMIT = Duration.ofSeconds(10);

	private volatile CountDownLatch delays = new CountDownLatch(0);

	/**
	 * Let pools that are made from now on wait for {@link #begin()}.
	 */
	void delay() {
		this.delays = new CountDownLatch(1);
	}

	/**
	 * Let every pool open its connections.
	 */
	void begin() {
		this.delays.countDown();
	}

	/**
	 * Let a pool's housekeeper, which has done nothing yet, begin with the wait.
	 */
	void delay(Executor housekeeper) {
		CountDownLatch present = this.delays;
		if (present.getCount() > 0) {
			housekeeper.execute(() -> await(present));
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			// the pool closes
			Thread.currentThread().interrupt();
		}
	}

}
