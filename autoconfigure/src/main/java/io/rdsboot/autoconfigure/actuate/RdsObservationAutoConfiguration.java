package io.rdsboot.autoconfigure.actuate;

import javax.sql.DataSource;

import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.actuate.observation.RenewalObservations;
import io.rdsboot.actuate.observation.RoutingObservations;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.ConfiguredCluster;
import io.rdsboot.autoconfigure.cluster.OnPostgresConnectionDetailsCondition;
import io.rdsboot.autoconfigure.cluster.OnRdsClusterCondition;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for observations, which are spans in traces and timers. Backs off
 * where {@link RdsDataSourceAutoConfiguration} does.
 */
@AutoConfiguration(before = RdsDataSourceAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnMissingBean(DataSource.class)
@Conditional({ OnRdsClusterCondition.class, OnPostgresConnectionDetailsCondition.class })
public final class RdsObservationAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RoutingObservations rdsRoutingObservations(ObservationRegistry registry, ConfiguredCluster cluster) {
		return new RoutingObservations(registry, cluster.database());
	}

	@Bean
	@ConditionalOnMissingBean
	RenewalObservations rdsRenewalObservations(ObservationRegistry registry) {
		return new RenewalObservations(registry);
	}

}
