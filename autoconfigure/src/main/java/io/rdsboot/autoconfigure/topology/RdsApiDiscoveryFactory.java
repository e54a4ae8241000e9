package io.rdsboot.autoconfigure.topology;

import java.util.List;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.InstanceDiscovery;

/**
 * Makes the discovery by the RDS API. There is one where the AWS SDK is on the class
 * path.
 */
@FunctionalInterface
interface RdsApiDiscoveryFactory {

	/**
	 * Make the discovery.
	 * @param configured the instances to begin with
	 * @param writer the configured address of the writer
	 * @throws io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException if
	 * nothing says what to ask the API for
	 */
	InstanceDiscovery create(List<InstanceState> configured, InstanceAddress writer);

}
