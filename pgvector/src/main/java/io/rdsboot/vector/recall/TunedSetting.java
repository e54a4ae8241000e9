package io.rdsboot.vector.recall;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What the searches of a column are tuned to, and how that was found: a line of the
 * comment of its index. Immutable.
 *
 * @param name name of the setting
 * @param setting its value
 * @param recall recall that was measured
 * @param lowerBound what the recall exceeds with a confidence of 95 %
 * @param target recall that was to be reached
 * @param k rows of an answer
 * @param queries number of queries
 * @param time time of the measurement, by the server's clock
 * @param rows rows of the table at that time
 * @param changes rows that had been written until then, as the server counts them
 */
record TunedSetting(String name, int setting, double recall, double lowerBound, double target, int k, int queries,
		Instant time, long rows, long changes) {

	private static final String HEADER = "rds-spring-boot: recall ";

	private static final Pattern LINE = Pattern.compile("\\n?" + HEADER + "[^\\n]*");

	private static final Pattern VALUES = Pattern.compile(HEADER
			+ "([0-9.]+) \\(at least ([0-9.]+), target ([0-9.]+)\\) of (\\d{1,4}) rows at (\\S+) (\\d{1,5}), measured (\\S+) by (\\d{1,5}) queries with (\\d{1,18}) rows and (\\d{1,18}) changes");

	/**
	 * Return what a comment says of a setting, or {@code null} if it does not.
	 */
	static @Nullable TunedSetting of(String comment, String name) {
		Matcher matcher = VALUES.matcher(comment);
		if (!matcher.find() || !matcher.group(5).equals(name)) {
			return null;
		}
		try {
			return new TunedSetting(name, Integer.parseInt(matcher.group(6)), Double.parseDouble(matcher.group(1)),
					Double.parseDouble(matcher.group(2)), Double.parseDouble(matcher.group(3)),
					Integer.parseInt(matcher.group(4)), Integer.parseInt(matcher.group(8)),
					Instant.parse(matcher.group(7)), Long.parseLong(matcher.group(9)),
					Long.parseLong(matcher.group(10)));
		}
		catch (NumberFormatException | DateTimeException ex) {
			// Somebody has edited the comment.
			return null;
		}
	}

	/**
	 * Return a comment with this in place of what it said before.
	 */
	String writtenTo(String comment) {
		String others = LINE.matcher(comment).replaceAll("");
		return others + (others.isEmpty() ? "" : "\n") + HEADER + String.format(Locale.ROOT,
				"%.4f (at least %.4f, target %s) of %d rows at %s %d, measured %s by %d queries with %d rows and %d changes",
				this.recall, this.lowerBound, this.target, this.k, this.name, this.setting, this.time, this.queries,
				this.rows, this.changes);
	}

}
