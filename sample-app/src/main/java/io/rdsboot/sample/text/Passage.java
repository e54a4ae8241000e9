package io.rdsboot.sample.text;

/**
 * Piece of a text that is found and shown as a whole.
 *
 * @param number the place within its source, from 0
 * @param heading the headings above it, joined; may be empty
 * @param text the text, never blank
 */
public record Passage(int number, String heading, String text) {

	/**
	 * What an embedding is made of.
	 * @param title the title of the source
	 * @return the text with all that names it
	 */
	public String embeddable(String title) {
		return title + "\n" + this.heading + "\n" + this.text;
	}

}
