package io.rdsboot.routing.selection;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ReaderBreaker}.
 */
class ReaderBreakerTests {

	private static final long INTERVAL = Duration.ofSeconds(5).toNanos();

	// Close to the overflow that System.nanoTime() may have.
	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - INTERVAL / 2);

	private final ReaderBreaker breaker = new ReaderBreaker(INTERVAL, this.nanoTime::get);

	@Test
	void closedBreakerLetsEverybodyTry() {
		assertThat(this.breaker.mayTry()).isTrue();
		assertThat(this.breaker.tryAcquire()).isTrue();
		assertThat(this.breaker.tryAcquire()).isTrue();
		assertThat(this.breaker.reset()).isFalse();
	}

	@Test
	void trippedBreakerLetsNobodyTryWithinTheInterval() {
		assertThat(this.breaker.trip()).isTrue();
		this.nanoTime.addAndGet(INTERVAL - 1);
		assertThat(this.breaker.mayTry()).isFalse();
		assertThat(this.breaker.tryAcquire()).isFalse();
	}

	@Test
	void trippedBreakerLetsOneTryInEachInterval() {
		this.breaker.trip();
		for (int i = 0; i < 3; i++) {
			this.nanoTime.addAndGet(INTERVAL);
			assertThat(this.breaker.mayTry()).isTrue();
			assertThat(this.breaker.tryAcquire()).isTrue();
			assertThat(this.breaker.mayTry()).isFalse();
			assertThat(this.breaker.tryAcquire()).isFalse();
		}
	}

	@Test
	void tripAgainPutsTheNextTrialOff() {
		this.breaker.trip();
		this.nanoTime.addAndGet(INTERVAL - 1);
		assertThat(this.breaker.trip()).isFalse();
		this.nanoTime.addAndGet(INTERVAL - 1);
		assertThat(this.breaker.mayTry()).isFalse();
	}

	@Test
	void resetBreakerLetsEverybodyTry() {
		this.breaker.trip();
		assertThat(this.breaker.reset()).isTrue();
		assertThat(this.breaker.tryAcquire()).isTrue();
		assertThat(this.breaker.tryAcquire()).isTrue();
	}

}
