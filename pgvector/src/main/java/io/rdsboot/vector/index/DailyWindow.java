package io.rdsboot.vector.index;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;

/**
 * Time of each day, in UTC, as Amazon RDS has its maintenance windows. May pass midnight.
 * Immutable.
 *
 * @param from when it begins, included
 * @param to when it ends, excluded
 */
public record DailyWindow(LocalTime from, LocalTime to) {

	/**
	 * Create a window.
	 * @throws IllegalArgumentException if it begins when it ends
	 */
	public DailyWindow {
		if (from.equals(to)) {
			throw new IllegalArgumentException(
					"a daily window must not begin when it ends, but is '%s-%s'".formatted(from, to));
		}
	}

	/**
	 * Return the window that a text says.
	 * @param text two times of the day with a hyphen between them, such as
	 * {@code 01:30-05:00}
	 * @return the window
	 * @throws IllegalArgumentException if the text is none
	 */
	public static DailyWindow parse(String text) {
		String[] times = text.strip().split("\\s*-\\s*", -1);
		try {
			if (times.length == 2) {
				return new DailyWindow(LocalTime.parse(times[0]), LocalTime.parse(times[1]));
			}
		}
		catch (DateTimeParseException ex) {
			// Told below, with what would be right.
		}
		throw new IllegalArgumentException(
				"a daily window must be two times of the day in UTC, such as '01:30-05:00', but is '%s'"
					.formatted(text));
	}

	/**
	 * Return whether a moment is within the window.
	 * @param moment the moment
	 * @return whether it is
	 */
	public boolean contains(Instant moment) {
		LocalTime time = moment.atOffset(ZoneOffset.UTC).toLocalTime();
		boolean begun = !time.isBefore(this.from);
		boolean ended = !time.isBefore(this.to);
		return this.from.isBefore(this.to) ? begun && !ended : begun || !ended;
	}

	@Override
	public String toString() {
		return this.from + "-" + this.to;
	}

}
