package io.rdsboot.sample.text;

import java.util.List;

/**
 * Reader of one type of text: keeps the words and the headings, leaves the markup.
 * Implementations are thread-safe.
 */
public interface TextExtractor {

	/**
	 * The type that is read.
	 * @return the type
	 */
	SourceType type();

	/**
	 * Takes a text apart. Malformed text is not an error: as much as can be read is.
	 * @param content the content of a file
	 * @return its sections in order; empty if there is no text
	 */
	List<Section> extract(String content);

}
