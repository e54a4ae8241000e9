package io.rdsboot.move.cutover;

import java.time.Duration;

/**
 * Limits of a {@link Switchover}. Immutable.
 *
 * @param maximumLag the greatest lag of the side that follows with which writes are held
 * @param prepareTimeout how long all instances may take to acknowledge that a switch is
 * near
 * @param pauseTimeout how long writes are held at most; then the switch is taken back
 * @param lockTimeout how long the fence waits for transactions that have written, before
 * their sessions are ended
 */
public record SwitchoverSettings(Duration maximumLag, Duration prepareTimeout, Duration pauseTimeout,
		Duration lockTimeout) {

	public static final SwitchoverSettings DEFAULTS = new SwitchoverSettings(Duration.ofSeconds(1),
			Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofMillis(1500));

	public SwitchoverSettings {
		check("maximum lag", maximumLag);
		check("prepare timeout", prepareTimeout);
		check("pause timeout", pauseTimeout);
		check("lock timeout", lockTimeout);
	}

	private static void check(String name, Duration value) {
		if (value.isNegative() || value.isZero()) {
			throw new IllegalArgumentException("The %s is %s, and must be positive".formatted(name, value));
		}
	}

}
