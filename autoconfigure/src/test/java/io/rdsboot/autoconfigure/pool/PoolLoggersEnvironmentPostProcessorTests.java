package io.rdsboot.autoconfigure.pool;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PoolLoggersEnvironmentPostProcessor}.
 */
class PoolLoggersEnvironmentPostProcessorTests {

	private static final String LOGGER = "logging.level.com.zaxxer.hikari.pool.ProxyConnection";

	@Test
	void levelWithAClusterIsError() {
		assertThat(level(Map.of("rds.writer", "localhost"))).isEqualTo("error");
		assertThat(level(Map.of("rds.credentials.username", "app"))).isEqualTo("error");
	}

	@Test
	void levelWithoutAClusterIsUntouched() {
		assertThat(level(Map.of("spring.datasource.url", "jdbc:postgresql://localhost/app"))).isNull();
	}

	@Test
	void levelThatIsSetForTheLoggerIsTheUsers() {
		assertThat(level(Map.of("rds.writer", "localhost", LOGGER, "warn"))).isEqualTo("warn");
	}

	private static @Nullable String level(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		ConfigurationPropertySources.attach(environment);
		new PoolLoggersEnvironmentPostProcessor().postProcessEnvironment(environment, new SpringApplication());
		return environment.getProperty(LOGGER);
	}

}
