package io.rdsboot.cluster;

import java.util.Objects;

/**
 * What is known of an instance at the time of a {@link ClusterTopology} snapshot.
 * Immutable.
 *
 * @param instance the instance
 * @param role its role
 * @param reachable whether the last attempt to connect to it succeeded, or none was made
 */
public record InstanceState(DatabaseInstance instance, InstanceRole role, boolean reachable) {

	public InstanceState {
		Objects.requireNonNull(instance, "instance");
		Objects.requireNonNull(role, "role");
	}

	InstanceState withReachable(boolean reachable) {
		return new InstanceState(this.instance, this.role, reachable);
	}

}
