package io.rdsboot.datasource;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import io.rdsboot.pool.StartupConnectionException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wait for a database that is starting when the application starts, as containers do that
 * are started together.
 */
@API(status = API.Status.INTERNAL)
public final class StartupPatience {

	/**
	 * For a server that says that it is starting. It is about to be there.
	 */
	private static final Duration BY_DEFAULT = Duration.ofSeconds(30);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private static final Logger logger = LoggerFactory.getLogger(StartupPatience.class);

	private final @Nullable Duration timeout;

	private final LongSupplier nanoTime;

	/**
	 * Create patience.
	 * @param timeout how long to wait, or {@code null} for a default that depends on the
	 * failure
	 * @param nanoTime the time in nanoseconds, from an arbitrary origin
	 */
	public StartupPatience(@Nullable Duration timeout, LongSupplier nanoTime) {
		this.timeout = timeout;
		this.nanoTime = nanoTime;
	}

	/**
	 * Attempt to connect until that succeeds.
	 * @param attempt returns the failure that may pass, or {@code null}; throws any other
	 * @throws StartupConnectionException the last failure, when the time is over or the
	 * thread is interrupted
	 */
	void until(Supplier<@Nullable StartupConnectionException> attempt) {
		long begin = this.nanoTime.getAsLong();
		boolean told = false;
		while (true) {
			StartupConnectionException next = attempt.get();
			if (next == null) {
				return;
			}
			Duration limit = limit(next);
			if (this.nanoTime.getAsLong() - begin >= limit.toNanos() || Thread.currentThread().isInterrupted()) {
				throw next;
			}
			if (!told) {
				logger.info("Waiting for the database for up to {} s (rds.startup-timeout): {}",
						TimeUnit.NANOSECONDS.toSeconds(limit.toNanos()), next.getMessage());
				told = true;
			}
			LockSupport.parkNanos(PAUSE.toNanos());
		}
	}

	private Duration limit(StartupConnectionException failure) {
		if (this.timeout != null) {
			return this.timeout;
		}
		return failure.isInTransition() ? BY_DEFAULT : Duration.ZERO;
	}

}
