package io.rdsboot.cluster;

/**
 * Source of the current {@link ClusterTopology}. Implementations are thread-safe.
 */
public interface TopologyProvider {

	/**
	 * Return the newest snapshot, without waiting for anything.
	 */
	ClusterTopology topology();

	/**
	 * Register a listener for snapshots that differ from the one before.
	 * @param listener called on the thread that found the change, one change at a time;
	 * must not block
	 */
	void addListener(TopologyListener listener);

}
