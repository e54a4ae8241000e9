package io.rdsboot.move.shadow;

import io.rdsboot.move.Side;

/**
 * Called on a thread of {@link ShadowReads}, except for reads that are dropped or skipped
 * at once, which the application's thread tells. Implementations are thread-safe and
 * quick, and throw nothing.
 *
 * @see ShadowMetrics
 */
public interface ShadowListener {

	/**
	 * A side answered for the first time to a read.
	 * @param side the side
	 * @param nanos how long it took to execute the statement and to read its rows, in
	 * nanoseconds
	 */
	default void answered(Side side, long nanos) {
	}

	/**
	 * It is known what came of a read.
	 * @param outcome what came of it
	 */
	default void ended(ShadowOutcome outcome) {
	}

}
