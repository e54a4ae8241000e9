package io.rdsboot.vector;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Row after which the next page of a search begins. Immutable. Its {@link #toString text
 * form} has only characters that need no escape in a URL.
 *
 * @param distance the row's distance
 * @param id the row's primary key: a {@link UUID}, {@link String} or {@link Long}
 * @param rank the row's place in the whole result, counted from 1
 */
public record SearchPosition(double distance, Object id, int rank) {

	/**
	 * Deepest place after which a page can begin.
	 */
	public static final int MAX_RANK = 100_000;

	private static final int MAX_TEXT = 10_000;

	private static final Pattern TEXT = Pattern.compile("(\\d{1,6})\\.([0-9a-f]{16})\\.([utb])([A-Za-z0-9_-]*)");

	public SearchPosition {
		if (!Double.isFinite(distance)) {
			throw new IllegalArgumentException("distance of a search position must be finite, but is " + distance);
		}
		if (!(id instanceof UUID || id instanceof String || id instanceof Long)) {
			throw new IllegalArgumentException(
					"id of a search position must be a java.util.UUID, java.lang.String or java.lang.Long, but is "
							+ ((id != null) ? "a " + id.getClass().getName() : "null"));
		}
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
			Object id = id(matcher.group(3).charAt(0), matcher.group(4));
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

	private static @Nullable Object id(char type, String text) {
		try {
			return switch (type) {
				case 'u' -> UUID.fromString(text);
				case 'b' -> Long.valueOf(text);
				default -> StandardCharsets.UTF_8.newDecoder()
					.decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)))
					.toString();
			};
		}
		catch (IllegalArgumentException | CharacterCodingException ex) {
			return null;
		}
	}

	/**
	 * Return the text form, from which {@link #parse} makes an equal position.
	 */
	@Override
	public String toString() {
		String text = (this.id instanceof String string)
				? "t" + Base64.getUrlEncoder().withoutPadding().encodeToString(string.getBytes(StandardCharsets.UTF_8))
				: ((this.id instanceof UUID) ? "u" : "b") + this.id;
		return "%d.%016x.%s".formatted(this.rank, Double.doubleToLongBits(this.distance), text);
	}

}
