package io.rdsboot.vector.reembedding;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * How far the change of a table's embedding model is, as this instance of the service
 * knows. Immutable.
 *
 * @param table the table
 * @param column name of the vector column that is filled
 * @param model name of the model that fills it
 * @param state the state
 * @param embedded rows that this instance has embedded since it started
 * @param remaining rows that had no vector when somebody last counted them, or
 * {@code null} if this instance has not
 * @param detail what the state does not say, such as the last failure, or {@code null}
 */
public record ReembeddingStatus(VectorTable table, String column, String model, State state, long embedded,
		@Nullable Long remaining, @Nullable String detail) {

	/**
	 * State of a change.
	 */
	public enum State {

		/**
		 * Nobody has looked yet.
		 */
		PENDING,

		/**
		 * This instance embeds rows.
		 */
		EMBEDDING,

		/**
		 * Another instance of the service embeds rows.
		 */
		WAITING_FOR_OTHER,

		/**
		 * All rows have a vector. Searches change over if none comes without one for a
		 * while.
		 */
		SETTLING,

		/**
		 * Every row has a vector, and searches use it.
		 */
		COMPLETE,

		/**
		 * Some rows cannot be embedded, as the detail says. The others are. Searches do
		 * not change over, because they would not find these rows.
		 */
		INCOMPLETE,

		/**
		 * It did not work, and is tried again.
		 */
		FAILED

	}

}
