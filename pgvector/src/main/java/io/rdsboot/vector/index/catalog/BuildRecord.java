package io.rdsboot.vector.index.catalog;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * When an index was built last, and how many rows it had then: a line of its comment.
 * Immutable.
 *
 * @param time the time of the server
 * @param rows the number of rows
 */
public record BuildRecord(Instant time, long rows) {

	private static final Pattern LINE = Pattern.compile("\\n?rds-spring-boot: built (\\S+) with (\\d{1,18}) rows");

	/**
	 * Return what a comment says, or {@code null} if it does not say it.
	 */
	public static @Nullable BuildRecord of(String comment) {
		Matcher matcher = LINE.matcher(comment);
		try {
			return matcher.find() ? new BuildRecord(Instant.parse(matcher.group(1)), Long.parseLong(matcher.group(2)))
					: null;
		}
		catch (DateTimeException ex) {
			// Somebody has edited the comment.
			return null;
		}
	}

	/**
	 * Return a comment with this in place of what it said before.
	 */
	public String writtenTo(String comment) {
		String others = LINE.matcher(comment).replaceAll("");
		return others + (others.isEmpty() ? "" : "\n")
				+ "rds-spring-boot: built %s with %d rows".formatted(this.time, this.rows);
	}

}
