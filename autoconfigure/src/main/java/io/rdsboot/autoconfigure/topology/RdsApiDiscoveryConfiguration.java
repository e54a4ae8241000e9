package io.rdsboot.autoconfigure.topology;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.rdsboot.autoconfigure.aws.AwsAccess;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.cluster.DatabaseInstance;
import io.rdsboot.cluster.InstanceAddress;
import io.rdsboot.cluster.RdsHostName;
import io.rdsboot.cluster.discovery.CustomEndpointDiscovery;
import io.rdsboot.cluster.discovery.rdsapi.RdsApiDiscovery;
import io.rdsboot.cluster.discovery.rdsapi.RdsApiPlacement;
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
 * How the RDS API is asked for the instances of a cluster, and where they are.
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

	@Bean
	PlacementSourceFactory rdsPlacementSourceFactory(RdsTopologyProperties properties,
			ObjectProvider<RdsClient> ofApplication, RdsApiClient own) {
		return (cluster) -> {
			List<InstanceAddress> addresses = Stream.concat(Stream.of(cluster.writer()), cluster.readers().stream())
				.map(DatabaseInstance::address)
				.toList();
			InstanceAddress known = addresses.stream()
				.filter((address) -> RdsHostName.parse(address.host()).isPresent())
				.findFirst()
				.orElse(cluster.writer().address());
			RdsResource resource = configuredResource(properties)
				.or(() -> addresses.stream().map(RdsResource::of).flatMap(Optional::stream).findFirst())
				.orElse(null);
			Set<InstanceAddress> customEndpoints = cluster.readers()
				.stream()
				.filter(CustomEndpointDiscovery::isCustomEndpoint)
				.map(DatabaseInstance::address)
				.collect(Collectors.toSet());
			return (resource == null && customEndpoints.isEmpty()) ? null : new RdsApiPlacement(
					() -> ofApplication.getIfAvailable(() -> own.client(known)), resource, customEndpoints);
		};
	}

	private static RdsResource resource(RdsTopologyProperties properties, InstanceAddress writer) {
		return configuredResource(properties).or(() -> RdsResource.of(writer))
			.orElseThrow(() -> new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(
					"rds.topology.cluster-identifier", null,
					"The RDS API is to be asked, and the address of the writer, " + writer
							+ ", does not tell what for.",
					"Set rds.topology.cluster-identifier, or rds.topology.instance-identifier for an instance with read replicas."))));
	}

	private static Optional<RdsResource> configuredResource(RdsTopologyProperties properties) {
		if (StringUtils.hasText(properties.getClusterIdentifier())) {
			return Optional.of(RdsResource.cluster(properties.getClusterIdentifier()));
		}
		if (StringUtils.hasText(properties.getInstanceIdentifier())) {
			return Optional.of(RdsResource.instance(properties.getInstanceIdentifier()));
		}
		return Optional.empty();
	}

}
