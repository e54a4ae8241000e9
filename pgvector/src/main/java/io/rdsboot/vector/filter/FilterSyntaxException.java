package io.rdsboot.vector.filter;

import org.jspecify.annotations.Nullable;

/**
 * A text is no filter. The message says what is wrong and marks the character.
 */
public class FilterSyntaxException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	private final String text;

	private final int position;

	FilterSyntaxException(String text, int position, String problem, @Nullable Throwable cause) {
		super("Invalid filter at position %d: %s\n%s".formatted(position, problem, SafeText.around(text, position)),
				cause);
		this.text = text;
		this.position = position;
	}

	/**
	 * Return the text that is no filter.
	 * @return the whole text, as it was given
	 */
	public String getText() {
		return this.text;
	}

	/**
	 * Return where the text is wrong.
	 * @return index of the character in the text, from 0; the text's length if something
	 * is missing at its end
	 */
	public int getPosition() {
		return this.position;
	}

}
