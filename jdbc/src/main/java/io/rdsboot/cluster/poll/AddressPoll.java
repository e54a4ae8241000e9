package io.rdsboot.cluster.poll;

import java.sql.Connection;
import java.sql.ResultSet;
import java.util.function.LongSupplier;

import io.rdsboot.cluster.InstanceRole;

/**
 * Asks an address that stands for several servers only whether it answers: what one of
 * them says does not hold for the others.
 */
final class AddressPoll extends InstancePoll {

	private final InstanceRole role;

	AddressPoll(Connection connection, InstanceRole role, LongSupplier nanoTime) {
		super(connection, new SessionIdentity(null, null), nanoTime);
		this.role = role;
	}

	@Override
	String question() {
		return "SELECT 1";
	}

	@Override
	Observation read(ResultSet answer, SessionIdentity session, long askedAt, long answeredAt) {
		return new Observation(this.role == InstanceRole.WRITER, false, null, Observation.NO_TIMELINE, null, session,
				askedAt, answeredAt);
	}

}
