package io.rdsboot.vector;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.rdsboot.vector.type.StorableNumber;
import org.jspecify.annotations.Nullable;

/**
 * What the indexes on a table's columns can hold, checked before the server has to refuse
 * a whole batch for one row.
 */
final class IndexLimits {

	/**
	 * A little less than a B-tree and a GIN index can hold of one value (2,704 and 2,712
	 * bytes, with a header). What can be compressed may be longer, but nobody can tell
	 * beforehand.
	 */
	static final int MAX_BYTES = 2_600;

	/** Two bytes hold four digits. */
	private static final int MAX_DIGITS = 5_000;

	private static final int MAX_WORDS_BYTES = 1_048_575;

	private static final int MOST_BYTES_OF_CHARACTER = 3;

	/** Times that a {@code tsvector} notes for one word. */
	private static final int MAX_POSITIONS = 255;

	private IndexLimits() {
	}

	/**
	 * Return what is wrong with a value of an indexed column.
	 * @param value the value as its type has it in Java
	 * @return the problem, or {@code null} if there is none
	 */
	static @Nullable String problem(Object value) {
		if (value instanceof String text) {
			return textProblem("", text);
		}
		if (value instanceof List<?> items) {
			for (Object item : items) {
				String problem = textProblem("has an element that ", String.valueOf(item));
				if (problem != null) {
					return problem;
				}
			}
		}
		// Zeros at the end take no room.
		if (value instanceof BigDecimal number && number.precision() > MAX_DIGITS
				&& StorableNumber.stripped(number).precision() > MAX_DIGITS) {
			return "has more than %d digits, the most that an index can hold".formatted(MAX_DIGITS);
		}
		return null;
	}

	private static @Nullable String textProblem(String subject, String text) {
		if (text.length() * MOST_BYTES_OF_CHARACTER <= MAX_BYTES) {
			return null;
		}
		int bytes = text.getBytes(StandardCharsets.UTF_8).length;
		return (bytes <= MAX_BYTES) ? null
				: "%sis %d bytes long in UTF-8, but an index can hold at most %d".formatted(subject, bytes, MAX_BYTES);
	}

	/**
	 * Return what is wrong with a content whose words are indexed. Each word counts as it
	 * stands there, its endings included.
	 * @return the problem, or {@code null} if there is none
	 */
	static @Nullable String wordsProblem(String content) {
		// Even words of two characters take no more than four times their place.
		if (content.length() * 4L <= MAX_WORDS_BYTES) {
			return null;
		}
		Map<String, Integer> times = new HashMap<>();
		long bytes = 0;
		int start = -1;
		for (int i = 0; i <= content.length(); i++) {
			boolean part = i < content.length() && Character.isLetterOrDigit(content.charAt(i));
			if (part && start < 0) {
				start = i;
			}
			else if (!part && start >= 0) {
				String word = content.substring(start, i).toLowerCase(Locale.ROOT);
				int count = times.merge(word, 1, Integer::sum);
				bytes += (count == 1) ? word.getBytes(StandardCharsets.UTF_8).length + 2 : 0;
				bytes += (count <= MAX_POSITIONS) ? 2 : 0;
				start = -1;
			}
		}
		return (bytes <= MAX_WORDS_BYTES) ? null
				: "has words of about %d bytes, but text search can hold at most %d of one content: split it"
					.formatted(bytes, MAX_WORDS_BYTES);
	}

}
