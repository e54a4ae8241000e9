package io.rdsboot.vector.index;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * How far a {@link VectorIndexManager} is with one index of a table. Immutable.
 *
 * @param table the table
 * @param purpose what the index is for: its column and, if it is for the rows of a filter
 * only, that filter, such as {@code embedding where tenant = 'acme'}
 * @param state the state
 * @param index name of the index, or {@code null} where none is there or none is being
 * built
 * @param detail what the state does not say, such as the error, or {@code null}
 * @param progress how far the server is with the index while it is being built, known
 * some seconds after the build has begun, otherwise {@code null}
 * @param condition condition of an index on vectors that is ready, once somebody has
 * looked, otherwise {@code null}
 */
public record VectorIndexStatus(VectorTable table, String purpose, State state, @Nullable String index,
		@Nullable String detail, @Nullable IndexBuildProgress progress, @Nullable VectorIndexCondition condition) {

	VectorIndexStatus(VectorTable table, String purpose, State state, @Nullable String index, @Nullable String detail) {
		this(table, purpose, state, index, detail, null, null);
	}

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
		 * The table has too few rows: an index is built once there is something to hold,
		 * and one whose lists are drawn from the rows once there are as many.
		 */
		WAITING_FOR_DATA,

		/**
		 * The index is being built.
		 */
		BUILDING,

		/**
		 * What is declared is there.
		 */
		READY,

		/**
		 * It did not work, and is tried again.
		 */
		FAILED,

		/**
		 * Its build was canceled by {@link VectorIndexManager#cancelBuild}. It is built
		 * by {@link VectorIndexManager#lookNow()}, by the next start, or by another
		 * instance of the service.
		 */
		CANCELED

	}

}
