package io.rdsboot.cluster.discovery;

import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;

/**
 * Finds out which instances a cluster has. What they do there, they are asked themselves.
 * Called by one thread at a time, not always the same.
 */
public interface InstanceDiscovery {

	/**
	 * Return the instances to begin with, before anything has been asked, in the roles
	 * that they are configured for. Never empty; does not block.
	 */
	List<InstanceState> initial();

	/**
	 * Return whether a start waits until all instances have been found and have answered,
	 * because a configured address may lead to a server that is wrongly a writer.
	 * @return {@code false} unless a discovery says otherwise
	 */
	default boolean needsAllInstances() {
		return false;
	}

	/**
	 * Look which instances there are now.
	 * @param known the present topology, whose instances may be asked
	 * @param connector opens connections to them
	 * @param timeout the longest that one question may wait for its answer
	 * @return the instances, never empty; an instance that was there before is equal to
	 * what it was
	 * @throws DiscoveryException if that cannot be found out now
	 */
	List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout)
			throws DiscoveryException;

	/**
	 * Give back what is kept between two looks, such as a connection: there will be no
	 * look for a while, or never again. Does not block.
	 */
	default void release() {
	}

}
