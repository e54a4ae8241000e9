package io.rdsboot.autoconfigure.actuate;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.actuate.VectorMetrics;
import io.rdsboot.actuate.observation.IndexBuildObservations;
import io.rdsboot.actuate.observation.VectorRowsHandler;
import io.rdsboot.autoconfigure.vector.RdsVectorAutoConfiguration;
import io.rdsboot.vector.index.VectorIndexManager;
import io.rdsboot.vector.recall.RecallTuner;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for observations and meters of vector repositories, their indexes
 * and their recall.
 */
@AutoConfiguration(after = RdsVectorAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnBean({ VectorIndexManager.class, RecallTuner.class })
public final class RdsVectorObservationAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ObservationRegistry.class)
	@ConditionalOnBean(ObservationRegistry.class)
	static class ObservationConfiguration {

		@Bean
		static ObservedVectorRepositories rdsObservedVectorRepositories(ObjectProvider<ObservationRegistry> registry) {
			return new ObservedVectorRepositories(registry);
		}

		@Bean
		@ConditionalOnMissingBean
		IndexBuildObservations rdsIndexBuildObservations(ObservationRegistry registry) {
			return new IndexBuildObservations(registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	@ConditionalOnBean(MeterRegistry.class)
	static class MetricsConfiguration {

		@Bean
		@ConditionalOnMissingBean
		VectorMetrics rdsVectorMetrics(VectorIndexManager indexes, RecallTuner recall, MeterRegistry registry) {
			return new VectorMetrics(indexes, recall, registry);
		}

		@Bean
		@ConditionalOnMissingBean
		VectorRowsHandler rdsVectorRowsHandler(MeterRegistry registry) {
			return new VectorRowsHandler(registry);
		}

	}

}
