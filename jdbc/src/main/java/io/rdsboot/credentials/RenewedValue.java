package io.rdsboot.credentials;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A value in memory that is renewed in the background before it ends. Made by
 * {@link RenewalThread#value}. Thread-safe.
 *
 * <p>
 * One load at a time is under way, whoever asks for it, and all who wait for it share its
 * outcome. A load that fails is repeated after 1 second, then 2, and so on up to a
 * minute; meanwhile the present value is served until it expires.
 *
 * <p>
 * A value that nobody has asked for within an hour is not renewed before somebody asks
 * again, so that an idle service makes nothing. An hour is longer than two lifetimes of
 * pooled connections (30 minutes by default): a pool at rest still finds a fresh value.
 *
 * @param <T> type of the value
 */
@API(status = API.Status.INTERNAL)
public final class RenewedValue<T> {

	static final Duration IDLE_AFTER = Duration.ofHours(1);

	/**
	 * How exactly the last use is known: rarely written, it stays in every core's cache.
	 */
	private static final long USE_PRECISION = Duration.ofMinutes(1).toMillis();

	private static final double JITTER = 0.1;

	private final String description;

	private final Source<T> source;

	private final ScheduledExecutorService scheduler;

	private final InstantSource clock;

	private final RandomGenerator random;

	private final Duration waitLimit;

	private final ReportedRenewals renewals;

	/**
	 * Guarded by the lock.
	 */
	private final RenewalFailures failures;

	private final Object lock = new Object();

	private volatile @Nullable HeldValue<T> held;

	private volatile long usedAt;

	private @Nullable Load<T> load;

	private @Nullable Future<?> timer;

	private boolean closed;

	private long successes;

	RenewedValue(String description, Source<T> source, ScheduledExecutorService scheduler, InstantSource clock,
			RandomGenerator random, Duration waitLimit, ReportedRenewals renewals) {
		this.description = description;
		this.source = source;
		this.scheduler = scheduler;
		this.clock = clock;
		this.random = random;
		this.waitLimit = waitLimit;
		this.renewals = renewals;
		this.failures = new RenewalFailures(description);
	}

	/**
	 * Return the value, from memory where there is one. Otherwise wait for it, until the
	 * source has not answered for 10 seconds. Where there is none and the last load
	 * failed within a second, the failure is the answer.
	 * @throws CredentialsUnavailableException if there is no value that is still good,
	 * and none could be made
	 */
	public T get() {
		long now = this.clock.millis();
		noteUse(now);
		HeldValue<T> present = this.held;
		if (present == null || present.isExpired(now)) {
			return await(loadMissing(now));
		}
		if (present.isDue(now)) {
			renewDue(now);
		}
		return present.value();
	}

	/**
	 * Return the value if there is one, whether still good or not, without asking the
	 * source. This is no use that would keep it renewed.
	 */
	public Optional<T> peek() {
		return Optional.ofNullable(this.held).map(HeldValue::value);
	}

	/**
	 * Return how often it was made, and how long ago.
	 */
	RenewalStatus status() {
		synchronized (this.lock) {
			HeldValue<T> present = this.held;
			long now = this.clock.millis();
			boolean used = present != null && now - this.usedAt < IDLE_AFTER.toMillis();
			return new RenewalStatus(this.successes, this.failures.total(),
					(used && present != null) ? present.age(now) : null,
					(used && present != null) ? present.remaining(now) : null);
		}
	}

	/**
	 * Return another value than one that was refused, waiting for it if need be: the
	 * present one, if it is another, else the one that is made now. Until then, and if it
	 * cannot be made, the refused one stays, because a refusal can be a passing one.
	 * @param refused the value that was refused
	 * @return what the source has made since, which may equal the one refused
	 * @throws CredentialsUnavailableException if none could be made
	 */
	public T replace(T refused) {
		return replace(refused, this.source);
	}

	/**
	 * Return another value than one that was refused, as {@link #replace(Object)}, made
	 * by a source that takes more trouble.
	 * @param refused the value that was refused
	 * @param thorough what makes the new value, unless a load is under way already
	 * @return what has been made since, which may equal the one refused
	 * @throws CredentialsUnavailableException if none could be made
	 */
	public T replace(T refused, Source<T> thorough) {
		long now = this.clock.millis();
		noteUse(now);
		Load<T> joined;
		synchronized (this.lock) {
			HeldValue<T> present = this.held;
			if (present != null && !present.value().equals(refused) && !present.isExpired(now)) {
				return present.value();
			}
			joined = this.load;
			if (joined == null) {
				failIfJustFailed(now);
				joined = start(thorough, (present != null) ? present.untilReplaceable(now) : 0);
			}
		}
		return await(joined);
	}

	private void noteUse(long now) {
		if (Math.abs(now - this.usedAt) >= USE_PRECISION) {
			this.usedAt = now;
		}
	}

	private Load<T> loadMissing(long now) {
		synchronized (this.lock) {
			HeldValue<T> present = this.held;
			if (present != null && !present.isExpired(now)) {
				return new Load<>(CompletableFuture.completedFuture(present), now);
			}
			Load<T> joined = this.load;
			if (joined == null) {
				failIfJustFailed(now);
				joined = start(this.source, 0);
			}
			return joined;
		}
	}

	/**
	 * Renew a value that is due. Timers count the time that the machine runs, not that of
	 * the clock; so the value is looked at when it is used, too.
	 */
	private void renewDue(long now) {
		synchronized (this.lock) {
			if (this.held != null && this.held.isDue(now)) {
				renew();
			}
		}
	}

	/**
	 * Renew a value in use. Any other is renewed by the next use that finds it due.
	 */
	private void onTimer() {
		synchronized (this.lock) {
			if (this.clock.millis() - this.usedAt < IDLE_AFTER.toMillis()) {
				renew();
			}
		}
	}

	@SuppressWarnings("FutureReturnValueIgnored") // who needs the outcome joins the load
	private void renew() {
		if (this.load == null && !this.closed) {
			start(this.source, 0);
		}
	}

	private void failIfJustFailed(long now) {
		Throwable failure = this.failures.justNow(now);
		if (failure != null) {
			throw unavailable(failure);
		}
	}

	private Load<T> start(Source<T> from, long delayMillis) {
		if (this.closed) {
			throw unavailable(closedException());
		}
		cancelTimer();
		Load<T> started = new Load<>(new CompletableFuture<>(), this.clock.millis() + delayMillis);
		this.load = started;
		if (this.held != null) {
			// Users look no further while the load is under way.
			this.held = this.held.renewAt(Long.MAX_VALUE);
		}
		schedule(() -> load(from, started.outcome()), delayMillis);
		return started;
	}

	@SuppressWarnings("FutureReturnValueIgnored") // its outcome is the load's
	private void schedule(Runnable task, long delayMillis) {
		this.scheduler.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
	}

	private void load(Source<T> from, CompletableFuture<HeldValue<T>> outcome) {
		try {
			succeeded(this.renewals.make(this.description, from), outcome);
		}
		catch (Throwable ex) {
			// Also errors: a class that is missing must not leave the callers waiting.
			failed(ex, outcome);
		}
	}

	private void succeeded(Renewal<T> renewal, CompletableFuture<HeldValue<T>> outcome) {
		long now = this.clock.millis();
		long untilRenewal = jittered(Math.max(renewal.renewAt().toEpochMilli() - now, 0));
		HeldValue<T> made = HeldValue.of(renewal, now, untilRenewal);
		synchronized (this.lock) {
			if (this.closed) {
				return;
			}
			this.failures.end();
			this.successes++;
			this.held = made;
			this.load = null;
			setTimer(untilRenewal);
		}
		outcome.complete(made);
	}

	private void failed(Throwable reason, CompletableFuture<HeldValue<T>> outcome) {
		synchronized (this.lock) {
			if (this.closed) {
				return;
			}
			long now = this.clock.millis();
			HeldValue<T> present = this.held;
			long untilRetry = jittered(this.failures.add(reason, now, HeldValue.servedText(present, now)));
			this.held = (present != null) ? present.renewAt(now + untilRetry) : null;
			this.load = null;
			setTimer(untilRetry);
		}
		outcome.completeExceptionally(reason);
	}

	private long jittered(long millis) {
		return millis - (long) (millis * JITTER * this.random.nextDouble());
	}

	private void setTimer(long delayMillis) {
		this.timer = this.scheduler.schedule(this::onTimer, delayMillis, TimeUnit.MILLISECONDS);
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel(false);
			this.timer = null;
		}
	}

	/**
	 * Wait for a load, no longer than it may take: who joins one that has taken so long
	 * already is told at once.
	 */
	private T await(Load<T> joined) {
		long underWay = this.clock.millis() - joined.startAt();
		long left = this.waitLimit.toMillis() - Math.max(underWay, 0);
		try {
			return joined.outcome().get(Math.max(left, 0), TimeUnit.MILLISECONDS).value();
		}
		catch (ExecutionException ex) {
			throw unavailable((ex.getCause() != null) ? ex.getCause() : ex);
		}
		catch (TimeoutException ex) {
			throw new CredentialsUnavailableException(notAnswered(joined), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new CredentialsUnavailableException("Interrupted while waiting for " + this.description, ex);
		}
	}

	private String notAnswered(Load<T> joined) {
		long now = this.clock.millis();
		String message = "No " + this.description + ": its source has not answered for "
				+ Math.max(now - joined.startAt(), 0) / 1000 + " s";
		synchronized (this.lock) {
			return message + this.failures.lastText(now);
		}
	}

	private CredentialsUnavailableException unavailable(Throwable reason) {
		return new CredentialsUnavailableException("No " + this.description + ": " + reason.getMessage(), reason);
	}

	void close() {
		Load<T> abandoned;
		synchronized (this.lock) {
			this.closed = true;
			cancelTimer();
			abandoned = this.load;
			this.load = null;
		}
		if (abandoned != null) {
			abandoned.outcome().completeExceptionally(closedException());
		}
	}

	private static IllegalStateException closedException() {
		return new IllegalStateException("its provider is closed");
	}

	/**
	 * Makes values.
	 *
	 * @param <T> type of the values
	 */
	@FunctionalInterface
	public interface Source<T> {

		/**
		 * Make a new value. Called on the {@link RenewalThread}, and has to end within a
		 * limited time.
		 */
		Renewal<T> make();

	}

	/**
	 * A load that is under way.
	 */
	private record Load<T>(CompletableFuture<HeldValue<T>> outcome, long startAt) {

	}

}
