package io.rdsboot.test.aws;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import io.rdsboot.test.aws.InvalidSignatureException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The RDS API in AWS's Query protocol: a cluster and its instances, as they are at the
 * time of the request.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html">DescribeDBClusters</a>
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterEndpoints.html">DescribeDBClusterEndpoints</a>
 * @see <a href=
 * "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html">DescribeDBInstances</a>
 */
public final class RdsApi implements AwsApi {

	private static final String SERVICE = "rds";

	private final String region;

	private final Permissions permissions;

	private final Supplier<DescribedCluster> cluster;

	private volatile int pageSize = RdsQuery.MAX_RECORDS;

	private volatile boolean throttled;

	/**
	 * Creates the service.
	 * @param region region of the cluster
	 * @param permissions what the user may do
	 * @param cluster describes the cluster as it is now
	 */
	public RdsApi(String region, Permissions permissions, Supplier<DescribedCluster> cluster) {
		this.region = region;
		this.permissions = permissions;
		this.cluster = cluster;
	}

	/**
	 * Makes pages smaller than AWS's, so that a small cluster has several.
	 * @param records number of records on a page at most
	 */
	public void pageSize(int records) {
		this.pageSize = records;
	}

	@Override
	public String service() {
		return SERVICE;
	}

	@Override
	public String action(HttpRequestText request) {
		return Objects.requireNonNullElse(new RdsQuery(request).parameter("Action"), "");
	}

	/**
	 * Refuses requests because there were too many, or answers them.
	 * @param newThrottled whether to refuse
	 */
	public void throttled(boolean newThrottled) {
		this.throttled = newThrottled;
	}

	@Override
	public AwsResponse handle(String action, HttpRequestText request) {
		if (this.throttled) {
			throw AwsError.badRequest("Throttling", "Rate exceeded");
		}
		RdsQuery query = new RdsQuery(request);
		return switch (action) {
			case "DescribeDBClusters" -> describeClusters(query);
			case "DescribeDBClusterEndpoints" -> describeEndpoints(query);
			case "DescribeDBInstances" -> describeInstances(query);
			default -> throw AwsError.badRequest("InvalidAction", "The local RDS does not know the action " + action);
		};
	}

	private AwsResponse describeClusters(RdsQuery query) {
		String identifier = query.parameter("DBClusterIdentifier");
		require("rds:DescribeDBClusters", "cluster", identifier);
		DescribedCluster present = this.cluster.get();
		List<DescribedCluster> all = present.readReplicas() ? List.of() : List.of(present);
		List<DescribedCluster> found = (identifier == null) ? all
				: all.stream()
					.filter((each) -> each.identifier().equalsIgnoreCase(identifier) || each.arn().equals(identifier))
					.toList();
		if (found.isEmpty() && identifier != null) {
			throw new AwsError(404, "DBClusterNotFoundFault", "DBCluster %s not found.".formatted(identifier));
		}
		List<DescribedCluster> filtered = query.filter(found,
				Map.of("db-cluster-id", (each) -> List.of(each.identifier(), each.arn()), "db-cluster-resource-id",
						(each) -> List.of(each.resourceId()), "engine", (each) -> List.of(RdsXml.ENGINE)));
		return new RdsXml("DescribeDBClusters")
			.clusters(query.page(filtered, DescribedCluster::identifier, this.pageSize));
	}

	private AwsResponse describeEndpoints(RdsQuery query) {
		String identifier = query.parameter("DBClusterIdentifier");
		String endpoint = query.parameter("DBClusterEndpointIdentifier");
		require("rds:DescribeDBClusterEndpoints", (endpoint != null) ? "cluster-endpoint" : "cluster",
				(endpoint != null) ? endpoint : identifier);
		DescribedCluster present = this.cluster.get();
		if (identifier != null && !present.identifier().equalsIgnoreCase(identifier)) {
			throw new AwsError(404, "DBClusterNotFoundFault", "DBCluster %s not found.".formatted(identifier));
		}
		List<RdsXml.Endpoint> found = RdsXml.Endpoint.of(present)
			.stream()
			.filter((each) -> endpoint == null || endpoint.equalsIgnoreCase(each.identifier()))
			.toList();
		List<RdsXml.Endpoint> filtered = query.filter(found, Map.of("db-cluster-endpoint-type",
				(each) -> List.of(each.type()), "db-cluster-endpoint-id", (each) -> List.of(each.identifier())));
		return new RdsXml("DescribeDBClusterEndpoints").endpoints(present,
				query.page(filtered, (each) -> each.type() + each.identifier(), this.pageSize));
	}

	private AwsResponse describeInstances(RdsQuery query) {
		String identifier = query.parameter("DBInstanceIdentifier");
		require("rds:DescribeDBInstances", "db", identifier);
		DescribedCluster present = this.cluster.get();
		List<DescribedInstance> found = present.instances()
			.stream()
			.filter((each) -> identifier == null || each.identifier().equalsIgnoreCase(identifier)
					|| each.arn().equals(identifier))
			.toList();
		if (found.isEmpty()) {
			throw new AwsError(404, "DBInstanceNotFound", "DBInstance %s not found.".formatted(identifier));
		}
		List<DescribedInstance> filtered = query.filter(found,
				Map.of("db-cluster-id",
						(each) -> present.readReplicas() ? List.of() : List.of(present.identifier(), present.arn()),
						"db-instance-id", (each) -> List.of(each.identifier(), each.arn()), "dbi-resource-id",
						(each) -> List.of(each.resourceId()), "engine", (each) -> List.of(RdsXml.ENGINE)));
		return new RdsXml("DescribeDBInstances").instances(present,
				query.page(filtered, DescribedInstance::identifier, this.pageSize));
	}

	private void require(String action, String type, @Nullable String identifier) {
		String resource = AwsNames.arn(SERVICE, this.region,
				"%s:%s".formatted(type, Objects.requireNonNullElse(identifier, "*")));
		this.permissions.require(action, resource, (message) -> new AwsError(403, "AccessDenied", message));
	}

	@Override
	public AwsResponse error(AwsError error) {
		return RdsXml.error(error);
	}

	@Override
	public AwsError refusal(Reason reason) {
		String code = switch (reason) {
			case INCOMPLETE -> "MissingAuthenticationToken";
			case UNKNOWN_KEY -> "InvalidClientTokenId";
			case WRONG_SCOPE, MISMATCH, EXPIRED -> "SignatureDoesNotMatch";
		};
		return new AwsError(403, code, SignatureRefusals.text(reason));
	}

}
