package io.rdsboot.cluster.discovery.rdsapi;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.cluster.discovery.DiscoveryException;
import io.rdsboot.cluster.discovery.PlacementSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBClusterEndpoint;

/**
 * Zones of instances, and members of custom endpoints, by the API of RDS. Needs the
 * permissions {@code rds:DescribeDBInstances}, and {@code rds:DescribeDBClusterEndpoints}
 * for endpoints. Not thread-safe.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBClusterEndpoint.html">DBClusterEndpoint</a>
 */
public final class RdsApiPlacement implements PlacementSource {

	private static final Logger logger = LoggerFactory.getLogger(RdsApiPlacement.class);

	private final Supplier<RdsClient> client;

	private final @Nullable RdsResource configured;

	private final Set<InstanceAddress> customEndpoints;

	private final Set<InstanceAddress> missing = new HashSet<>();

	private @Nullable RdsDescriptions descriptions;

	private @Nullable ResourceInstances instances;

	/**
	 * Create a source.
	 * @param client asks RDS in the region of the database; called when it is first
	 * needed, and closed by its owner
	 * @param resource what to ask for, or {@code null} for the cluster that a custom
	 * endpoint belongs to
	 * @param customEndpoints addresses of the custom endpoints to ask for
	 */
	public RdsApiPlacement(Supplier<RdsClient> client, @Nullable RdsResource resource,
			Set<InstanceAddress> customEndpoints) {
		this.client = client;
		this.configured = resource;
		this.customEndpoints = Set.copyOf(customEndpoints);
	}

	@Override
	public boolean hasEndpoints() {
		return !this.customEndpoints.isEmpty();
	}

	@Override
	public List<PlacedInstance> instances() throws DiscoveryException {
		if (this.instances == null) {
			this.instances = new ResourceInstances(descriptions(), resource());
		}
		return this.instances.present()
			.stream()
			.map((instance) -> new PlacedInstance(instance.dbInstanceIdentifier(), ResourceInstances.address(instance),
					instance.availabilityZone()))
			.toList();
	}

	private RdsDescriptions descriptions() {
		if (this.descriptions == null) {
			this.descriptions = new RdsDescriptions(this.client.get(), "");
		}
		return this.descriptions;
	}

	private RdsResource resource() throws DiscoveryException {
		if (this.configured != null) {
			return this.configured;
		}
		for (InstanceAddress address : this.customEndpoints) {
			DBClusterEndpoint endpoint = endpoint(address);
			if (endpoint != null) {
				return RdsResource.cluster(endpoint.dbClusterIdentifier());
			}
		}
		throw new DiscoveryException(
				"RDS cannot be asked where the instances are, because no address tells the cluster:"
						+ " set rds.topology.cluster-identifier",
				null);
	}

	@Override
	public Map<InstanceAddress, List<PlacedInstance>> endpoints(List<PlacedInstance> all) throws DiscoveryException {
		Map<InstanceAddress, List<PlacedInstance>> members = new HashMap<>();
		for (InstanceAddress address : this.customEndpoints) {
			DBClusterEndpoint endpoint = endpoint(address);
			if (endpoint != null) {
				members.put(address, all.stream().filter((instance) -> isMember(endpoint, instance)).toList());
			}
		}
		return Map.copyOf(members);
	}

	/**
	 * A fixed list wins. Without one, all instances are members but those that are
	 * excluded, also those that join the cluster later.
	 */
	private static boolean isMember(DBClusterEndpoint endpoint, PlacedInstance instance) {
		return endpoint.staticMembers().isEmpty() ? !endpoint.excludedMembers().contains(instance.identifier())
				: endpoint.staticMembers().contains(instance.identifier());
	}

	private @Nullable DBClusterEndpoint endpoint(InstanceAddress address) throws DiscoveryException {
		String identifier = RdsHostName.parse(address.host()).map(RdsHostName::identifier).orElse(address.host());
		DBClusterEndpoint found = descriptions().endpoint(identifier);
		if (found != null && address.host().equalsIgnoreCase(found.endpoint())) {
			this.missing.remove(address);
			return found;
		}
		if (this.missing.add(address)) {
			logger.info("RDS has no custom endpoint {} in region {}: its address is used as it is", address.host(),
					descriptions().region());
		}
		return null;
	}

}
