package io.rdsboot.autoconfigure.actuate;

import java.time.Duration;
import java.util.Objects;

import io.rdsboot.actuate.ClusterHealth;
import io.rdsboot.actuate.InstanceChecks;
import io.rdsboot.actuate.InstanceKnowledge;
import io.rdsboot.actuate.ReadersHealthIndicator;
import io.rdsboot.actuate.ReadinessHealthIndicator;
import io.rdsboot.actuate.WriterElsewhere;
import io.rdsboot.actuate.WriterHealthIndicator;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.pool.RdsPoolProperties;
import io.rdsboot.autoconfigure.routing.RdsFailoverProperties;
import io.rdsboot.autoconfigure.routing.RdsRoutingProperties;
import io.rdsboot.cluster.InstanceConnector;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.HikariPoolCustomizer;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.pool.MonitoringConnector;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the health of the writer, of the readers and of the data
 * source, which is told from what is known: a probe never waits for a server.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean({ InstancePools.class, TopologyProvider.class })
public final class RdsHealthAutoConfiguration {

	@Bean
	InstanceKnowledge rdsInstanceKnowledge() {
		return new InstanceKnowledge(System::nanoTime);
	}

	@Bean
	InstanceChecks rdsInstanceChecks(InstanceKnowledge knowledge, ObjectProvider<InstanceConnector> connectors,
			ConfiguredCluster cluster, DatabaseCredentialsProvider credentials,
			ObjectProvider<HikariPoolCustomizer> customizers, RdsPoolProperties pool) {
		InstanceConnector connector = connectors.getIfAvailable(() -> new MonitoringConnector(cluster.database(),
				credentials, cluster.tls(), customizers.orderedStream().toList()));
		Duration timeout = Objects.requireNonNull(pool.getValidationTimeout());
		return new InstanceChecks(connector, knowledge, timeout);
	}

	@Bean
	ClusterHealth rdsClusterHealth(TopologyProvider topologyProvider, InstancePools pools, InstanceKnowledge knowledge,
			InstanceChecks checks) {
		return new ClusterHealth(topologyProvider, pools, knowledge, checks);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnEnabledHealthIndicator("rds")
	static class IndicatorConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "rdsWriterHealthIndicator")
		WriterHealthIndicator rdsWriterHealthIndicator(ClusterHealth cluster,
				ObjectProvider<WriterElsewhere> elsewhere) {
			return new WriterHealthIndicator(cluster, elsewhere.getIfAvailable(() -> () -> null));
		}

		@Bean
		@ConditionalOnMissingBean(name = "rdsReadersHealthIndicator")
		ReadersHealthIndicator rdsReadersHealthIndicator(ClusterHealth cluster, RdsRoutingProperties routing) {
			return new ReadersHealthIndicator(cluster, routing.getReaderFallback());
		}

		@Bean
		@ConditionalOnMissingBean(name = "rdsReadinessHealthIndicator")
		ReadinessHealthIndicator rdsReadinessHealthIndicator(ClusterHealth cluster,
				ObjectProvider<WriterElsewhere> elsewhere, RdsFailoverProperties failover) {
			return new ReadinessHealthIndicator(cluster, elsewhere.getIfAvailable(() -> () -> null),
					failover.getTimeout(), System::nanoTime);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DataSourceHealthContributorAutoConfiguration.class)
	static class DataSourceConfiguration {

		@Bean
		static RoutingDataSourceHealth rdsRoutingDataSourceHealth(ConfigurableListableBeanFactory beanFactory,
				ObjectProvider<ClusterHealth> cluster, ObjectProvider<WriterElsewhere> elsewhere) {
			return new RoutingDataSourceHealth(beanFactory, cluster, elsewhere);
		}

	}

}
