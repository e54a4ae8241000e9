package io.rdsboot.autoconfigure.topology;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.rdsboot.autoconfigure.aws.AwsAccess;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.credentials.CredentialsPropertiesMapper;
import io.rdsboot.autoconfigure.routing.RdsRoutingProperties;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.InstanceState;
import io.rdsboot.cluster.StaticTopologyProvider;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.cluster.discovery.AddressRegions;
import io.rdsboot.cluster.discovery.AuroraDiscovery;
import io.rdsboot.cluster.discovery.AutoDiscovery;
import io.rdsboot.cluster.discovery.ConfiguredDiscovery;
import io.rdsboot.cluster.discovery.ConfiguredInstances;
import io.rdsboot.cluster.discovery.CustomEndpointDiscovery;
import io.rdsboot.cluster.discovery.InstanceDiscovery;
import io.rdsboot.cluster.discovery.PlacementMonitor;
import io.rdsboot.cluster.discovery.PlacementMonitor.OwnZone;
import io.rdsboot.cluster.watch.BorrowActivity;
import io.rdsboot.cluster.watch.TopologyMonitor;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.MonitoringConnector;
import org.apiguardian.api.API;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * What watches the cluster, or does not, unless the application has a
 * {@link TopologyProvider} of its own.
 */
@API(status = API.Status.INTERNAL)
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ RdsTopologyProperties.class, RdsGlobalDatabaseProperties.class })
public class RdsTopologyConfiguration {

	/**
	 * The RDS API has a limit of requests, which all applications of an account share.
	 */
	private static final Duration INTERVAL_OF_API = Duration.ofSeconds(30);

	@Bean
	@ConditionalOnMissingBean
	BorrowActivity rdsBorrowActivity() {
		return new BorrowActivity();
	}

	@Bean
	InstancePlacements rdsInstancePlacements(ConfiguredCluster cluster, RdsRoutingProperties routing) {
		RdsRoutingProperties.Zone zone = routing.getZone();
		String name = (zone.isEnabled() && StringUtils.hasText(zone.getName())) ? zone.getName().strip() : null;
		return new InstancePlacements(cluster.placement().withOwnZone(name));
	}

	@Bean
	PlacementMonitor rdsPlacementMonitor(InstancePlacements placements, ConfiguredCluster cluster,
			RdsRoutingProperties routing, RdsTopologyProperties properties,
			ObjectProvider<PlacementSourceFactory> source, Environment environment) {
		RdsRoutingProperties.Zone zone = routing.getZone();
		OwnZone ownZone = (zone.isEnabled() && !StringUtils.hasText(zone.getName()))
				? new InstanceMetadataZone(environment::getProperty) : OwnZone.unknown();
		PlacementSourceFactory factory = source.getIfAvailable();
		Duration interval = properties.getDiscoveryInterval();
		return new PlacementMonitor(placements, ownZone, (factory != null) ? factory.create(cluster) : null,
				(interval != null) ? interval : INTERVAL_OF_API, System::nanoTime);
	}

	@Bean
	AddressRegions rdsAddressRegions(RdsGlobalDatabaseProperties properties) {
		return new AddressRegions(properties.regions());
	}

	@Bean
	GlobalDatabasePropertiesMapper rdsGlobalDatabaseMapper(RdsGlobalDatabaseProperties properties,
			RdsTopologyProperties topology, AddressRegions regions, ConfiguredCluster cluster,
			ObjectProvider<OwnRegion> ownRegion) {
		return new GlobalDatabasePropertiesMapper(properties, topology, regions, cluster.writer().address().port(),
				() -> Optional.ofNullable(ownRegion.getIfAvailable()).flatMap(OwnRegion::find));
	}

	/**
	 * Goes after what is configured of pools, and before the customizers of the user.
	 */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE + 1)
	HikariPoolCustomizer rdsRemoteReaderPools(GlobalDatabasePropertiesMapper globalDatabase) {
		return globalDatabase::customizePool;
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(AwsRegionProvider.class)
	static class AwsConfiguration {

		@Bean
		OwnRegion rdsOwnRegion(AwsAccess aws) {
			return () -> {
				Region configured = aws.region();
				try {
					return Optional.of(((configured != null) ? configured : aws.regionProvider().getRegion()).id());
				}
				catch (SdkException ex) {
					return Optional.empty();
				}
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(TopologyProvider.class)
	@ConditionalOnBooleanProperty(name = "rds.topology.enabled", matchIfMissing = true)
	static class WatchedConfiguration {

		private static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(5);

		@Bean
		TopologyPropertiesMapper rdsTopologyMapper(RdsTopologyProperties properties, ConfiguredCluster cluster,
				RdsRoutingProperties routing) {
			return new TopologyPropertiesMapper(properties, cluster.writer(), routing.getMaxLag());
		}

		@Bean
		@ConditionalOnMissingBean
		InstanceConnector rdsInstanceConnector(ConfiguredCluster cluster,
				DatabaseCredentialsProvider credentialsProvider, ObjectProvider<HikariPoolCustomizer> customizers) {
			return new MonitoringConnector(cluster.database(), credentialsProvider, cluster.tls(),
					customizers.orderedStream().toList());
		}

		@Bean
		@ConditionalOnMissingBean
		InstanceDiscovery rdsInstanceDiscovery(ConfiguredCluster cluster, RdsTopologyProperties properties,
				TopologyPropertiesMapper mapper, GlobalDatabasePropertiesMapper globalDatabase,
				ObjectProvider<RdsApiDiscoveryFactory> rdsApi, PlacementMonitor placementMonitor) {
			List<InstanceState> configured = ConfiguredInstances.states(cluster.writer(), cluster.readers());
			if (globalDatabase.isConfigured()) {
				return globalDatabase.discovery(configured);
			}
			InstanceDiscovery discovery = switch (properties.getDiscovery()) {
				case AUTO -> AutoDiscovery.of(configured, mapper.configuredPattern(), cluster.placement());
				case STATIC -> new ConfiguredDiscovery(configured);
				case AURORA -> new AuroraDiscovery(configured, mapper.pattern());
				case RDS_API -> Optional.ofNullable(rdsApi.getIfAvailable())
					.orElseThrow(() -> TopologyPropertiesMapper.invalid("rds.topology.discovery", "rds-api",
							"It needs software.amazon.awssdk:rds and software.amazon.awssdk:url-connection-client, and they are not on the class path.",
							"Add the dependency " + CredentialsPropertiesMapper.STARTER_AWS + ", which brings them."))
					.create(configured, cluster.writer().address());
			};
			return CustomEndpointDiscovery.of(discovery, cluster.placement(), placementMonitor::members);
		}

		@Bean
		TopologyMonitor rdsTopologyMonitor(InstanceDiscovery discovery, InstanceConnector connector,
				RdsTopologyProperties properties, TopologyPropertiesMapper mapper, BorrowActivity activity) {
			return TopologyMonitor.builder(discovery, connector)
				.pollInterval(mapper.pollInterval())
				.timeout(properties.getTimeout())
				.reconnectInterval(properties.getReconnectInterval())
				.discoveryInterval(discoveryInterval(properties))
				.activity(activity, properties.getIdleTimeout())
				.build();
		}

		private static Duration discoveryInterval(RdsTopologyProperties properties) {
			Duration byDefault = (properties.getDiscovery() == RdsTopologyProperties.Discovery.RDS_API)
					? INTERVAL_OF_API : DISCOVERY_INTERVAL;
			Duration configured = properties.getDiscoveryInterval();
			return (configured != null) ? configured : byDefault;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnBooleanProperty(name = "rds.topology.enabled", havingValue = false)
	static class UnwatchedConfiguration {

		@Bean
		@ConditionalOnMissingBean(TopologyProvider.class)
		StaticTopologyProvider rdsTopologyProvider(ConfiguredCluster cluster) {
			return new StaticTopologyProvider(cluster.writer(), cluster.readers());
		}

	}

}
