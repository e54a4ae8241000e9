package io.rdsboot.actuate.observation;

import io.micrometer.observation.Observation;
import io.rdsboot.cluster.InstanceRole;

/**
 * Context of {@link RdsObservationDocumentation#ROUTING_WAIT}: one borrower's wait. Not
 * thread-safe, as it belongs to the thread that waits.
 */
public final class RoutingWaitObservationContext extends Observation.Context {

	private final InstanceRole role;

	private final String database;

	/**
	 * Create a context.
	 * @param role role of the instance that is waited for
	 * @param database name of the database
	 */
	public RoutingWaitObservationContext(InstanceRole role, String database) {
		this.role = role;
		this.database = database;
	}

	/**
	 * Return the role of the instance that is waited for.
	 */
	public InstanceRole role() {
		return this.role;
	}

	/**
	 * Return the name of the database.
	 */
	public String database() {
		return this.database;
	}

}
