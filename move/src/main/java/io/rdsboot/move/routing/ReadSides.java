package io.rdsboot.move.routing;

import io.rdsboot.move.Side;

/**
 * Says which side serves a read. Thread-safe.
 */
@FunctionalInterface
public interface ReadSides {

	/**
	 * Return the side that serves the read that the calling thread begins.
	 * @param writer the side that is written to
	 */
	Side side(Side writer);

}
