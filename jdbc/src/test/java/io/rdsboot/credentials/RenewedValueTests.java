package io.rdsboot.credentials;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RenewedValue}, on a clock and timers that the tests move.
 */
class RenewedValueTests extends AbstractRenewedValueTests {

	@Test
	void getWhenThereIsAValueAnswersFromMemory() {
		assertThat(this.value.get()).isEqualTo("value-1").isSameAs(this.value.get());
		assertThat(this.loads).hasValue(1);
	}

	@Test
	void statusCountsRenewalsAndTellsAgeAndWhatRemains() throws Exception {
		assertThat(this.thread.status()).isEqualTo(new RenewalStatus(0, 0, null, null));
		this.value.get();
		advance(Duration.ofMinutes(4));
		assertThat(this.thread.status())
			.isEqualTo(new RenewalStatus(1, 0, Duration.ofMinutes(4), Duration.ofMinutes(11)));
		this.failure = new IllegalStateException("away");
		advance(Duration.ofMinutes(6));
		assertThat(this.thread.status().failures()).isOne();
		this.failure = null;
		advance(Duration.ofSeconds(1));
		assertThat(this.thread.status()).isEqualTo(new RenewalStatus(2, 1, Duration.ZERO, LIFETIME));
	}

	@Test
	void statusTellsNoAgeOfWhatNobodyUses() throws Exception {
		this.expires = false;
		this.value.get();
		advance(Duration.ofMinutes(1));
		assertThat(this.thread.status()).isEqualTo(new RenewalStatus(1, 0, Duration.ofMinutes(1), null));
		for (int i = 0; i < 7; i++) {
			advance(RENEWAL);
		}
		assertThat(this.thread.status().age()).isNull();
	}

	@Test
	void statusOfSeveralValuesTellsTheOldestAndTheFirstToEnd() throws Exception {
		this.value.get();
		advance(Duration.ofMinutes(2));
		value().get();
		assertThat(this.thread.status())
			.isEqualTo(new RenewalStatus(2, 0, Duration.ofMinutes(2), Duration.ofMinutes(13)));
	}

	@Test
	void listenerHearsOfEachRenewalAndItsFailureAndMayFail() throws Exception {
		List<String> heard = new CopyOnWriteArrayList<>();
		this.listener = (description) -> {
			heard.add(description);
			return (failure) -> {
				heard.add(String.valueOf(failure));
				throw new IllegalStateException("no room");
			};
		};
		RenewedValue<String> reported = thread(Duration.ofSeconds(10)).value("token of app", this::make);
		assertThat(reported.get()).isEqualTo("value-1");
		this.failure = new IllegalStateException("away");
		advance(RENEWAL);
		assertThat(reported.get()).isEqualTo("value-1");
		assertThat(heard).containsExactly("token of app", "null", "token of app",
				"java.lang.IllegalStateException: away");
		this.listener = (description) -> {
			throw new IllegalStateException("no room");
		};
		this.failure = null;
		assertThat(thread(Duration.ofSeconds(10)).value("token of app", this::make).get()).isEqualTo("value-3");
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

}
