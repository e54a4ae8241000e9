package io.rdsboot.autoconfigure.failure;

import java.util.Optional;

import io.rdsboot.cluster.RdsHostName;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind an address, as the AWS command line is asked about it. What the
 * address does not tell is a placeholder such as {@code <cluster>}. Immutable.
 *
 * @param type what it is
 * @param identifier its identifier, or a placeholder
 * @param region its region, or a placeholder
 * @param finder command that finds the identifier, or {@code null} if it is known
 */
record DatabaseResource(Type type, String identifier, String region, @Nullable String finder) {

	private static final String ANY_REGION = "<region>";

	/**
	 * Return what stands behind a host name.
	 * @param host name as RDS gave it, or any other
	 * @param configuredRegion region for names that tell none, or {@code null}
	 */
	static DatabaseResource behind(String host, @Nullable String configuredRegion) {
		Optional<RdsHostName> name = RdsHostName.parse(host);
		String region = name.flatMap(RdsHostName::region)
			.orElse((configuredRegion != null) ? configuredRegion : ANY_REGION);
		if (name.isEmpty()) {
			return cluster(region, "aws rds describe-db-clusters --region " + region
					+ " --query 'DBClusters[].[DBClusterIdentifier,Endpoint]' --output table");
		}
		return of(name.get(), host, region);
	}

	private static DatabaseResource of(RdsHostName name, String host, String region) {
		String identifier = name.identifier();
		return switch (name.kind()) {
			case INSTANCE -> new DatabaseResource(Type.INSTANCE, identifier, region, null);
			case CLUSTER, CLUSTER_READER -> new DatabaseResource(Type.CLUSTER, identifier, region, null);
			case CLUSTER_CUSTOM ->
				cluster(region, command("describe-db-cluster-endpoints --db-cluster-endpoint-identifier " + identifier,
						region, "DBClusterEndpoints[0].DBClusterIdentifier"));
			case SHARD_GROUP ->
				cluster(region, command("describe-db-shard-groups --db-shard-group-identifier " + identifier, region,
						"DBShardGroups[0].DBClusterIdentifier"));
			case GLOBAL -> cluster(region, command("describe-global-clusters --global-cluster-identifier " + identifier,
					region, "GlobalClusters[0].GlobalClusterMembers[?IsWriter].DBClusterArn"));
			case PROXY -> host.contains(".endpoint.proxy-")
					? new DatabaseResource(Type.PROXY, "<proxy>", region,
							command("describe-db-proxy-endpoints --db-proxy-endpoint-name " + identifier, region,
									"DBProxyEndpoints[0].DBProxyName"))
					: new DatabaseResource(Type.PROXY, identifier, region, null);
		};
	}

	private static DatabaseResource cluster(String region, String finder) {
		return new DatabaseResource(Type.CLUSTER, "<cluster>", region, finder);
	}

	/**
	 * Return the resource as a sentence names it, such as {@code cluster 'app'}.
	 */
	String title() {
		return this.type.noun + " '" + this.identifier + "'";
	}

	/**
	 * Return the command that reads one attribute.
	 * @param attribute path below the resource in the answer of the AWS API
	 */
	String describe(String attribute) {
		return command(this.type.describe + " " + this.identifier, this.region, this.type.element + "." + attribute);
	}

	/**
	 * Return the command that reads the id by which policies name the resource.
	 */
	String describeResourceId() {
		return describe(this.type.resourceId);
	}

	/**
	 * Return the command that reads the ids of the security groups.
	 */
	String describeSecurityGroups() {
		return describe(this.type.securityGroups);
	}

	/**
	 * Return the lines that say which commands find what stands in angle brackets, each
	 * with the name that it is for.
	 */
	String legend() {
		return (this.finder != null) ? "\n" + this.identifier + " is what this prints:\n\n    " + this.finder : "";
	}

	private static String command(String operation, String region, String query) {
		return "aws rds " + operation + " --region " + region + " --query '" + query + "' --output text";
	}

	/**
	 * Kinds of resources that have addresses.
	 */
	enum Type {

		/** One instance. */
		INSTANCE("instance", "describe-db-instances --db-instance-identifier", "DBInstances[0]", "DbiResourceId",
				"VpcSecurityGroups[].VpcSecurityGroupId"),

		/** A cluster. */
		CLUSTER("cluster", "describe-db-clusters --db-cluster-identifier", "DBClusters[0]", "DbClusterResourceId",
				"VpcSecurityGroups[].VpcSecurityGroupId"),

		/** An RDS Proxy. Its id is the last part of its ARN. */
		PROXY("proxy", "describe-db-proxies --db-proxy-name", "DBProxies[0]", "DBProxyArn", "VpcSecurityGroupIds");

		private final String noun;

		private final String describe;

		private final String element;

		private final String resourceId;

		private final String securityGroups;

		Type(String noun, String describe, String element, String resourceId, String securityGroups) {
			this.noun = noun;
			this.describe = describe;
			this.element = element;
			this.resourceId = resourceId;
			this.securityGroups = securityGroups;
		}

	}

}
