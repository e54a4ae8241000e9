package io.rdsboot.test.server;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long the readers of a cluster hold back what the writer has committed.
 */
public final class ReplicationLag {

	/** About what readers on RDS and Aurora are behind when nothing is wrong. */
	public static final Duration DEFAULT = Duration.ofMillis(20);

	/**
	 * Setting of PostgreSQL; writers ignore it, and have it for the day they are none.
	 */
	static final String PARAMETER = "recovery_min_apply_delay";

	private static final Duration MAXIMUM = Duration.ofHours(1);

	private static final Pattern TEXT = Pattern.compile("(\\d{1,9})\\s*(ms|s|m)");

	private ReplicationLag() {
	}

	/**
	 * Reads a lag from text.
	 * @param text a number with {@code ms}, {@code s} or {@code m}, or {@code 0}
	 * @return the lag
	 * @throws IllegalArgumentException when it is something else
	 */
	public static Duration parse(String text) {
		Matcher matcher = TEXT.matcher(text.strip());
		if (matcher.matches()) {
			long number = Long.parseLong(matcher.group(1));
			return switch (matcher.group(2)) {
				case "ms" -> Duration.ofMillis(number);
				case "s" -> Duration.ofSeconds(number);
				default -> Duration.ofMinutes(number);
			};
		}
		if ("0".equals(text.strip())) {
			return Duration.ZERO;
		}
		throw new IllegalArgumentException(
				"replicationLag is '%s', and must look like 20ms, 1s or 2m, or be 0 for none".formatted(text));
	}

	/**
	 * Checks a lag.
	 * @param lag the lag
	 * @return the lag
	 * @throws IllegalArgumentException when it is negative or longer than an hour
	 */
	public static Duration require(Duration lag) {
		if (lag.isNegative() || lag.compareTo(MAXIMUM) > 0) {
			throw new IllegalArgumentException(
					"replicationLag is %s, and must be from 0 to %d minutes".formatted(lag, MAXIMUM.toMinutes()));
		}
		return lag;
	}

}
