package io.rdsboot.test.aws;

import java.util.List;

/**
 * A DB cluster, as the RDS API describes it. Immutable.
 *
 * @param identifier its identifier
 * @param arn its ARN
 * @param resourceId its identifier for good, such as {@code cluster-ABC}
 * @param database name of the application's database
 * @param administrator name of the superuser
 * @param engineVersion version of PostgreSQL, such as {@code 17.2}
 * @param writerHost host of the writer's address
 * @param readerHost host of the readers' address
 * @param port port of the writer's address
 * @param iamAuthentication whether IAM database authentication is on
 * @param instances the writer and the readers
 * @param endpoints its custom endpoints
 * @param readReplicas whether there is no cluster, but an instance that is the writer and
 * its read replicas
 */
public record DescribedCluster(String identifier, String arn, String resourceId, String database, String administrator,
		String engineVersion, String writerHost, String readerHost, int port, boolean iamAuthentication,
		List<DescribedInstance> instances, List<DescribedEndpoint> endpoints, boolean readReplicas) {

	public DescribedCluster {
		instances = List.copyOf(instances);
		endpoints = List.copyOf(endpoints);
	}

}
