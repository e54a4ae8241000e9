package io.rdsboot.actuate;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps failures of an application's own meter registries, observation handlers and
 * conventions from what is measured. The first failure is logged. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class TelemetryGuard {

	private static final Logger logger = LoggerFactory.getLogger(TelemetryGuard.class);

	private final AtomicBoolean failureSeen = new AtomicBoolean();

	/**
	 * Run what may fail.
	 * @param action the action
	 */
	public void run(Runnable action) {
		get(() -> {
			action.run();
			return null;
		});
	}

	/**
	 * Get what may fail.
	 * @param <T> type of the value
	 * @param supplier supplies the value
	 * @return the value, or {@code null} if that failed
	 */
	public <T> @Nullable T get(Supplier<? extends @Nullable T> supplier) {
		try {
			return supplier.get();
		}
		catch (RuntimeException ex) {
			if (this.failureSeen.compareAndSet(false, true)) {
				logger.warn("A meter registry, observation handler or convention failed, and what it was to record "
						+ "is lost. This is logged once", ex);
			}
			return null;
		}
	}

}
