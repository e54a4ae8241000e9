package io.rdsboot.vector.filter;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.List;

import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times as metadata has them: what is stored and what a filter looks for are
 * the same.
 */
@API(status = API.Status.INTERNAL)
public final class MetadataTimes {

	/**
	 * Classes of which values are dates or times.
	 */
	public static final List<Class<?>> TYPES = List.of(Instant.class, OffsetDateTime.class, ZonedDateTime.class,
			Date.class, LocalDate.class, LocalDateTime.class, LocalTime.class);

	private MetadataTimes() {
	}

	/**
	 * Return what stands for a date or time: an {@link Instant} for a moment, whatever
	 * its time zone, and for local dates and times their text in ISO 8601.
	 * @param value any value
	 * @return an {@link Instant} or a {@link String}, or {@code null} if the value is no
	 * date or time
	 */
	@SuppressWarnings("JavaUtilDate")
	public static @Nullable Object stored(Object value) {
		if (value instanceof Instant) {
			return value;
		}
		if (value instanceof OffsetDateTime time) {
			return time.toInstant();
		}
		if (value instanceof ZonedDateTime time) {
			return time.toInstant();
		}
		if (value instanceof Date date) {
			// Not toInstant, which a java.sql.Date does not have.
			return Instant.ofEpochMilli(date.getTime());
		}
		if (value instanceof LocalDate date) {
			return DateTimeFormatter.ISO_LOCAL_DATE.format(date);
		}
		if (value instanceof LocalDateTime time) {
			return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(time);
		}
		return (value instanceof LocalTime time) ? DateTimeFormatter.ISO_LOCAL_TIME.format(time) : null;
	}

	/**
	 * Return the moment that a text stands for.
	 * @param text a time with its offset in ISO 8601, or a date for its first moment in
	 * UTC
	 * @return the moment
	 * @throws java.time.DateTimeException if the text is neither
	 */
	public static Instant moment(String text) {
		boolean date = text.indexOf('T') < 0 && text.indexOf('t') < 0;
		return date ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
				: OffsetDateTime.parse(text).toInstant();
	}

	/**
	 * Return the text of a date or time in JSON.
	 * @param value a value of one of the {@link #TYPES}
	 * @return the text in ISO 8601, of a moment in UTC
	 */
	public static String text(Object value) {
		return String.valueOf(stored(value));
	}

}
