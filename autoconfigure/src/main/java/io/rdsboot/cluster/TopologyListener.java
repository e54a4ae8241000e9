package io.rdsboot.cluster;

/**
 * Hears of changes in a cluster.
 */
@FunctionalInterface
public interface TopologyListener {

	/**
	 * Called after a new snapshot was published.
	 * @param current the new snapshot, which differs from the one before
	 */
	void topologyChanged(ClusterTopology current);

}
