package io.rdsboot.cluster;

import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * One PostgreSQL server of a cluster, or an address that stands for several and cannot be
 * told apart (a proxy, a load balancer). Immutable; its role is not part of it, because
 * roles move.
 *
 * @param name what people and meters call it, unique in the cluster
 * @param address where it listens
 * @param weight share of the reads relative to other readers, at least 1
 * @param driverProperties pgjdbc connection properties that hold for this instance alone
 * @param fixedRole the role that it is configured for, where the address stands for
 * several servers (a proxy, a load balancer, a reader endpoint); {@code null} where the
 * server says it
 */
public record DatabaseInstance(String name, InstanceAddress address, int weight, Map<String, String> driverProperties,
		@Nullable InstanceRole fixedRole) {

	public DatabaseInstance {
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(address, "address");
		if (weight < 1) {
			throw new IllegalArgumentException("Weight " + weight + " of instance '" + name + "' is not at least 1");
		}
		driverProperties = Map.copyOf(driverProperties);
	}

	/**
	 * Create an instance that is named by its address, with weight 1, no connection
	 * properties of its own and a role that it says itself.
	 * @param address where it listens
	 * @return the instance
	 */
	public static DatabaseInstance at(InstanceAddress address) {
		return new DatabaseInstance(address.toString(), address, 1, Map.of(), null);
	}

	/**
	 * Return the name alone: connection properties may hold secrets.
	 */
	@Override
	public String toString() {
		return this.name;
	}

}
