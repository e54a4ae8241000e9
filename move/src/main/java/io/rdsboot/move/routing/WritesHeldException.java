package io.rdsboot.move.routing;

import java.sql.SQLTransientConnectionException;

/**
 * A write waited for a move for longer than it may. Nothing was sent to any server.
 * SQLSTATE 08001.
 */
public final class WritesHeldException extends SQLTransientConnectionException {

	private static final long serialVersionUID = 1L;

	public WritesHeldException(String message) {
		super(message, "08001");
	}

}
