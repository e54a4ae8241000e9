package io.rdsboot.cluster.discovery;

import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.InstanceAddress;
import org.jspecify.annotations.Nullable;

/**
 * Knows in which availability zones instances are, and which instances a custom endpoint
 * stands for. Called by one thread at a time.
 */
public interface PlacementSource {

	/**
	 * Return whether there are custom endpoints to ask for.
	 */
	boolean hasEndpoints();

	/**
	 * Look where the instances of the cluster are now.
	 * @return the instances, never empty
	 * @throws DiscoveryException if that cannot be found out now
	 */
	List<PlacedInstance> instances() throws DiscoveryException;

	/**
	 * Look which instances the custom endpoints stand for now.
	 * @param all the instances of the cluster
	 * @return the members of each custom endpoint by its address; without those that are
	 * not there
	 * @throws DiscoveryException if that cannot be found out now
	 */
	Map<InstanceAddress, List<PlacedInstance>> endpoints(List<PlacedInstance> all) throws DiscoveryException;

	/**
	 * An instance and its place. Immutable.
	 *
	 * @param identifier its identifier
	 * @param address where it listens
	 * @param zone name of its availability zone, or {@code null} if that is not known
	 */
	record PlacedInstance(String identifier, InstanceAddress address, @Nullable String zone) {

	}

}
