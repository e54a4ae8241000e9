package io.rdsboot.cluster.poll;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.function.LongSupplier;

/**
 * Asks an instance for its role alone, where it does not tell its position in the log.
 */
public final class RolePoll extends InstancePoll {

	RolePoll(Connection connection, SessionIdentity session, LongSupplier nanoTime) {
		super(connection, session, nanoTime);
	}

	@Override
	String question() {
		return "SELECT pg_is_in_recovery(), " + WriteAccess.CLOSED;
	}

	@Override
	Observation read(ResultSet answer, SessionIdentity session, long askedAt, long answeredAt) throws SQLException {
		boolean primary = !answer.getBoolean(1);
		boolean closed = primary && answer.getBoolean(2);
		return new Observation(primary && !closed, closed, null, Observation.NO_TIMELINE, null, session, askedAt,
				answeredAt);
	}

}
