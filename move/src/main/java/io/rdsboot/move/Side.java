package io.rdsboot.move;

import java.util.Locale;

/**
 * One of the two databases of a move.
 */
public enum Side {

	/**
	 * The database that the data comes from.
	 */
	SOURCE,

	/**
	 * The database that the data goes to.
	 */
	TARGET;

	/**
	 * Return the other one of the two.
	 */
	public Side other() {
		return (this == SOURCE) ? TARGET : SOURCE;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
