package io.rdsboot.vector;

/**
 * What a load does with rows that are there already.
 */
public enum LoadMode {

	/**
	 * Nothing: an id that exists, or occurs twice, fails the load, also one that another
	 * write stores at the same time. The fastest.
	 */
	INSERT,

	/**
	 * Replaces those whose ids are loaded. Where an id occurs more than once, the last
	 * record wins. It may run beside other writes of the same rows, and ends as if one
	 * had come after the other.
	 */
	UPSERT,

	/**
	 * Replaces all rows, in a table with tenants all of the tenant. Readers see the old
	 * rows until the load is committed, and are not blocked. An id that occurs twice
	 * fails the load. Other writes of the table, those of other tenants too, wait until
	 * the load is committed; it waits for those that have begun, and for a build of an
	 * index. PostgreSQL's {@code lock_timeout} bounds the waits.
	 */
	REPLACE

}
