package io.rdsboot.vector.jdbc.session;

import java.sql.SQLException;

/**
 * Type of the extension that a connection knows by a number which it no longer has.
 */
public final class StaleType {

	private static final String INTERNAL_ERROR = "XX000";

	/** The server never translates what it says of an internal error. */
	private static final String MESSAGE = "cache lookup failed for type";

	private StaleType() {
	}

	/**
	 * Return an exception that says what to do, if a stale type is the reason of one.
	 */
	public static SQLException explain(SQLException ex) {
		if (INTERNAL_ERROR.equals(ex.getSQLState()) && String.valueOf(ex.getMessage()).contains(MESSAGE)) {
			return new SQLException(
					"The extension vector was dropped and created anew while this connection was open: "
							+ "evict the pool's connections, or restart the application. " + ex.getMessage(),
					ex.getSQLState(), ex);
		}
		return ex;
	}

}
