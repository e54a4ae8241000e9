package io.rdsboot.cluster.discovery.rdsapi;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.rdsboot.cluster.discovery.DiscoveryException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.DescribeDbInstancesRequest;
import software.amazon.awssdk.services.rds.model.Filter;

/**
 * The instances that RDS describes. Errors say what to do about them.
 */
final class RdsInstances {

	private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

	private static final Duration ATTEMPT_LIMIT = Duration.ofSeconds(5);

	private static final String ACTION = "rds:DescribeDBInstances";

	private final RdsClient client;

	RdsInstances(RdsClient client) {
		this.client = client;
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
		try {
			return this.client
				.describeDBInstancesPaginator((request) -> query.accept(request.overrideConfiguration(
						(limits) -> limits.apiCallTimeout(CALL_LIMIT).apiCallAttemptTimeout(ATTEMPT_LIMIT))))
				.dbInstances()
				.stream()
				.toList();
		}
		catch (DbInstanceNotFoundException ex) {
			throw failure(what, "there is none in region " + region() + ". Check the identifier and the region", ex);
		}
		catch (AwsServiceException ex) {
			throw failure(what, message(ex) + mend(ex), ex);
		}
		catch (SdkException ex) {
			throw failure(what, String.valueOf(ex.getMessage()), ex);
		}
	}

	private static DiscoveryException failure(String what, String reason, SdkException cause) {
		return new DiscoveryException("RDS could not be asked for %s: %s".formatted(what, reason), cause);
	}

	private static String mend(AwsServiceException ex) {
		if (ex.isThrottlingException()) {
			return ". Raise rds.topology.discovery-interval";
		}
		if (ex.awsErrorDetails() != null && ex.awsErrorDetails().errorCode().startsWith("AccessDenied")) {
			return ". Allow " + ACTION
					+ " to the role that the application runs as, or set rds.topology.discovery to aurora or static";
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
