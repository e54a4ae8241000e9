package io.rdsboot.vector;

/**
 * What a load does with rows that are there already.
 */
public enum LoadMode {

	/**
	 * Nothing: an id that exists, or occurs twice, fails the load. The fastest.
	 */
	INSERT,

	/**
	 * Replaces those whose ids are loaded. Where an id occurs more than once, the last
	 * record wins.
	 */
	UPSERT,

	/**
	 * Replaces all rows, in a table with tenants all of the tenant. Readers see the old
	 * rows until the load is committed, and are not blocked. An id that occurs twice
	 * fails the load.
	 */
	REPLACE

}
