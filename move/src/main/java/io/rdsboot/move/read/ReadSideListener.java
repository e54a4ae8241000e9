package io.rdsboot.move.read;

/**
 * Called after every decision on a read, on the reading thread. Implementations are
 * thread-safe and quick, and throw nothing.
 *
 * @see ReadSideMetrics
 */
@FunctionalInterface
public interface ReadSideListener {

	/**
	 * A decision was made.
	 * @param decision the side and the reason
	 */
	void decided(ReadSide decision);

}
