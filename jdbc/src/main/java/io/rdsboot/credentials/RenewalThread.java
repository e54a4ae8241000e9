package io.rdsboot.credentials;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

import org.apiguardian.api.API;

/**
 * The daemon thread on which a provider's values are made and renewed, and the clock that
 * they age by. One thread is enough: values are made rarely, and those that need the same
 * thing, as tokens need AWS credentials, find it fetched by the one before. Thread-safe.
 */
@API(status = API.Status.INTERNAL)
public final class RenewalThread implements AutoCloseable {

	/**
	 * Longest time for which a caller waits while there is no value.
	 */
	static final Duration WAIT_LIMIT = Duration.ofSeconds(10);

	private final ScheduledExecutorService scheduler;

	private final InstantSource clock;

	private final RandomGenerator random;

	private final Duration waitLimit;

	private final ReportedRenewals renewals;

	private final List<RenewedValue<?>> values = new CopyOnWriteArrayList<>();

	/**
	 * Create the thread, which starts with the first value that is asked for.
	 * @param name name of the thread
	 * @param clock what values age by
	 * @param listener told of each renewal
	 */
	public RenewalThread(String name, InstantSource clock, RenewalListener listener) {
		this(daemon(name), clock, () -> ThreadLocalRandom.current().nextLong(), WAIT_LIMIT, listener);
	}

	RenewalThread(ScheduledExecutorService scheduler, InstantSource clock, RandomGenerator random, Duration waitLimit,
			RenewalListener listener) {
		this.scheduler = scheduler;
		this.clock = clock;
		this.random = random;
		this.waitLimit = waitLimit;
		this.renewals = new ReportedRenewals(listener);
	}

	private static ScheduledExecutorService daemon(String name) {
		ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, name);
			thread.setDaemon(true);
			return thread;
		});
		executor.setRemoveOnCancelPolicy(true);
		return executor;
	}

	/**
	 * Create a value. The source is not asked before the value is used.
	 * @param <T> type of the value
	 * @param description what the value is, as in "no ... could be had"; not a secret
	 * @param source where it comes from
	 */
	public <T> RenewedValue<T> value(String description, RenewedValue.Source<T> source) {
		RenewedValue<T> value = new RenewedValue<>(description, source, this.scheduler, this.clock, this.random,
				this.waitLimit, this.renewals);
		this.values.add(value);
		return value;
	}

	/**
	 * Return the status of all values together.
	 */
	public RenewalStatus status() {
		return RenewalStatus.of(this.values.stream().map(RenewedValue::status).toList());
	}

	/**
	 * Close all values and end the thread; a source that is at work is interrupted.
	 */
	@Override
	public void close() {
		this.values.forEach(RenewedValue::close);
		this.scheduler.shutdownNow();
	}

}
