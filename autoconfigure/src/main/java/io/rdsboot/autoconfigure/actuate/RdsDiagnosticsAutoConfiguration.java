package io.rdsboot.autoconfigure.actuate;

import io.rdsboot.actuate.RdsDiagnosticsEndpoint;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.diagnostics.DatabaseDiagnostics;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.MonitoringConnector;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the endpoint {@code rdsdiagnostics}. Its connections are not
 * those of the pools, so that it takes none from the application.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean({ ConfiguredCluster.class, TopologyProvider.class })
@ConditionalOnAvailableEndpoint(RdsDiagnosticsEndpoint.class)
@EnableConfigurationProperties(RdsDiagnosticsProperties.class)
public final class RdsDiagnosticsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	DatabaseDiagnostics rdsDatabaseDiagnostics(TopologyProvider topologyProvider,
			ObjectProvider<InstanceConnector> connectors, ConfiguredCluster cluster,
			DatabaseCredentialsProvider credentials, ObjectProvider<HikariPoolCustomizer> customizers,
			RdsDiagnosticsProperties properties) {
		InstanceConnector connector = connectors.getIfAvailable(() -> new MonitoringConnector(cluster.database(),
				credentials, cluster.tls(), customizers.orderedStream().toList()));
		return DatabaseDiagnostics.builder(topologyProvider, connector)
			.showLiterals(properties.isShowLiterals())
			.build();
	}

	@Bean
	@ConditionalOnMissingBean
	RdsDiagnosticsEndpoint rdsDiagnosticsEndpoint(DatabaseDiagnostics diagnostics) {
		return new RdsDiagnosticsEndpoint(diagnostics);
	}

}
