package io.rdsboot.vector.jdbc.search;

/**
 * How hard a search tries to find as many rows as were asked for.
 */
public enum ScanMode {

	/**
	 * One scan of the HNSW index with the session's settings, which finds 40 rows where
	 * nothing else is set.
	 */
	PLAIN,

	/**
	 * Scan of the index with settings that follow what is asked, again and again until
	 * there are enough rows or the settings' bound is reached.
	 */
	ITERATIVE,

	/**
	 * No use of the vector index.
	 */
	EXACT

}
