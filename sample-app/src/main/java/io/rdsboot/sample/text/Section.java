package io.rdsboot.sample.text;

import java.util.List;

/**
 * Stretch of a text under one heading.
 *
 * @param headings the headings above the text, outermost first; empty at the top
 * @param text the text without its headings; paragraphs are separated by an empty line
 */
public record Section(List<String> headings, String text) {

	public Section {
		headings = List.copyOf(headings);
		text = text.strip();
	}

}
