package io.rdsboot.autoconfigure.actuate;

import io.rdsboot.actuate.SecretSanitizingFunction;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link org.springframework.boot.autoconfigure.EnableAutoConfiguration
 * Auto-configuration} for what actuator endpoints show of {@code rds.*}.
 */
@AutoConfiguration
@ConditionalOnClass(SanitizingFunction.class)
public final class RdsEndpointAutoConfiguration {

	@Bean
	SecretSanitizingFunction rdsSecretSanitizingFunction() {
		return new SecretSanitizingFunction();
	}

}
