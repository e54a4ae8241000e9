package io.rdsboot.credentials;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RenewedValue} while its source fails, or does not answer.
 */
class RenewedValueFailureTests extends AbstractRenewedValueTests {

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
		assertThat(this.log.list).extracting(ILoggingEvent::getKeyValuePairs)
			.containsExactly(
					List.of(new KeyValuePair("rds.credential", "token of app"),
							new KeyValuePair("rds.cause", "java.lang.IllegalStateException: away")),
					List.of(new KeyValuePair("rds.credential", "token of app"), new KeyValuePair("rds.failures", 10)));
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
		this.thread = new RenewalThread(new ManualScheduler(), this.clock, () -> 0, Duration.ofMillis(50),
				RenewalListener.NONE);
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
		this.thread = new RenewalThread(new ManualScheduler(), this.clock, () -> 0, Duration.ofMillis(50),
				RenewalListener.NONE);
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
		this.thread = new RenewalThread(new ManualScheduler(), this.clock, () -> 0, Duration.ofMillis(50),
				RenewalListener.NONE);
		this.value = value();
		CountDownLatch latch = new CountDownLatch(1);
		this.held = latch;
		assertThatExceptionOfType(CredentialsUnavailableException.class).isThrownBy(this.value::get)
			.withMessageContaining("token of app");
		latch.countDown();
		Awaitility.await().untilAsserted(() -> assertThat(this.value.peek()).contains("value-1"));
		assertThat(this.loads).hasValue(1);
	}

}
