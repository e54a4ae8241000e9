package io.rdsboot.actuate;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.actuate.endpoint.SanitizableData;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link SecretSanitizingFunction}.
 */
class SecretSanitizingFunctionTests {

	private final SecretSanitizingFunction function = new SecretSanitizingFunction();

	@ParameterizedTest
	@ValueSource(strings = { "rds.credentials.password", "RDS_CREDENTIALS_PASSWORD", "rds.credentials.Password",
			"rds.pool.data-source-properties.sslpassword", "rds.pool.writer.dataSourceProperties.password",
			"RDS_POOL_DATASOURCEPROPERTIES_SSLPASSWORD", "aws.secretAccessKey", "AWS_SECRET_ACCESS_KEY",
			"aws.sessionToken", "AWS_SESSION_TOKEN" })
	void valueWhenKeyIsOfASecretIsHidden(String key) {
		assertThat(apply(key)).isEqualTo(SanitizableData.SANITIZED_VALUE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rds.credentials.username", "rds.credentials.type", "rds.writer",
			"rds.credentials.secrets-manager.keys.password", "spring.mail.password", "password", "aws.accessKeyId" })
	void valueWhenKeyIsOfAnotherPropertyIsShown(String key) {
		assertThat(apply(key)).isEqualTo("value");
	}

	private Object apply(String key) {
		return this.function.apply(new SanitizableData(null, key, "value")).getValue();
	}

}
