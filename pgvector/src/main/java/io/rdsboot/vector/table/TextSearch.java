package io.rdsboot.vector.table;

/**
 * Declaration of the column by which the content's words are found: a {@code tsvector}
 * that the server generates. Immutable.
 *
 * @param configuration name of PostgreSQL's text search configuration, such as
 * {@code english}, {@code german} or {@code simple}; with its schema where it needs one
 * @param column name of the column, without quotes
 * @param repeatedWordsIndexed whether words that a content repeats have an index of their
 * own, by which hybrid searches find the rows that repeat frequent words most
 */
public record TextSearch(String configuration, String column, boolean repeatedWordsIndexed) {

	/**
	 * Name of the column where none is declared.
	 */
	public static final String DEFAULT_COLUMN = "content_words";

	public TextSearch {
		Identifiers.check("text search configuration", configuration);
		Identifiers.check("text search column", column);
	}

	/**
	 * Create a declaration without an index of repeated words.
	 * @param configuration name of the text search configuration
	 * @param column name of the column, without quotes
	 */
	public TextSearch(String configuration, String column) {
		this(configuration, column, false);
	}

	/**
	 * Return a declaration with the column {@value #DEFAULT_COLUMN}.
	 * @param configuration name of the text search configuration
	 * @return the declaration
	 */
	public static TextSearch of(String configuration) {
		return new TextSearch(configuration, DEFAULT_COLUMN);
	}

	/**
	 * Return this declaration with an index of repeated words.
	 * @return the declaration
	 */
	public TextSearch withRepeatedWordsIndexed() {
		return new TextSearch(this.configuration, this.column, true);
	}

}
