package io.rdsboot.cluster.discovery.rdsapi;

import java.util.Optional;

import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;

/**
 * DB cluster or DB instance that RDS is asked for. Immutable.
 *
 * @param type what it is
 * @param identifier its identifier, such as {@code orders}, or its ARN
 */
public record RdsResource(Type type, String identifier) {

	public RdsResource {
		if (identifier.isBlank()) {
			throw new IllegalArgumentException("The identifier of the " + type.words + " is empty");
		}
	}

	/**
	 * Return a DB cluster.
	 */
	public static RdsResource cluster(String identifier) {
		return new RdsResource(Type.CLUSTER, identifier);
	}

	/**
	 * Return a DB instance, which stands for its cluster too, or for its read replicas.
	 */
	public static RdsResource instance(String identifier) {
		return new RdsResource(Type.INSTANCE, identifier);
	}

	/**
	 * Return what an address belongs to.
	 * @param address an address, as RDS gives it
	 * @return the cluster or instance, or empty if the address does not name it
	 */
	public static Optional<RdsResource> of(InstanceAddress address) {
		return RdsHostName.parse(address.host()).flatMap((name) -> switch (name.kind()) {
			case CLUSTER, CLUSTER_READER -> Optional.of(cluster(name.identifier()));
			case INSTANCE -> Optional.of(instance(name.identifier()));
			case CLUSTER_CUSTOM, PROXY, SHARD_GROUP, GLOBAL -> Optional.empty();
		});
	}

	@Override
	public String toString() {
		return this.type.words + " '" + this.identifier + "'";
	}

	/**
	 * What can be asked for.
	 */
	public enum Type {

		/** A DB cluster of Aurora, or a Multi-AZ one. */
		CLUSTER("DB cluster"),

		/** A DB instance. */
		INSTANCE("DB instance");

		private final String words;

		Type(String words) {
			this.words = words;
		}

	}

}
