package io.rdsboot.vector.index;

import io.rdsboot.vector.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * How far a {@link VectorIndexManager} is with the index of one table. Immutable.
 *
 * @param table the table
 * @param state the state
 * @param index name of the index, or {@code null} where none is there or none is being
 * built
 * @param detail what the state does not say, such as the error, or {@code null}
 */
public record VectorIndexStatus(VectorTable table, State state, @Nullable String index, @Nullable String detail) {

	/**
	 * State of an index.
	 */
	public enum State {

		/**
		 * Nobody has looked yet.
		 */
		PENDING,

		/**
		 * Another instance of the service, or an administrator, builds an index.
		 */
		WAITING_FOR_OTHER,

		/**
		 * The table has too few rows for an index whose lists are drawn from them.
		 */
		WAITING_FOR_DATA,

		/**
		 * The index is being built, or an outdated one is being dropped.
		 */
		BUILDING,

		/**
		 * What is declared is there.
		 */
		READY,

		/**
		 * It did not work, and is tried again.
		 */
		FAILED

	}

}
