package io.rdsboot.vector.recall;

import java.util.List;

import io.rdsboot.vector.table.VectorTable;
import org.jspecify.annotations.Nullable;

/**
 * How far a {@link RecallTuner} is with one vector column. Immutable.
 *
 * @param table the table
 * @param column name of the column
 * @param target recall to reach
 * @param state the state
 * @param setting name of the setting that is tuned, {@code hnsw.ef_search} or
 * {@code ivfflat.probes}
 * @param value its value for searches that set none themselves, or {@code null} if it is
 * not tuned
 * @param recall recall that was measured with it, or {@code null} if none was
 * @param lowerBound what the recall exceeds with a confidence of 95 %, or {@code null} if
 * none was measured
 * @param detail what the state does not say, such as the error, or {@code null}
 * @param curve what was measured of each setting when the value was found, the smallest
 * first; empty if nothing was measured, or another instance of the service has
 */
public record RecallStatus(VectorTable table, String column, double target, State state, String setting,
		@Nullable Integer value, @Nullable Double recall, @Nullable Double lowerBound, @Nullable String detail,
		List<RecallEstimate> curve) {

	public RecallStatus {
		curve = List.copyOf(curve);
	}

	/**
	 * State of a column.
	 */
	public enum State {

		/**
		 * Nobody has looked yet.
		 */
		PENDING,

		/**
		 * There is no valid index that could be measured.
		 */
		WAITING_FOR_INDEX,

		/**
		 * The table has fewer than a thousand rows. Searches read all of them, or find as
		 * good as all.
		 */
		WAITING_FOR_ROWS,

		/**
		 * The recall is measured, here or by another instance of the service.
		 */
		MEASURING,

		/**
		 * Searches reach the target.
		 */
		TUNED,

		/**
		 * The recall is below the target.
		 */
		BELOW_TARGET,

		/**
		 * It did not work, and is tried again.
		 */
		FAILED

	}

}
