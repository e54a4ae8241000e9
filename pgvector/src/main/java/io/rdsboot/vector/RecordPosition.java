package io.rdsboot.vector;

import org.jspecify.annotations.Nullable;

/**
 * Row after which the next window of a {@link RecordQuery} begins: the values that the
 * rows are sorted by. Immutable. Its {@link #toString text form} has only characters that
 * need no escape in a URL.
 *
 * @param key the metadata key that the rows are sorted by, or {@code null} if they are
 * sorted by id alone
 * @param value the row's value of the key, as the server prints it, or {@code null} if it
 * has none
 * @param id the row's primary key: a {@link java.util.UUID}, {@link String}, {@link Long}
 * or {@link Integer}
 */
public record RecordPosition(@Nullable String key, @Nullable String value, Object id) {

	private static final int PARTS = 3;

	private static final String VALUE = "v";

	public RecordPosition {
		IdText.require("record position", id);
		if (key == null && value != null) {
			throw new IllegalArgumentException(
					"value of a record position needs the key that it is of, but is '%s' and there is no key"
						.formatted(value));
		}
	}

	/**
	 * Return the position of a text, which may come from anywhere.
	 * @param text the {@link #toString text form}
	 * @return the position
	 * @throws IllegalArgumentException if the text is none
	 */
	public static RecordPosition parse(String text) {
		String[] parts = text.split("\\.", -1);
		Object id = IdText.parse(parts[0]);
		if (parts.length == PARTS && id != null && (parts[2].isEmpty() || parts[2].startsWith(VALUE))) {
			try {
				return new RecordPosition(parts[1].isEmpty() ? null : IdText.decode(parts[1]),
						parts[2].isEmpty() ? null : IdText.decode(parts[2].substring(1)), id);
			}
			catch (IllegalArgumentException ex) {
				// told below
			}
		}
		throw new IllegalArgumentException(
				"Text of %d characters is no record position: hand on the text that ".formatted(text.length())
						+ "RecordPosition.toString() returned, unchanged");
	}

	/**
	 * Return the text form, from which {@link #parse} makes an equal position.
	 */
	@Override
	public String toString() {
		return "%s.%s.%s".formatted(IdText.format(this.id), (this.key != null) ? IdText.encode(this.key) : "",
				(this.value != null) ? VALUE + IdText.encode(this.value) : "");
	}

}
