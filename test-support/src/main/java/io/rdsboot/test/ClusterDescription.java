package io.rdsboot.test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.rdsboot.test.aws.AwsAccount;
import io.rdsboot.test.aws.AwsNames;
import io.rdsboot.test.aws.DescribedCluster;
import io.rdsboot.test.aws.DescribedEndpoint;
import io.rdsboot.test.aws.DescribedInstance;

/**
 * A cluster as it is now, in the words of the RDS API. Thread-safe.
 */
final class ClusterDescription implements Supplier<DescribedCluster> {

	/** Identifier of every cluster. */
	static final String IDENTIFIER = "rds-local";

	private static final String ZONES = "abc";

	private final LocalRdsCluster cluster;

	private final Addresses addresses;

	private final AwsAccount account;

	private final String engineVersion;

	private final String resourceId = AwsNames.newResourceId("cluster-");

	private final Map<String, String> instanceResourceIds = new ConcurrentHashMap<>();

	private final Map<LocalRdsInstance, String> statuses = new ConcurrentHashMap<>();

	private final Map<String, DescribedEndpoint> endpoints = new ConcurrentHashMap<>();

	private volatile boolean readReplicas;

	ClusterDescription(LocalRdsCluster cluster, Addresses addresses, AwsAccount account, String engineVersion) {
		this.cluster = cluster;
		this.addresses = addresses;
		this.account = account;
		this.engineVersion = engineVersion;
	}

	void status(LocalRdsInstance instance, String status) {
		this.statuses.put(this.cluster.member(instance), status);
	}

	void restoreStatuses() {
		this.statuses.clear();
	}

	/**
	 * Adds a custom endpoint, or changes the one of the same identifier.
	 * @return its host name
	 */
	String endpoint(String identifier, List<LocalRdsInstance> staticMembers, List<LocalRdsInstance> excludedMembers) {
		String host = "%s.cluster-custom-local.%s.rds.amazonaws.com".formatted(identifier, this.account.region());
		this.endpoints.put(identifier,
				new DescribedEndpoint(identifier, host, "READER", names(staticMembers), names(excludedMembers)));
		return host;
	}

	private List<String> names(List<LocalRdsInstance> members) {
		return members.stream().map((member) -> this.cluster.member(member).name()).toList();
	}

	void removeEndpoint(String identifier) {
		this.endpoints.remove(identifier);
	}

	void readReplicas(boolean newReadReplicas) {
		this.readReplicas = newReadReplicas;
	}

	@Override
	public DescribedCluster get() {
		LocalRdsAddress writerAddress = this.addresses.writer();
		return new DescribedCluster(IDENTIFIER, arn("cluster:" + IDENTIFIER), this.resourceId, this.cluster.database(),
				this.cluster.writer().adminUsername(), this.engineVersion, writerAddress.host(),
				this.addresses.reader().host(), writerAddress.port(), this.account.isIamAuthentication(), instances(),
				List.copyOf(this.endpoints.values()), this.readReplicas);
	}

	private List<DescribedInstance> instances() {
		List<LocalRdsInstance> present = this.cluster.instances();
		List<DescribedInstance> described = new ArrayList<>();
		for (LocalRdsInstance instance : present) {
			LocalRdsAddress address = this.addresses.find(instance);
			// One that is being removed has lost its address already.
			if (address != null) {
				described.add(describe(instance, address, instance == present.get(0)));
			}
		}
		return described;
	}

	private DescribedInstance describe(LocalRdsInstance instance, LocalRdsAddress address, boolean writer) {
		String name = instance.name();
		return new DescribedInstance(name, arn("db:" + name),
				this.instanceResourceIds.computeIfAbsent(name, (key) -> AwsNames.newResourceId("db-")), address.host(),
				address.port(), writer, this.statuses.getOrDefault(instance, status(instance.state())), zone(name));
	}

	/** RDS does not see at once that an instance hangs. */
	private static String status(LocalRdsInstance.State state) {
		return switch (state) {
			case RUNNING, FROZEN -> "available";
			case CRASHED -> "failed";
			case REMOVED -> "deleting";
		};
	}

	private String zone(String name) {
		int number = Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
		return this.account.region() + ZONES.charAt((number - 1) % ZONES.length());
	}

	private String arn(String resource) {
		return AwsNames.arn("rds", this.account.region(), resource);
	}

}
