package io.rdsboot.autoconfigure.actuate;

import java.time.InstantSource;
import java.util.Objects;

import javax.sql.DataSource;

import io.rdsboot.actuate.ClusterEvents;
import io.rdsboot.actuate.RdsEndpoint;
import io.rdsboot.actuate.RoutingTally;
import io.rdsboot.actuate.SecretSanitizingFunction;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.cluster.InstancePlacements;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.InstancePools;
import io.rdsboot.routing.ReadWriteRoutingDataSource;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the endpoint {@code rds}, and for what other endpoints show of
 * {@code rds.*}.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class)
@ConditionalOnClass(SanitizingFunction.class)
public final class RdsEndpointAutoConfiguration {

	@Bean
	SecretSanitizingFunction rdsSecretSanitizingFunction() {
		return new SecretSanitizingFunction();
	}

	/**
	 * The endpoint, where the routing data source is there.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnBean(ReadWriteRoutingDataSource.class)
	@ConditionalOnAvailableEndpoint(RdsEndpoint.class)
	static class ClusterEndpointConfiguration {

		@Bean
		RoutingTally rdsRoutingTally() {
			return new RoutingTally(InstantSource.system());
		}

		@Bean
		ClusterEvents rdsClusterEvents(TopologyProvider topologyProvider) {
			return new ClusterEvents(topologyProvider, InstantSource.system());
		}

		@Bean
		@ConditionalOnMissingBean
		RdsEndpoint rdsEndpoint(DataSource dataSource, TopologyProvider topologyProvider, InstancePlacements placements,
				InstancePools pools, DatabaseCredentialsProvider credentials, RoutingTally tally,
				ClusterEvents events) {
			// A wrapper that traces statements may stand in front of it.
			ReadWriteRoutingDataSource routing = Objects
				.requireNonNull(DataSourceUnwrapper.unwrap(dataSource, ReadWriteRoutingDataSource.class));
			return new RdsEndpoint(routing, topologyProvider, placements, pools, credentials, tally, events);
		}

	}

}
