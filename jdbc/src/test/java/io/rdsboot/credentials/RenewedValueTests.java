package io.rdsboot.credentials;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RenewedValue}, on a clock and timers that the tests move.
 */
class RenewedValueTests {

	private static final Duration RENEWAL = Duration.ofMinutes(10);

	private static final Duration LIFETIME = Duration.ofMinutes(15);

	private final MovableClock clock = new MovableClock(Instant.parse("2026-01-01T00:00:00Z"));

	private final ManualScheduler scheduler = new ManualScheduler();

	private final AtomicInteger loads = new AtomicInteger();

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger(RenewedValue.class);

	private volatile @Nullable Throwable failure;

	private volatile @Nullable CountDownLatch held;

	private volatile boolean expires = true;

	private long jitter;

	private RenewalThread thread = thread(Duration.ofSeconds(10));

	private RenewedValue<String> value = value();

	private RenewalThread thread(Duration waitLimit) {
		return new RenewalThread(this.scheduler, this.clock, () -> this.jitter, waitLimit);
	}

	private RenewedValue<String> value() {
		return this.thread.value("token of app", this::make);
	}

	private Renewal<String> make() {
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

	private static void await(CountDownLatch latch) {
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

	@Test
	void getWhenThereIsAValueAnswersFromMemory() {
		assertThat(this.value.get()).isEqualTo("value-1").isSameAs(this.value.get());
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void nothingIsMadeBeforeTheFirstUse() throws Exception {
		advance(Duration.ofHours(2));
		assertThat(this.loads).hasValue(0);
		assertThat(this.value.peek()).isEmpty();
	}

	@Test
	void getWhenSixtyThreadsFindNoValueMakesOne() throws Exception {
		CountDownLatch latch = new CountDownLatch(1);
		this.held = latch;
		List<String> answers = together(60, () -> this.value.get(), latch::countDown);
		assertThat(answers).hasSize(60).containsOnly("value-1");
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void timerRenewsAValueInUse() throws Exception {
		this.value.get();
		advance(RENEWAL.minusMillis(1));
		assertThat(this.loads).hasValue(1);
		advance(Duration.ofMillis(1));
		assertThat(this.loads).hasValue(2);
		assertThat(this.value.get()).isEqualTo("value-2");
		assertThat(this.loads).hasValue(2);
	}

	@Test
	void timerComesUpToATenthEarlier() throws Exception {
		// The largest number below 1 that a generator gives.
		this.jitter = -1;
		this.value.get();
		assertThat(this.scheduler.delays()).singleElement()
			.satisfies(
					(delay) -> assertThat(delay).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(9).plusMillis(1)));
	}

	@Test
	void valueThatIsNotUsedForAnHourIsNotRenewedUntilItIsUsed() throws Exception {
		this.expires = false;
		this.value.get();
		for (int i = 0; i < 50; i++) {
			advance(RENEWAL);
		}
		assertThat(this.loads).hasValue(6);
		assertThat(this.scheduler.delays()).isEmpty();
		assertThat(this.value.get()).isEqualTo("value-6");
		this.scheduler.settle();
		assertThat(this.value.get()).isEqualTo("value-7");
		advance(RENEWAL);
		assertThat(this.loads).hasValue(8);
	}

	@Test
	void getWhenTheTimerIsLateRenewsAndServesThePresentValue() throws Exception {
		this.value.get();
		this.clock.advance(RENEWAL);
		CountDownLatch latch = new CountDownLatch(1);
		this.held = latch;
		assertThat(this.value.get()).isEqualTo("value-1");
		assertThat(this.value.get()).isEqualTo("value-1");
		latch.countDown();
		this.scheduler.settle();
		assertThat(this.value.get()).isEqualTo("value-2");
		assertThat(this.loads).hasValue(2);
	}

	@Test
	void getWhenTheValueHasExpiredWaitsForAnother() {
		this.value.get();
		this.clock.advance(LIFETIME);
		assertThat(this.value.get()).isEqualTo("value-2");
	}

	@Test
	void failedRenewalIsRepeatedMoreAndMoreRarelyAndSaidOnce() throws Exception {
		this.expires = false;
		this.value.get();
		this.failure = new IllegalStateException("away");
		advance(RENEWAL);
		List<Duration> delays = new ArrayList<>();
		for (int i = 0; i < 9; i++) {
			Duration delay = this.scheduler.delays().get(0);
			delays.add(delay);
			assertThat(this.value.get()).isEqualTo("value-1");
			advance(delay);
		}
		assertThat(delays.stream().map(Duration::toSeconds)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
		assertThat(this.loads).hasValue(11);
		this.failure = null;
		advance(Duration.ofMinutes(1));
		assertThat(this.value.get()).isEqualTo("value-12");
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.WARN, Level.INFO);
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("Could not get a new token of app; the present one is served on, and it is tried again: "
					+ "java.lang.IllegalStateException: away", "Got a new token of app after 10 failures");
	}

	@Test
	void failedRenewalIsNotRepeatedByUsersBeforeItsTime() throws Exception {
		this.value.get();
		this.failure = new IllegalStateException("away");
		advance(RENEWAL);
		this.value.get();
		this.value.get();
		this.scheduler.settle();
		assertThat(this.loads).hasValue(2);
	}

	@Test
	void failedRenewalWhenTheTimerIsLateIsRepeatedByUsers() throws Exception {
		this.value.get();
		this.failure = new IllegalStateException("away");
		advance(RENEWAL);
		this.failure = null;
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.value.get()).isEqualTo("value-1");
		this.scheduler.settle();
		assertThat(this.value.get()).isEqualTo("value-3");
	}

	@Test
	void failureAfterASuccessIsSaidAgainAndRepeatedSoon() throws Exception {
		this.value.get();
		for (int i = 0; i < 2; i++) {
			this.failure = new IllegalStateException("away");
			advance(RENEWAL);
			assertThat(this.scheduler.delays()).containsExactly(Duration.ofSeconds(1));
			this.failure = null;
			advance(Duration.ofSeconds(1));
			this.value.get();
		}
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel)
			.containsExactly(Level.WARN, Level.INFO, Level.WARN, Level.INFO);
	}

	@Test
	void valueIsServedUntilItExpiresWhileItsSourceFails() throws Exception {
		this.value.get();
		this.failure = new IllegalStateException("away");
		advance(LIFETIME.minusMillis(1));
		assertThat(this.value.get()).isEqualTo("value-1");
		advance(Duration.ofMillis(1));
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(this.value::get)
			.withMessage("No token of app: away")
			.withCause(this.failure);
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage())
				.contains("is served until 2026-01-01T00:15:00Z"));
		this.failure = null;
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.value.get()).startsWith("value-");
	}

	@Test
	void getWhenThereIsNoValueAsksOnceASecondOnly() {
		this.failure = new IllegalStateException("away");
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(this.value::get)
				.withCause(this.failure);
		}
		assertThat(this.loads).hasValue(1);
		this.clock.advance(Duration.ofSeconds(1));
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(this.value::get);
		assertThat(this.loads).hasValue(2);
		this.failure = null;
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.value.get()).isEqualTo("value-3");
	}

	@Test
	void waitersOfOneLoadShareItsFailure() throws Exception {
		this.failure = new IllegalStateException("away");
		CountDownLatch latch = new CountDownLatch(1);
		this.held = latch;
		List<Throwable> causes = together(20, () -> {
			try {
				throw new AssertionError(this.value.get());
			}
			catch (CredentialsUnavailableException ex) {
				return Objects.requireNonNull(ex.getCause());
			}
		}, latch::countDown);
		assertThat(causes).hasSize(20).allMatch((cause) -> cause == this.failure);
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void errorOfTheSourceReachesItsCallers() {
		this.failure = new NoClassDefFoundError("software/amazon/Missing");
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(this.value::get)
			.withCause(this.failure);
	}

	@Test
	void getWhenTheSourceHasHungForLongerThanACallerWaitsSaysSoAtOnce() {
		CountDownLatch never = new CountDownLatch(1);
		this.held = never;
		this.thread.close();
		this.thread = new RenewalThread(new ManualScheduler(), this.clock, () -> 0, Duration.ofMillis(50));
		RenewedValue<String> hanging = value();
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(hanging::get)
			.withMessage("No token of app: its source has not answered for 0 s");
		this.clock.advance(Duration.ofMinutes(1));
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(hanging::get)
			.withMessage("No token of app: its source has not answered for 60 s");
		never.countDown();
	}

	@Test
	void getWhenTheSourceHangsAfterAFailureSaysHowOldThatIs() {
		CountDownLatch never = new CountDownLatch(1);
		this.thread.close();
		this.thread = new RenewalThread(new ManualScheduler(), this.clock, () -> 0, Duration.ofMillis(50));
		RenewedValue<String> hanging = value();
		this.failure = new IllegalStateException("throttled");
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(hanging::get)
			.withMessage("No token of app: throttled");
		this.clock.advance(Duration.ofSeconds(7));
		this.held = never;
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(hanging::get)
			.withMessage("No token of app: its source has not answered for 0 s, and failed 7 s ago: throttled");
		this.clock.advance(Duration.ofSeconds(30));
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(hanging::get)
			.withMessage("No token of app: its source has not answered for 30 s, and failed 37 s ago: throttled");
		never.countDown();
	}

	@Test
	void getWhenTheSourceDoesNotAnswerWaitsForALimitedTime() {
		this.thread.close();
		this.thread = new RenewalThread(new ManualScheduler(), this.clock, () -> 0, Duration.ofMillis(50));
		this.value = value();
		CountDownLatch latch = new CountDownLatch(1);
		this.held = latch;
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(this.value::get)
			.withMessageContaining("token of app");
		latch.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(this.value.peek()).contains("value-1"));
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void getWhenInterruptedEndsAndLetsTheLoadGoOn() throws Exception {
		CountDownLatch latch = new CountDownLatch(1);
		this.held = latch;
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(this.value::get)
			.withCauseInstanceOf(InterruptedException.class);
		assertThat(Thread.interrupted()).isTrue();
		latch.countDown();
		assertThat(this.value.get()).isEqualTo("value-1");
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void replaceWhenTheRefusedOneIsPresentMakesOneForAll() throws Exception {
		String refused = this.value.get();
		this.clock.advance(Duration.ofSeconds(1));
		CountDownLatch latch = new CountDownLatch(1);
		this.held = latch;
		List<String> answers = together(20, () -> this.value.replace(refused), latch::countDown);
		assertThat(answers).hasSize(20).containsOnly("value-2");
		assertThat(this.value.get()).isEqualTo("value-2");
		assertThat(this.loads).hasValue(2);
	}

	@Test
	void replaceWhenAnotherValueIsPresentReturnsThat() throws Exception {
		String refused = this.value.get();
		advance(RENEWAL);
		assertThat(this.value.replace(refused)).isEqualTo("value-2");
		assertThat(this.loads).hasValue(2);
	}

	@Test
	void replaceWhenTheRefusedOneIsTooYoungWaitsForItsAge() throws Exception {
		String refused = this.value.get();
		this.clock.advance(Duration.ofMillis(300));
		ExecutorService executor = Executors.newSingleThreadExecutor();
		try {
			Future<String> replacement = executor.submit(() -> this.value.replace(refused));
			Awaitility.await().until(() -> this.scheduler.delays().contains(Duration.ofMillis(700)));
			assertThat(this.loads).hasValue(1);
			assertThat(this.value.get()).isEqualTo("value-1");
			advance(Duration.ofMillis(700));
			assertThat(replacement.get(20, TimeUnit.SECONDS)).isEqualTo("value-2");
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void replaceWhenTheSourceFailsKeepsTheRefusedOne() throws Exception {
		String refused = this.value.get();
		this.clock.advance(Duration.ofSeconds(1));
		this.failure = new IllegalStateException("away");
		for (int i = 0; i < 3; i++) {
			assertThatExceptionOfType(CredentialsUnavailableException.class)
				.isThrownBy(() -> this.value.replace(refused))
				.withCause(this.failure);
		}
		assertThat(this.loads).hasValue(2);
		assertThat(this.value.get()).isEqualTo(refused);
	}

	@Test
	void replaceAsksTheThoroughSource() throws Exception {
		String refused = this.value.get();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(this.value.replace(refused,
				() -> new Renewal<>("found", this.clock.instant().plus(RENEWAL), null, Duration.ZERO)))
			.isEqualTo("found");
		advance(RENEWAL);
		assertThat(this.value.get()).isEqualTo("value-2");
	}

	@Test
	void closeReleasesThoseWhoWaitAndEndsTheRenewal() throws Exception {
		this.value.get();
		this.held = new CountDownLatch(1);
		this.clock.advance(LIFETIME);
		List<Throwable> failures = together(5, () -> {
			try {
				throw new AssertionError(this.value.get());
			}
			catch (CredentialsUnavailableException ex) {
				return ex;
			}
		}, this.thread::close);
		assertThat(failures).hasSize(5)
			.allSatisfy((ex) -> assertThat(ex).hasMessage("No token of app: its provider is closed"));
		assertThat(this.scheduler.isShutdown()).isTrue();
		assertThat(this.scheduler.delays()).isEmpty();
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(this.value::get)
			.withMessage("No token of app: its provider is closed");
	}

	@Test
	void getWhenClosedServesAValueThatIsStillGood() {
		this.value.get();
		this.thread.close();
		this.clock.advance(RENEWAL);
		assertThat(this.value.get()).isEqualTo("value-1");
	}

	@Test
	void renewalDoesNotShowItsValue() {
		assertThat(make()).asString().doesNotContain("value-");
	}

	private void advance(Duration duration) throws Exception {
		this.clock.advance(duration);
		this.scheduler.advance(duration);
	}

	/**
	 * Call on many threads at the same time; once all of them wait, do something.
	 */
	private static <R> List<R> together(int number, Callable<R> call, Runnable onceAllWait) throws Exception {
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
