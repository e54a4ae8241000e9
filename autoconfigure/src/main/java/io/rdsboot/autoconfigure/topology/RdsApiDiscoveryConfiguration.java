package io.rdsboot.autoconfigure.topology;

import java.util.List;

import io.rdsboot.autoconfigure.aws.AwsAccess;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.discovery.rdsapi.RdsApiDiscovery;
import io.rdsboot.cluster.discovery.rdsapi.RdsResource;
import org.apiguardian.api.API;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.rds.RdsClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/**
 * How the RDS API is asked for the instances of a cluster.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ RdsClient.class, UrlConnectionHttpClient.class })
public class RdsApiDiscoveryConfiguration {

	@Bean
	RdsApiClient rdsApiClient(AwsAccess aws, ObjectProvider<RdsClientCustomizer> customizers) {
		return new RdsApiClient(aws, customizers.orderedStream().toList());
	}

	@Bean
	RdsApiDiscoveryFactory rdsApiDiscoveryFactory(RdsTopologyProperties properties,
			ObjectProvider<RdsClient> ofApplication, RdsApiClient own) {
		return (configured, writer) -> new RdsApiDiscovery(configured,
				ofApplication.getIfAvailable(() -> own.client(writer)), resource(properties, writer));
	}

	private static RdsResource resource(RdsTopologyProperties properties, InstanceAddress writer) {
		if (StringUtils.hasText(properties.getClusterIdentifier())) {
			return RdsResource.cluster(properties.getClusterIdentifier());
		}
		if (StringUtils.hasText(properties.getInstanceIdentifier())) {
			return RdsResource.instance(properties.getInstanceIdentifier());
		}
		return RdsResource.of(writer)
			.orElseThrow(() -> new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(
					"rds.topology.cluster-identifier", null,
					"The RDS API is to be asked, and the address of the writer, " + writer
							+ ", does not tell what for.",
					"Set rds.topology.cluster-identifier, or rds.topology.instance-identifier for an instance with read replicas."))));
	}

}
