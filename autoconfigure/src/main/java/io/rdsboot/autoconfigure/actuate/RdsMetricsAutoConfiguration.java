package io.rdsboot.autoconfigure.actuate;

import javax.sql.DataSource;

import com.zaxxer.hikari.metrics.MetricsTrackerFactory;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import io.micrometer.core.instrument.MeterRegistry;
import io.rdsboot.actuate.CredentialsMetrics;
import io.rdsboot.actuate.LoginMetrics;
import io.rdsboot.actuate.RoutingMetrics;
import io.rdsboot.actuate.TopologyMetrics;
import io.rdsboot.autoconfigure.RdsDataSourceAutoConfiguration;
import io.rdsboot.autoconfigure.cluster.OnPostgresConnectionDetailsCondition;
import io.rdsboot.autoconfigure.cluster.OnRdsClusterCondition;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.credentials.DatabaseCredentialsProvider;
import io.rdsboot.pool.HikariPoolCustomizer;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for meters: HikariCP's own for each instance's pool, whose
 * {@code pool} tag is the instance, borrows, logins, credentials, and the cluster. Backs
 * off where {@link RdsDataSourceAutoConfiguration} does.
 */
@AutoConfiguration(before = RdsDataSourceAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@ConditionalOnMissingBean(DataSource.class)
@Conditional({ OnRdsClusterCondition.class, OnPostgresConnectionDetailsCondition.class })
public final class RdsMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	RoutingMetrics rdsRoutingMetrics(MeterRegistry registry) {
		return new RoutingMetrics(registry);
	}

	@Bean
	@ConditionalOnMissingBean
	TopologyMetrics rdsTopologyMetrics(TopologyProvider topologyProvider, MeterRegistry registry) {
		return new TopologyMetrics(topologyProvider, registry, System::nanoTime);
	}

	@Bean
	@ConditionalOnMissingBean
	LoginMetrics rdsLoginMetrics(MeterRegistry registry) {
		return new LoginMetrics(registry);
	}

	@Bean
	@ConditionalOnMissingBean
	CredentialsMetrics rdsCredentialsMetrics(DatabaseCredentialsProvider provider, MeterRegistry registry) {
		return new CredentialsMetrics(provider, registry);
	}

	@Bean
	HikariPoolCustomizer rdsHikariMetricsCustomizer(MeterRegistry registry) {
		MetricsTrackerFactory factory = new GuardedMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
		return (config, instance, role) -> config.setMetricsTrackerFactory(factory);
	}

}
