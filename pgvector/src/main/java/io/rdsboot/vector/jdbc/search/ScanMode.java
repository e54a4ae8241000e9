package io.rdsboot.vector.jdbc.search;

/**
 * How hard a search tries to find as many rows as were asked for.
 */
public enum ScanMode {

	/**
	 * One scan of the HNSW index with the session's settings, which finds 40 rows where
	 * nothing else is set.
	 */
	PLAIN("scanned the vector index"),

	/**
	 * Scan of the index with settings that follow what is asked, again and again until
	 * there are enough rows or the settings' bound is reached.
	 */
	ITERATIVE("scanned the vector index until it finds enough rows"),

	/**
	 * No use of the vector index.
	 */
	EXACT("read the distances of all rows that fulfil its conditions, without the vector index");

	private final String step;

	ScanMode(String step) {
		this.step = step;
	}

	/**
	 * Return what a search does, in the past tense, for messages.
	 */
	String step() {
		return this.step;
	}

}
