package io.rdsboot.autoconfigure;

import java.util.Arrays;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.OnRdsClusterCondition.OnClusterProperty;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that warns when a cluster is configured and not used, because the
 * application has a {@code DataSource} of its own.
 */
@AutoConfiguration(after = RdsDataSourceAutoConfiguration.class)
@Conditional(OnClusterProperty.class)
@ConditionalOnBean(DataSource.class)
@ConditionalOnMissingBean(ReadWriteRoutingDataSource.class)
public final class RdsDataSourceBackOffAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(RdsDataSourceBackOffAutoConfiguration.class);

	@Bean
	SmartInitializingSingleton rdsDataSourceBackOffWarning(ListableBeanFactory beans,
			ConfigurableEnvironment environment) {
		return () -> {
			// What Elastic Beanstalk offers need not be used.
			if (!environment.getPropertySources().contains(ElasticBeanstalkEnvironmentPostProcessor.PROPERTY_SOURCE)) {
				warn(OnClusterProperty.configuredKey(environment).orElse("rds.*"),
						beans.getBeanNamesForType(DataSource.class, true, false));
			}
		};
	}

	private static void warn(String key, String[] dataSources) {
		logger.warn(
				"{} is configured and not used: the application has a DataSource of its own, {}. If it is for something "
						+ "beside the cluster, declare it with @Bean(defaultCandidate = false); if it takes the "
						+ "cluster's place, remove rds.*",
				key, Arrays.stream(dataSources).map((name) -> "'" + name + "'").collect(Collectors.joining(", ")));
	}

}
