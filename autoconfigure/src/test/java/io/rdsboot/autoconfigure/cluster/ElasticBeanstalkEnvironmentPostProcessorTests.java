package io.rdsboot.autoconfigure.cluster;

import java.util.Map;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ElasticBeanstalkEnvironmentPostProcessor}.
 */
class ElasticBeanstalkEnvironmentPostProcessorTests {

	private static final Map<String, Object> VARIABLES = Map.of("RDS_HOSTNAME", "aa.bb.us-east-1.rds.amazonaws.com",
			"RDS_PORT", "5433", "RDS_DB_NAME", "ebdb", "RDS_USERNAME", "app", "RDS_PASSWORD", "a${b}c");

	@Test
	void databaseOfTheEnvironmentIsConfigured() {
		StandardEnvironment environment = environment(VARIABLES, Map.of());
		assertThat(environment.getProperty("rds.writer")).isEqualTo("aa.bb.us-east-1.rds.amazonaws.com:5433");
		assertThat(environment.getProperty("rds.database")).isEqualTo("ebdb");
		assertThat(environment.getProperty("rds.credentials.username")).isEqualTo("app");
		assertThat(environment.getProperty("rds.credentials.password")).isEqualTo("a${b}c");
	}

	@Test
	void configurationOfTheApplicationWins() {
		assertThat(environment(VARIABLES, Map.of("rds.writer", "mine")).getProperty("rds.database")).isNull();
		assertThat(environment(VARIABLES, Map.of("rds.credentials.type", "iam")).getProperty("rds.writer")).isNull();
		assertThat(environment(VARIABLES, Map.of("spring.datasource.url", "jdbc:postgresql://${RDS_HOSTNAME}/app"))
			.getProperty("rds.writer")).isNull();
	}

	@Test
	void nothingIsConfiguredWithoutADatabase() {
		assertThat(environment(Map.of("RDS_PORT", "5432", "RDS_HOSTNAME", ""), Map.of()).getProperty("rds.writer"))
			.isNull();
	}

	private static StandardEnvironment environment(Map<String, Object> variables, Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		String source = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;
		environment.getPropertySources().replace(source, new SystemEnvironmentPropertySource(source, variables));
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		ConfigurationPropertySources.attach(environment);
		DeferredLogFactory logs = new DeferredLogFactory() {

			@Override
			public Log getLog(Supplier<Log> destination) {
				return destination.get();
			}

		};
		new ElasticBeanstalkEnvironmentPostProcessor(logs).postProcessEnvironment(environment, new SpringApplication());
		return environment;
	}

}
