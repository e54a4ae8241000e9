package io.rdsboot.diagnostics.check;

import java.time.Duration;
import java.util.Locale;

/**
 * Durations, sizes and shares as sentences tell them.
 */
public final class Text {

	private static final long MINUTE = 60;

	private static final long HOUR = 60 * MINUTE;

	private static final long DAY = 24 * HOUR;

	private static final String[] SIZES = { "B", "kB", "MB", "GB", "TB", "PB" };

	private Text() {
	}

	/**
	 * Return a duration in the largest unit that it has at least two of.
	 */
	public static String duration(double seconds) {
		if (seconds >= 2 * DAY) {
			return Math.round(seconds / DAY) + " days";
		}
		if (seconds >= 2 * HOUR) {
			return Math.round(seconds / HOUR) + " hours";
		}
		if (seconds >= 2 * MINUTE) {
			return Math.round(seconds / MINUTE) + " minutes";
		}
		return Math.round(seconds) + " s";
	}

	/**
	 * Return a duration as {@link #duration(double)} does.
	 */
	public static String duration(Duration duration) {
		return duration((double) duration.toSeconds());
	}

	/**
	 * Return a number of bytes in powers of 1,024, as {@code pg_size_pretty} does.
	 */
	public static String bytes(long bytes) {
		double size = bytes;
		int unit = 0;
		while (size >= 10 * 1024 && unit < SIZES.length - 1) {
			size /= 1024;
			unit++;
		}
		return Math.round(size) + " " + SIZES[unit];
	}

	/**
	 * Return a number with thousands separated.
	 */
	public static String number(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

	/**
	 * Return a percentage with a decimal.
	 */
	public static String percent(double percent) {
		return String.format(Locale.ROOT, "%.1f %%", percent);
	}

}
