package io.rdsboot.autoconfigure;

import java.time.Duration;
import java.util.Objects;

import io.rdsboot.actuate.ReadersHealthIndicator;
import io.rdsboot.actuate.WriterHealthIndicator;
import io.rdsboot.cluster.TopologyProvider;
import io.rdsboot.pool.InstancePools;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for the health of the writer and of the readers.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean({ InstancePools.class, TopologyProvider.class })
@ConditionalOnEnabledHealthIndicator("rds")
public final class RdsHealthAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "rdsWriterHealthIndicator")
	WriterHealthIndicator rdsWriterHealthIndicator(TopologyProvider topologyProvider, InstancePools pools,
			RdsPoolProperties pool) {
		return new WriterHealthIndicator(topologyProvider, pools, timeout(pool));
	}

	@Bean
	@ConditionalOnMissingBean(name = "rdsReadersHealthIndicator")
	ReadersHealthIndicator rdsReadersHealthIndicator(TopologyProvider topologyProvider, InstancePools pools,
			RdsPoolProperties pool, RdsRoutingProperties routing) {
		return new ReadersHealthIndicator(topologyProvider, pools, routing.getReaderFallback(), timeout(pool));
	}

	private static Duration timeout(RdsPoolProperties pool) {
		return Objects.requireNonNull(pool.getValidationTimeout());
	}

}
