package io.rdsboot.test;

import java.time.Duration;
import java.time.Instant;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * {@link LocalRdsClock} on a system clock that goes on by 100 ms whenever it is asked.
 */
class LocalRdsClockTests {

	private Instant system = Instant.parse("2026-01-31T12:00:00.450Z");

	private final LocalRdsClock clock = new LocalRdsClock(this::next);

	private Instant next() {
		this.system = this.system.plusMillis(100);
		return this.system;
	}

	@Test
	void advanceWhenSignedInSameSecondAgesWhatWasSignedBeforeAlone() {
		Instant before = Instant.parse("2026-01-31T12:00:00Z");
		this.clock.advance(Duration.ofMinutes(15));
		Instant after = Instant.parse("2026-01-31T12:00:01Z");
		assertThat(this.system).isBetween(after, after.plusMillis(99));
		assertThat(this.clock.age(before)).isGreaterThan(Duration.ofMinutes(15));
		assertThat(this.clock.age(after)).isLessThan(Duration.ofSeconds(1));
	}

	@Test
	void ageWhenAdvancedTwiceAddsWhatCameAfterwards() {
		Instant oldest = this.system;
		this.clock.advance(Duration.ofMinutes(10));
		Instant middle = this.system;
		this.clock.advance(Duration.ofMinutes(5));
		assertThat(this.clock.age(oldest)).isBetween(Duration.ofMinutes(15), Duration.ofMinutes(16));
		assertThat(this.clock.age(middle)).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(6));
		assertThat(this.clock.instant()).isEqualTo(this.system.plus(Duration.ofMinutes(15)));
	}

	@Test
	void advanceWhenNotForwardIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.clock.advance(Duration.ZERO))
			.withMessage("The clock cannot be advanced by PT0S: the duration must be more than zero");
	}

}
