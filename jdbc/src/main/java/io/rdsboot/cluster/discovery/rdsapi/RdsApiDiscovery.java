package io.rdsboot.cluster.discovery.rdsapi;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.DiscoveryException;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;

/**
 * Discovery that asks the API of RDS: for the instances of a DB cluster, or for an
 * instance and its read replicas in the same region. Needs the permission
 * {@code rds:DescribeDBInstances}. Instances are named by their identifiers.
 * <p>
 * Instances that are being created or deleted, or are stopped, are left out. In every
 * other state it is up to the servers whether they answer. A call has 5 seconds, and 10
 * with all its repetitions.
 */
public final class RdsApiDiscovery implements InstanceDiscovery {

	private final List<InstanceState> configured;

	private final ResourceInstances instances;

	private final Map<String, String> driverProperties;

	/**
	 * Create a discovery.
	 * @param configured the addresses to begin with; connection properties of the writer
	 * among them hold for all instances
	 * @param client asks RDS in the region of the database; closed by its owner
	 * @param resource what to ask for
	 */
	public RdsApiDiscovery(List<InstanceState> configured, RdsClient client, RdsResource resource) {
		this.configured = List.copyOf(configured);
		this.instances = new ResourceInstances(
				new RdsDescriptions(client, ", or set rds.topology.discovery to aurora or static"), resource);
		this.driverProperties = configured.stream()
			.filter((state) -> state.role() == InstanceRole.WRITER)
			.findFirst()
			.map((state) -> state.instance().driverProperties())
			.orElse(Map.of());
	}

	@Override
	public List<InstanceState> initial() {
		return this.configured;
	}

	@Override
	public List<DatabaseInstance> discover(ClusterTopology known, InstanceConnector connector, Duration timeout)
			throws DiscoveryException {
		return this.instances.present().stream().map(this::instance).toList();
	}

	private DatabaseInstance instance(DBInstance instance) {
		return new DatabaseInstance(instance.dbInstanceIdentifier(), ResourceInstances.address(instance), 1,
				this.driverProperties, null);
	}

}
