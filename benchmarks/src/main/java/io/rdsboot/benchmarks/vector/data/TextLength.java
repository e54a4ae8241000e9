package io.rdsboot.benchmarks.vector.data;

/**
 * How long the texts of rows are.
 */
public enum TextLength {

	/** Some sentences, about 280 characters. */
	PASSAGE(4, 0),

	/**
	 * About 260 tokens, 1,350 characters: LangChain4j's Easy RAG splits documents into
	 * segments of at most 300 tokens.
	 */
	SEGMENT(20, 120);

	private final int sentences;

	private final int firstQueried;

	TextLength(int sentences, int firstQueried) {
		this.sentences = sentences;
		this.firstQueried = firstQueried;
	}

	int sentences() {
		return this.sentences;
	}

	/**
	 * Returns the place of the most common word that queries use. In longer texts each
	 * word occurs in more rows, so that queries use others.
	 */
	int firstQueried() {
		return this.firstQueried;
	}

}
