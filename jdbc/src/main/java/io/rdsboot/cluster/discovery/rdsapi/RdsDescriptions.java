package io.rdsboot.cluster.discovery.rdsapi;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.rdsboot.cluster.discovery.DiscoveryException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBClusterEndpoint;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.DescribeDbInstancesRequest;
import software.amazon.awssdk.services.rds.model.Filter;

/**
 * The instances and custom endpoints that RDS describes. Errors say what to do about
 * them.
 */
final class RdsDescriptions {

	private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

	private static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(5);

	private final RdsClient client;

	private final String alternative;

	/**
	 * Create descriptions.
	 * @param alternative what else to do than to allow an action that is denied, to be
	 * added to the message
	 */
	RdsDescriptions(RdsClient client, String alternative) {
		this.client = client;
		this.alternative = alternative;
	}

	String region() {
		return this.client.serviceClientConfiguration().region().id();
	}

	/**
	 * Describe the instances of a cluster, or none if there is no such cluster.
	 */
	List<DBInstance> ofCluster(String identifier) throws DiscoveryException {
		return filtered("DB cluster '" + identifier + "'", "db-cluster-id", List.of(identifier));
	}

	/**
	 * Describe those of some instances that are there.
	 */
	List<DBInstance> named(List<String> identifiers) throws DiscoveryException {
		return filtered("DB instances " + identifiers, "db-instance-id", identifiers);
	}

	private List<DBInstance> filtered(String what, String name, List<String> values) throws DiscoveryException {
		Filter filter = Filter.builder().name(name).values(values).build();
		return describe(what, (request) -> request.filters(filter));
	}

	/**
	 * Describe one instance, which must be there.
	 */
	DBInstance instance(String identifier) throws DiscoveryException {
		return describe("DB instance '" + identifier + "'", (request) -> request.dbInstanceIdentifier(identifier))
			.get(0);
	}

	private List<DBInstance> describe(String what, Consumer<DescribeDbInstancesRequest.Builder> query)
			throws DiscoveryException {
		return ask(what, "rds:DescribeDBInstances", () -> this.client.describeDBInstancesPaginator((request) -> {
			query.accept(request);
			limit(request);
		}).dbInstances().stream().toList());
	}

	/**
	 * Describe the custom endpoint of an identifier, or return {@code null} if there is
	 * none.
	 */
	@Nullable DBClusterEndpoint endpoint(String identifier) throws DiscoveryException {
		return ask("the custom endpoint '" + identifier + "'", "rds:DescribeDBClusterEndpoints",
				() -> this.client.describeDBClusterEndpointsPaginator((request) -> {
					request.dbClusterEndpointIdentifier(identifier);
					limit(request);
				}).dbClusterEndpoints().stream().findFirst())
			.orElse(null);
	}

	private static void limit(AwsRequest.Builder request) {
		request
			.overrideConfiguration((limits) -> limits.apiCallTimeout(CALL_LIMIT).apiCallAttemptTimeout(ATTEMPT_LIMIT));
	}

	private <T> T ask(String what, String action, Supplier<T> call) throws DiscoveryException {
		try {
			return call.get();
		}
		catch (DbInstanceNotFoundException ex) {
			throw failure(what, "there is none in region " + region() + ". Check the identifier and the region", ex);
		}
		catch (AwsServiceException ex) {
			throw failure(what, message(ex) + mend(ex, action), ex);
		}
		catch (SdkException ex) {
			throw failure(what, String.valueOf(ex.getMessage()), ex);
		}
	}

	private static DiscoveryException failure(String what, String reason, SdkException cause) {
		return new DiscoveryException("RDS could not be asked for %s: %s".formatted(what, reason), cause);
	}

	private String mend(AwsServiceException ex, String action) {
		if (ex.isThrottlingException()) {
			return ". Raise rds.topology.discovery-interval";
		}
		if (ex.awsErrorDetails() != null && ex.awsErrorDetails().errorCode().startsWith("AccessDenied")) {
			return ". Allow " + action + " to the role that the application runs as" + this.alternative;
		}
		return "";
	}

	/**
	 * Return what AWS said, without the request's number that the SDK adds.
	 */
	private static String message(AwsServiceException ex) {
		String message = (ex.awsErrorDetails() != null) ? ex.awsErrorDetails().errorMessage() : null;
		return (message != null) ? message : String.valueOf(ex.getMessage());
	}

}
