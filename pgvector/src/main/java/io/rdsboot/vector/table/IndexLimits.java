package io.rdsboot.vector.table;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.rdsboot.vector.type.StorableNumber;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What the indexes on a table's columns can hold, checked before the server has to refuse
 * a whole batch for one row.
 */
@API(status = API.Status.INTERNAL)
public final class IndexLimits {

	/**
	 * A little less than a B-tree and a GIN index can hold of one value (2,704 and 2,712
	 * bytes, with a header). What can be compressed may be longer, but nobody can tell
	 * beforehand.
	 */
	public static final int MAX_BYTES = 2_600;

	/** Two bytes hold four digits. */
	private static final int MAX_DIGITS = 5_000;

	/** What a {@code tsvector} holds. */
	public static final int MAX_WORDS_BYTES = 1_048_575;

	/** Of a character that is a word and a part of one, of three bytes each. */
	private static final int MOST_BYTES_OF_WORDS = 16;

	private static final int MOST_BYTES_OF_CHARACTER = 3;

	private IndexLimits() {
	}

	/**
	 * Return what is wrong with a value of an indexed column.
	 * @param value the value as its type has it in Java
	 * @return the problem, or {@code null} if there is none
	 */
	public static @Nullable String problem(Object value) {
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
	 * Return whether the words of a content could be more than a {@code tsvector} holds,
	 * which the server has to say then. Of a compound such as a URL or a word with
	 * hyphens, the server notes the whole and the parts, so that each character counts
	 * twice, in the form that takes most room. Each run of letters is the beginning of at
	 * most two words, each of which takes five bytes beside its own.
	 */
	public static boolean mayHaveTooManyWords(String content) {
		// Enough for most: no character counts for more.
		if (content.length() * (long) MOST_BYTES_OF_WORDS <= MAX_WORDS_BYTES) {
			return false;
		}
		long bytes = 0;
		boolean within = false;
		for (int i = 0; i < content.length(); i++) {
			char character = content.charAt(i);
			boolean ascii = character < 0x80;
			boolean part = ascii && Character.isLetterOrDigit(character);
			bytes += ascii ? 2 * (Character.isUpperCase(character) ? 2 : 1) : MOST_BYTES_OF_WORDS;
			bytes += (part && !within) ? 10 : 0;
			within = part;
		}
		return bytes > MAX_WORDS_BYTES;
	}

}
