package io.rdsboot.vector;

import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Row after which the next page of a search begins. Immutable. Its {@link #toString text
 * form} has only characters that need no escape in a URL.
 *
 * @param distance the row's distance
 * @param id the row's primary key: a {@link UUID}, {@link String}, {@link Long} or
 * {@link Integer}
 * @param rank the row's place in the whole result, counted from 1
 */
public record SearchPosition(double distance, Object id, int rank) {

	/**
	 * Deepest place after which a page can begin.
	 */
	public static final int MAX_RANK = 100_000;

	private static final int MAX_TEXT = 10_000;

	private static final Pattern TEXT = Pattern.compile("(\\d{1,6})\\.([0-9a-f]{16})\\.([utbi][A-Za-z0-9_-]*)");

	public SearchPosition {
		if (!Double.isFinite(distance)) {
			throw new IllegalArgumentException("distance of a search position must be finite, but is " + distance);
		}
		IdText.require("search position", id);
		if (rank < 1 || rank > MAX_RANK) {
			throw new IllegalArgumentException(
					"rank of a search position must be between 1 and %d, but is %d".formatted(MAX_RANK, rank));
		}
	}

	/**
	 * Return the position of a row that a search found.
	 * @param match the row
	 * @return the position
	 */
	public static SearchPosition of(VectorMatch<?> match) {
		return new SearchPosition(match.distance(), match.id(), match.rank());
	}

	/**
	 * Return the position of a text, which may come from anywhere.
	 * @param text the {@link #toString text form}
	 * @return the position
	 * @throws IllegalArgumentException if the text is none
	 */
	public static SearchPosition parse(String text) {
		Matcher matcher = TEXT.matcher((text.length() <= MAX_TEXT) ? text : "");
		if (matcher.matches()) {
			Object id = IdText.parse(matcher.group(3));
			int rank = Integer.parseInt(matcher.group(1));
			double distance = Double.longBitsToDouble(Long.parseUnsignedLong(matcher.group(2), 16));
			if (id != null && rank >= 1 && rank <= MAX_RANK && Double.isFinite(distance)) {
				return new SearchPosition(distance, id, rank);
			}
		}
		throw new IllegalArgumentException(
				"Text of %d characters is no search position: hand on the text that ".formatted(text.length())
						+ "SearchPosition.toString() returned, unchanged");
	}

	/**
	 * Return the text form, from which {@link #parse} makes an equal position.
	 */
	@Override
	public String toString() {
		return "%d.%016x.%s".formatted(this.rank, Double.doubleToLongBits(this.distance), IdText.format(this.id));
	}

}
