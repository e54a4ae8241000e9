package example;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays between retries: each is twice the one before, up to a maximum, with full jitter.
 */
public record ExponentialBackoff(Duration initial, Duration maximum, RandomGenerator random) {

	/**
	 * How long to wait before an attempt.
	 * @param attempt the number of the attempt, from 1
	 */
	public Duration delay(int attempt) {
		long ceiling = Math.min(this.maximum.toMillis(), this.initial.toMillis() << Math.min(attempt - 1, 30));
		return Duration.ofMillis(this.random.nextLong(ceiling + 1));
	}

}
