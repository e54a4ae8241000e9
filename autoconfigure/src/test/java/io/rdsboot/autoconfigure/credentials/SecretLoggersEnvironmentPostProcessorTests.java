package io.rdsboot.autoconfigure.credentials;

import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SecretLoggersEnvironmentPostProcessor}, as Spring Boot finds it.
 */
class SecretLoggersEnvironmentPostProcessorTests {

	private static final String TOKENS = "logging.level.software.amazon.awssdk.utils.uri.SdkUri";

	@Test
	void levelWhenNothingIsSetForTheLoggerIsInfo() {
		assertThat(level("--logging.level.software.amazon.awssdk=trace")).isEqualTo("info");
	}

	@Test
	void levelWhenItIsSetForTheLoggerIsTheUsers() {
		assertThat(level("--" + TOKENS + "=debug")).isEqualTo("debug");
	}

	private static String level(String argument) {
		SpringApplication application = new SpringApplication(Nothing.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(argument)) {
			return context.getBean(Environment.class).getRequiredProperty(TOKENS);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Nothing {

	}

}
