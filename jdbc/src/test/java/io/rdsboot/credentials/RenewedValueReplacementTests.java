package io.rdsboot.credentials;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RenewedValue} whose value was refused.
 */
class RenewedValueReplacementTests extends AbstractRenewedValueTests {

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

}
