package io.rdsboot.diagnostics.check;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Looks}.
 */
class LooksTests {

	private long now = Long.MAX_VALUE - 10;

	private final Looks<String> looks = new Looks<>(() -> this.now);

	@Test
	void looksInQuickSuccessionAreComparedWithTheSameEarlierOne() {
		assertThat(this.looks.next("a", "first")).isNull();
		pass(Duration.ofSeconds(59));
		assertThat(this.looks.next("a", "second")).isNull();
		pass(Duration.ofSeconds(1));
		assertThat(this.looks.next("a", "third")).isEqualTo(new Looks.Look<>(Duration.ofSeconds(60), "first"));
		pass(Duration.ofSeconds(1));
		assertThat(this.looks.next("a", "fourth")).isEqualTo(new Looks.Look<>(Duration.ofSeconds(61), "first"));
		pass(Duration.ofSeconds(60));
		assertThat(this.looks.next("a", "fifth")).isEqualTo(new Looks.Look<>(Duration.ofSeconds(61), "third"));
		assertThat(this.looks.next("b", "other instance")).isNull();
	}

	private void pass(Duration time) {
		this.now += time.toNanos();
	}

}
