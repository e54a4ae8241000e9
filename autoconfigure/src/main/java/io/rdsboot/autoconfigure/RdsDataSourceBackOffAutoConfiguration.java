package io.rdsboot.autoconfigure;

import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.rdsboot.autoconfigure.cluster.ElasticBeanstalkEnvironmentPostProcessor;
import io.rdsboot.autoconfigure.cluster.OnPostgresConnectionDetailsCondition;
import io.rdsboot.autoconfigure.cluster.OnRdsClusterCondition.OnClusterProperty;
import io.rdsboot.routing.ReadWriteRoutingDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} that warns when a cluster is configured and not used, because the
 * application has a {@code DataSource} of its own, or connection details for another
 * database.
 */
@AutoConfiguration(after = { RdsDataSourceAutoConfiguration.class, DataSourceAutoConfiguration.class })
@Conditional(OnClusterProperty.class)
@ConditionalOnBean(DataSource.class)
@ConditionalOnMissingBean(ReadWriteRoutingDataSource.class)
public final class RdsDataSourceBackOffAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(RdsDataSourceBackOffAutoConfiguration.class);

	@Bean
	SmartInitializingSingleton rdsDataSourceBackOffWarning(ConfigurableListableBeanFactory beans,
			ConfigurableEnvironment environment) {
		return () -> {
			// What Elastic Beanstalk offers need not be used.
			if (!environment.getPropertySources().contains(ElasticBeanstalkEnvironmentPostProcessor.PROPERTY_SOURCE)) {
				warn(OnClusterProperty.configuredKey(environment).orElse("rds.*"), beans);
			}
		};
	}

	private static void warn(String key, ConfigurableListableBeanFactory beans) {
		String details = quoted(Stream.of(beans.getBeanNamesForType(JdbcConnectionDetails.class, true, false))
			.filter((name) -> OnPostgresConnectionDetailsCondition.isOfOtherDatabase(beans, name)));
		if (!details.isEmpty()) {
			logger.warn(
					"{} is configured and not used: the connection details {} are for another database than "
							+ "PostgreSQL, and Spring Boot's DataSource connects to that. Remove them, or rds.*",
					key, details);
			return;
		}
		logger.warn(
				"{} is configured and not used: the application has a DataSource of its own, {}. If it is for something "
						+ "beside the cluster, declare it with @Bean(defaultCandidate = false); if it takes the "
						+ "cluster's place, remove rds.*",
				key, quoted(Stream.of(beans.getBeanNamesForType(DataSource.class, true, false))));
	}

	private static String quoted(Stream<String> names) {
		return names.map((name) -> "'" + name + "'").collect(Collectors.joining(", "));
	}

}
