package io.rdsboot.cluster.bluegreen;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.InstanceAddress;

/**
 * A Blue/Green deployment as one server tells of it. Immutable.
 *
 * @param status how far it is; the furthest of what the server says of its parts
 * @param blue addresses that the application uses until the switchover
 * @param green addresses of the servers that take over, each with the IP address that it
 * has resolved to last; those that never did are missing
 */
public record Deployment(DeploymentStatus status, Set<InstanceAddress> blue,
		Map<InstanceAddress, InetSocketAddress> green) {

	/**
	 * What a server tells that belongs to no deployment.
	 */
	public static final Deployment NONE = new Deployment(DeploymentStatus.AVAILABLE, Set.of(), Map.of());

	public Deployment {
		blue = Set.copyOf(blue);
		green = Map.copyOf(green);
	}

}
