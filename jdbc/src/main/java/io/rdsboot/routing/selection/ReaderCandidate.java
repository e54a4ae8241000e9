package io.rdsboot.routing.selection;

import io.rdsboot.cluster.DatabaseInstance;

/**
 * A reader as a {@link ReaderSelector} sees it.
 */
public interface ReaderCandidate {

	/**
	 * Return the instance; its weight is the share of reads that it should get.
	 */
	DatabaseInstance instance();

	/**
	 * Return how many of its connections are in use.
	 */
	int activeConnections();

}
