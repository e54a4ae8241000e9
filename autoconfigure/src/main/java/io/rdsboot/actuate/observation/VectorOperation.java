package io.rdsboot.actuate.observation;

import java.util.Locale;

/**
 * Operation of a vector repository that is observed.
 */
public enum VectorOperation {

	/**
	 * One search.
	 */
	SEARCH,

	/**
	 * Several searches at once.
	 */
	SEARCH_ALL,

	/**
	 * Insertion of records, or replacement of those that have their ids.
	 */
	UPSERT,

	/**
	 * Insertion of records whose ids are new.
	 */
	INSERT,

	/**
	 * Load by {@code COPY}.
	 */
	LOAD,

	/**
	 * Change of content or metadata.
	 */
	UPDATE,

	/**
	 * Deletion of records.
	 */
	DELETE;

	/**
	 * Return whether it reads.
	 */
	public boolean isSearch() {
		return this == SEARCH || this == SEARCH_ALL;
	}

	/**
	 * Return the name as it is in keys, such as {@code search_all}.
	 */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
