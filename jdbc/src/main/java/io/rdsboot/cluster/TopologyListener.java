package io.rdsboot.cluster;

/**
 * Hears of changes in a cluster.
 */
@FunctionalInterface
public interface TopologyListener {

	/**
	 * Called after a new snapshot was published, be it that only the progress of the logs
	 * differs.
	 * @param previous the snapshot before
	 * @param current the new snapshot
	 */
	void topologyChanged(ClusterTopology previous, ClusterTopology current);

}
