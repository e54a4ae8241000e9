package io.rdsboot.cluster.discovery;

import java.time.Duration;
import java.util.List;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceState;

/**
 * Discovery that finds what is configured, and nothing else. Immutable.
 */
public final class ConfiguredDiscovery implements InstanceDiscovery {

	private final List<InstanceState> configured;

	/**
	 * Create a discovery.
	 * @param configured the instances, in the roles that they are configured for
	 */
	public ConfiguredDiscovery(List<InstanceState> configured) {
		this.configured = List.copyOf(configured);
	}

	@Override
	public List<InstanceState> initial() {
		return this.configured;
	}

	@Override
	public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout) {
		return this.configured.stream().map(InstanceState::instance).toList();
	}

}
