package io.rdsboot.routing.selection;

import io.rdsboot.cluster.InstanceRole;

/**
 * Why a connection was borrowed from where it was.
 */
public enum RoutingReason {

	/**
	 * The transaction may write, or there is none.
	 */
	WRITE(InstanceRole.WRITER),

	/**
	 * There is no transaction, and the statement looks like one that only reads; a
	 * function that it calls may write nevertheless.
	 */
	READ_OUTSIDE_TRANSACTION(InstanceRole.WRITER),

	/**
	 * Infrastructure, such as a store of HTTP sessions or locks, reads or writes what is
	 * its own.
	 */
	INFRASTRUCTURE(InstanceRole.WRITER),

	/**
	 * The transaction only reads.
	 */
	READ(InstanceRole.READER),

	/**
	 * The transaction only reads, and no reader is in the application's own availability
	 * zone.
	 */
	NO_READER_IN_ZONE(InstanceRole.READER),

	/**
	 * The transaction only reads, and no reader in the application's own availability
	 * zone was available.
	 */
	ZONE_READERS_UNAVAILABLE(InstanceRole.READER),

	/**
	 * The transaction only reads, and no reader in the application's own availability
	 * zone is fresh enough, or known to have all that its session has written or read.
	 */
	ZONE_READERS_LAG(InstanceRole.READER),

	/**
	 * The transaction only reads, and the readers in the application's own availability
	 * zone are busier than others by more than a factor.
	 */
	ZONE_READERS_BUSY(InstanceRole.READER),

	/**
	 * The transaction only reads, at level
	 * {@link io.rdsboot.routing.consistency.ConsistencyLevel#WRITER}.
	 */
	READ_FROM_WRITER(InstanceRole.WRITER),

	/**
	 * The transaction only reads, and is serializable, which readers cannot be.
	 */
	SERIALIZABLE(InstanceRole.WRITER),

	/**
	 * The transaction only reads, and the cluster has no reader.
	 */
	NO_READER(InstanceRole.WRITER),

	/**
	 * The transaction only reads, and no reader is known yet to have all that its session
	 * has written or read.
	 */
	READ_YOUR_WRITES(InstanceRole.WRITER),

	/**
	 * The transaction only reads, and the lag of each reader that is available is greater
	 * than it may be, or not known.
	 */
	READER_LAG(InstanceRole.WRITER),

	/**
	 * The transaction only reads, and no reader was available.
	 */
	READER_FALLBACK(InstanceRole.WRITER);

	private final InstanceRole role;

	RoutingReason(InstanceRole role) {
		this.role = role;
	}

	/**
	 * Return the role of the instance that is chosen for this reason.
	 */
	public InstanceRole role() {
		return this.role;
	}

}
