package io.rdsboot.cluster.bluegreen;

import java.util.Locale;

/**
 * How far a Blue/Green deployment is, in this order.
 */
public enum DeploymentStatus {

	/** Green follows blue, and nobody has asked for a switchover. */
	AVAILABLE,

	/** A status that this version does not know: only the servers' word counts. */
	UNKNOWN,

	/** RDS checks whether a switchover is possible. Blue takes writes. */
	SWITCHOVER_INITIATED,

	/** Blue is closed to writes, and green catches up. */
	SWITCHOVER_IN_PROGRESS,

	/** Green takes writes, and the names of blue are given to it. */
	SWITCHOVER_IN_POST_PROCESSING,

	/** Green has the names of blue. */
	SWITCHOVER_COMPLETED;

	/**
	 * Return the status of a server's answer, {@link #UNKNOWN} where it is none of these.
	 */
	static DeploymentStatus of(String text) {
		String name = text.strip().toUpperCase(Locale.ROOT);
		for (DeploymentStatus status : values()) {
			if (status.name().equals(name)) {
				return status;
			}
		}
		return UNKNOWN;
	}

	/**
	 * Return whether a switchover has been asked for, and is not known to be done.
	 */
	public boolean isUnderWay() {
		return this != AVAILABLE && this != SWITCHOVER_COMPLETED;
	}

	/**
	 * Return the one that is further.
	 */
	public DeploymentStatus orLater(DeploymentStatus other) {
		return (compareTo(other) >= 0) ? this : other;
	}

}
