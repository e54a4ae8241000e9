package io.rdsboot.cluster.discovery.rdsapi;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.ClusterTopology;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstanceRole;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.discovery.DiscoveryException;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.Endpoint;

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

	private static final Set<String> ABSENT = Set.of("creating", "deleting", "delete-precheck", "stopping", "stopped");

	private final List<InstanceState> configured;

	private final RdsInstances instances;

	private final RdsResource resource;

	private final Map<String, String> driverProperties;

	/** The cluster that the resource turned out to be in. */
	private @Nullable String cluster;

	/**
	 * Create a discovery.
	 * @param configured the addresses to begin with; connection properties of the writer
	 * among them hold for all instances
	 * @param client asks RDS in the region of the database; closed by its owner
	 * @param resource what to ask for
	 */
	public RdsApiDiscovery(List<InstanceState> configured, RdsClient client, RdsResource resource) {
		this.configured = List.copyOf(configured);
		this.instances = new RdsInstances(client);
		this.resource = resource;
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
		Collection<DBInstance> described = describe();
		List<DatabaseInstance> found = described.stream()
			.filter(RdsApiDiscovery::isPresent)
			.map(this::instance)
			.toList();
		if (found.isEmpty()) {
			throw new DiscoveryException("RDS has no instance that can be used for %s in region %s, only %s".formatted(
					this.resource, this.instances.region(),
					described.stream()
						.map((instance) -> instance.dbInstanceIdentifier() + " (" + instance.dbInstanceStatus() + ")")
						.toList()),
					null);
		}
		return found;
	}

	private Collection<DBInstance> describe() throws DiscoveryException {
		if (this.resource.type() == RdsResource.Type.CLUSTER) {
			return ofCluster(this.resource.identifier());
		}
		if (this.cluster != null) {
			return ofCluster(this.cluster);
		}
		DBInstance instance = this.instances.instance(this.resource.identifier());
		if (instance.dbClusterIdentifier() != null) {
			// Remembered, because the instance may be deleted and its cluster live on.
			this.cluster = instance.dbClusterIdentifier();
			return ofCluster(instance.dbClusterIdentifier());
		}
		return withReplicas(instance);
	}

	private List<DBInstance> ofCluster(String identifier) throws DiscoveryException {
		List<DBInstance> found = this.instances.ofCluster(identifier);
		if (found.isEmpty()) {
			throw new DiscoveryException(
					"RDS has no DB cluster '%s' with instances in region %s: check the identifier and the region"
						.formatted(identifier, this.instances.region()),
					null);
		}
		return found;
	}

	/**
	 * Follows the replicas of replicas, too, from the instance that has no source.
	 */
	private Collection<DBInstance> withReplicas(DBInstance instance) throws DiscoveryException {
		DBInstance source = instance;
		Map<String, DBInstance> found = new LinkedHashMap<>();
		while (isLocal(source.readReplicaSourceDBInstanceIdentifier())) {
			if (found.put(source.dbInstanceIdentifier(), source) != null) {
				break;
			}
			source = this.instances.instance(source.readReplicaSourceDBInstanceIdentifier());
		}
		found.clear();
		Deque<DBInstance> open = new ArrayDeque<>(List.of(source));
		while (!open.isEmpty()) {
			DBInstance next = open.remove();
			List<String> replicas = next.readReplicaDBInstanceIdentifiers()
				.stream()
				.filter(RdsApiDiscovery::isLocal)
				.filter((identifier) -> !found.containsKey(identifier))
				.toList();
			found.put(next.dbInstanceIdentifier(), next);
			if (!replicas.isEmpty()) {
				open.addAll(this.instances.named(replicas));
			}
		}
		return found.values();
	}

	/**
	 * Return whether it is an instance of this region: those of others are named by their
	 * ARN.
	 */
	private static boolean isLocal(@Nullable String identifier) {
		return identifier != null && !identifier.isEmpty() && !identifier.startsWith("arn:");
	}

	private static boolean isPresent(DBInstance instance) {
		Endpoint endpoint = instance.endpoint();
		return endpoint != null && endpoint.address() != null && endpoint.port() != null
				&& !ABSENT.contains(instance.dbInstanceStatus());
	}

	private DatabaseInstance instance(DBInstance instance) {
		return new DatabaseInstance(instance.dbInstanceIdentifier(),
				new InstanceAddress(instance.endpoint().address(), instance.endpoint().port()), 1,
				this.driverProperties, null);
	}

}
