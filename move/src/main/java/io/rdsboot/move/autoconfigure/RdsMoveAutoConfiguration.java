package io.rdsboot.move.autoconfigure;

import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.move.assess.MoveAssessment;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.MonitoringConnector;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for a move to the cluster of {@code rds.*}, if
 * {@code rds.move.source.address} says where from.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class)
@ConditionalOnProperty("rds.move.source.address")
@ConditionalOnBean(ConfiguredCluster.class)
@EnableConfigurationProperties(RdsMoveProperties.class)
public final class RdsMoveAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	MoveAssessment rdsMoveAssessment(RdsMoveProperties properties, ConfiguredCluster cluster,
			ObjectProvider<InstanceConnector> connectors, DatabaseCredentialsProvider credentials,
			ObjectProvider<HikariPoolCustomizer> customizers) {
		InstanceConnector connector = connectors.getIfAvailable(() -> new MonitoringConnector(cluster.database(),
				credentials, cluster.tls(), customizers.orderedStream().toList()));
		return MoveAssessment
			.builder(MoveSource.dataSource(properties.getSource(), cluster.database()),
					new ConnectorDataSource(connector, cluster.writer()))
			.build();
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint
		RdsMoveEndpoint rdsMoveEndpoint(MoveAssessment assessment) {
			return new RdsMoveEndpoint(assessment);
		}

	}

}
