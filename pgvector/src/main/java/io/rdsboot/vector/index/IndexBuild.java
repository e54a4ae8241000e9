package io.rdsboot.vector.index;

import io.rdsboot.vector.index.VectorIndexStatus.State;
import io.rdsboot.vector.index.catalog.IndexDefinition;
import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * Build of one index: the first one, or a rebuild of an index that serves meanwhile.
 *
 * @param index what the index should be
 * @param name its name, without schema and quotes
 * @param statement the statement that builds it
 * @param again whether an index of that name serves meanwhile
 * @param condition condition of the index that serves meanwhile, or {@code null} if that
 * is not known
 */
record IndexBuild(IndexDefinition index, String name, String statement, boolean again,
		@Nullable VectorIndexCondition condition) {

	VectorTable table() {
		return this.index.table();
	}

	/**
	 * Return the state of the index while it is built.
	 */
	State state() {
		return this.again ? State.READY : State.BUILDING;
	}

}
