package io.rdsboot.actuate.observation;

import io.micrometer.observation.Observation;

/**
 * Context of {@link RdsObservationDocumentation#INDEX_BUILD}: one build of an index of a
 * vector table. Immutable but for what Micrometer keeps in it.
 */
public final class IndexBuildObservationContext extends Observation.Context {

	private final String table;

	private final String index;

	private final boolean again;

	/**
	 * Create a context.
	 * @param table name of the table
	 * @param index name of the index
	 * @param again whether an index is built anew that serves meanwhile
	 */
	public IndexBuildObservationContext(String table, String index, boolean again) {
		this.table = table;
		this.index = index;
		this.again = again;
	}

	/**
	 * Return the name of the table.
	 */
	public String table() {
		return this.table;
	}

	/**
	 * Return the name of the index.
	 */
	public String index() {
		return this.index;
	}

	/**
	 * Return whether an index is built anew that serves meanwhile.
	 */
	public boolean again() {
		return this.again;
	}

}
