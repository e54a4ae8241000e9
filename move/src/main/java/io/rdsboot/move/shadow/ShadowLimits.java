package io.rdsboot.move.shadow;

import java.time.Duration;

/**
 * Limits of shadow reads, most of which may be set while they run. Immutable.
 *
 * @param statementTimeout the longest that a side may take to answer
 * @param lagTimeout the longest to wait for the target to catch up
 * @param tolerance by how much floating-point numbers may differ, relative to the larger
 * one
 */
record ShadowLimits(Duration statementTimeout, Duration lagTimeout, double tolerance) {

	private static final Duration MOST = Duration.ofHours(1);

	ShadowLimits {
		check("statement timeout", statementTimeout);
		check("lag timeout", lagTimeout);
		if (!(tolerance >= 0 && tolerance < 1)) {
			throw new IllegalArgumentException(
					"tolerance of shadow reads must be at least 0 and less than 1, but is " + tolerance);
		}
	}

	private static void check(String name, Duration value) {
		if (value.compareTo(MOST) > 0 || value.toMillis() < 1) {
			throw new IllegalArgumentException(
					"%s of shadow reads must be from 1 ms to 1 hour, but is %s".formatted(name, value));
		}
	}

}
