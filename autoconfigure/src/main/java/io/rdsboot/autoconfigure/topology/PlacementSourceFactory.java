package io.rdsboot.autoconfigure.topology;

import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.cluster.discovery.PlacementSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes what is asked for the zones of instances and the members of custom endpoints.
 * There is one where the AWS SDK is on the class path.
 */
@FunctionalInterface
interface PlacementSourceFactory {

	/**
	 * Make the source, without a request.
	 * @return the source, or {@code null} if nothing says what to ask for
	 */
	@Nullable PlacementSource create(ConfiguredCluster cluster);

}
