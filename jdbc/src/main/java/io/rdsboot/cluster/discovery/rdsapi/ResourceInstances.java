package io.rdsboot.cluster.discovery.rdsapi;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.discovery.DiscoveryException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.Endpoint;

/**
 * The instances of a DB cluster, or an instance and its read replicas in the same region,
 * as RDS describes them. Not thread-safe.
 */
final class ResourceInstances {

	private static final Set<String> ABSENT = Set.of("creating", "deleting", "delete-precheck", "stopping", "stopped");

	private final RdsDescriptions descriptions;

	private final RdsResource resource;

	/** The cluster that the resource turned out to be in. */
	private @Nullable String cluster;

	ResourceInstances(RdsDescriptions descriptions, RdsResource resource) {
		this.descriptions = descriptions;
		this.resource = resource;
	}

	/**
	 * Describe the instances that can be used.
	 * @return never empty
	 */
	List<DBInstance> present() throws DiscoveryException {
		Collection<DBInstance> described = describe();
		List<DBInstance> present = described.stream().filter(ResourceInstances::isPresent).toList();
		if (present.isEmpty()) {
			throw new DiscoveryException("RDS has no instance that can be used for %s in region %s, only %s".formatted(
					this.resource, this.descriptions.region(),
					described.stream()
						.map((instance) -> instance.dbInstanceIdentifier() + " (" + instance.dbInstanceStatus() + ")")
						.toList()),
					null);
		}
		return present;
	}

	static InstanceAddress address(DBInstance present) {
		return new InstanceAddress(present.endpoint().address(), present.endpoint().port());
	}

	private static boolean isPresent(DBInstance instance) {
		Endpoint endpoint = instance.endpoint();
		return endpoint != null && endpoint.address() != null && endpoint.port() != null
				&& !ABSENT.contains(instance.dbInstanceStatus());
	}

	private Collection<DBInstance> describe() throws DiscoveryException {
		if (this.resource.type() == RdsResource.Type.CLUSTER) {
			return ofCluster(this.resource.identifier());
		}
		if (this.cluster != null) {
			return ofCluster(this.cluster);
		}
		DBInstance instance = this.descriptions.instance(this.resource.identifier());
		if (instance.dbClusterIdentifier() != null) {
			// Remembered, because the instance may be deleted and its cluster live on.
			this.cluster = instance.dbClusterIdentifier();
			return ofCluster(instance.dbClusterIdentifier());
		}
		return withReplicas(instance);
	}

	private List<DBInstance> ofCluster(String identifier) throws DiscoveryException {
		List<DBInstance> found = this.descriptions.ofCluster(identifier);
		if (found.isEmpty()) {
			throw new DiscoveryException(
					"RDS has no DB cluster '%s' with instances in region %s: check the identifier and the region"
						.formatted(identifier, this.descriptions.region()),
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
			source = this.descriptions.instance(source.readReplicaSourceDBInstanceIdentifier());
		}
		found.clear();
		Deque<DBInstance> open = new ArrayDeque<>(List.of(source));
		while (!open.isEmpty()) {
			DBInstance next = open.remove();
			List<String> replicas = next.readReplicaDBInstanceIdentifiers()
				.stream()
				.filter(ResourceInstances::isLocal)
				.filter((identifier) -> !found.containsKey(identifier))
				.toList();
			found.put(next.dbInstanceIdentifier(), next);
			if (!replicas.isEmpty()) {
				open.addAll(this.descriptions.named(replicas));
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

}
