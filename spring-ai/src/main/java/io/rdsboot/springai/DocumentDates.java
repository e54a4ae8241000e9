package io.rdsboot.springai;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Locale;

import io.rdsboot.vector.filter.MetadataTimes;
import org.jspecify.annotations.Nullable;

/**
 * Dates as Spring AI's stores write them, which both stores find then.
 */
final class DocumentDates {

	private static final DateTimeFormatter FORMAT = DateTimeFormatter
		.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private DocumentDates() {
	}

	/**
	 * Return the moment of a date.
	 * @param value any value
	 * @return the moment, or {@code null} if the value is no date
	 */
	static @Nullable Instant moment(@Nullable Object value) {
		return (value instanceof Date && MetadataTimes.stored(value) instanceof Instant moment) ? moment : null;
	}

	static String text(Instant moment) {
		return FORMAT.format(moment);
	}

}
