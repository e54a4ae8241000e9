package io.rdsboot.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A {@link RenewedValue} on a clock and timers that the test moves, from a source that it
 * lets fail and hang.
 */
abstract class AbstractRenewedValueTests {

	static final Duration RENEWAL = Duration.ofMinutes(10);

	static final Duration LIFETIME = Duration.ofMinutes(15);

	final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));

	final ManualScheduler scheduler = new ManualScheduler();

	final AtomicInteger loads = new AtomicInteger();

	final ListAppender<ILoggingEvent> log = new ListAppender<>();

	final Logger logger = (Logger) LoggerFactory.getLogger(RenewedValue.class);

	volatile @Nullable Throwable failure;

	volatile @Nullable CountDownLatch held;

	volatile boolean expires = true;

	long jitter;

	RenewalListener listener = RenewalListener.NONE;

	RenewalThread thread = thread(Duration.ofSeconds(10));

	RenewedValue<String> value = value();

	RenewalThread thread(Duration waitLimit) {
		return new RenewalThread(this.scheduler, this.clock, () -> this.jitter, waitLimit, this.listener);
	}

	RenewedValue<String> value() {
		return this.thread.value("token of app", this::make);
	}

	Renewal<String> make() {
		int number = this.loads.incrementAndGet();
		CountDownLatch latch = this.held;
		if (latch != null) {
			await(latch);
		}
		Throwable failing = this.failure;
		if (failing instanceof Error error) {
			throw error;
		}
		if (failing instanceof RuntimeException exception) {
			throw exception;
		}
		Instant now = this.clock.instant();
		return new Renewal<>("value-" + number, now.plus(RENEWAL), this.expires ? now.plus(LIFETIME) : null,
				Duration.ofSeconds(1));
	}

	static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException("interrupted", ex);
		}
	}

	@BeforeEach
	void listen() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void close() {
		this.logger.detachAppender(this.log);
		this.thread.close();
	}

	void advance(Duration duration) throws Exception {
		this.clock.advance(duration);
		this.scheduler.advance(duration);
	}

	/**
	 * Call on many threads at the same time; once all of them wait, do something.
	 */
	static <R> List<R> together(int number, Callable<R> call, Runnable onceAllWait) throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(number);
		try {
			List<Thread> threads = new ArrayList<>();
			List<Future<R>> futures = new ArrayList<>();
			for (int i = 0; i < number; i++) {
				futures.add(executor.submit(() -> {
					synchronized (threads) {
						threads.add(Thread.currentThread());
					}
					return call.call();
				}));
			}
			Awaitility.await().until(() -> {
				synchronized (threads) {
					return threads.size() == number
							&& threads.stream().allMatch((each) -> each.getState() == Thread.State.TIMED_WAITING);
				}
			});
			onceAllWait.run();
			List<R> results = new ArrayList<>();
			for (Future<R> future : futures) {
				results.add(future.get(20, TimeUnit.SECONDS));
			}
			return results;
		}
		finally {
			executor.shutdownNow();
		}
	}

}
