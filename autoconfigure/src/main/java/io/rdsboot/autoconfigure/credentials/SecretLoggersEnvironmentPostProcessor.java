package io.rdsboot.autoconfigure.credentials;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Keeps loggers of other libraries that show secrets at level INFO, whatever the level of
 * the packages around them. They can still be set to another level, by their own names.
 */
class SecretLoggersEnvironmentPostProcessor implements EnvironmentPostProcessor {

	/**
	 * IAM tokens as a whole, at level TRACE; session tokens of AWS credentials in the
	 * requests that are signed, and in the headers that the JDK sends, at level DEBUG.
	 */
	private static final Map<String, Object> LEVELS = Stream
		.of("software.amazon.awssdk.utils.uri.SdkUri", "software.amazon.awssdk.auth.signer.Aws4Signer",
				"software.amazon.awssdk.http.auth.aws.internal.signer.DefaultV4RequestSigner",
				"sun.net.www.protocol.http.HttpURLConnection")
		.collect(Collectors.toUnmodifiableMap((logger) -> "logging.level." + logger, (logger) -> "info"));

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		environment.getPropertySources().addLast(new MapPropertySource("rdsSecretLoggers", LEVELS));
	}

}
