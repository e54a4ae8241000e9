package io.rdsboot.autoconfigure.cluster;

import java.util.LinkedHashMap;
import java.util.Map;

import io.rdsboot.autoconfigure.cluster.OnRdsClusterCondition.OnClusterProperty;
import org.apache.commons.logging.Log;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Configures the database that AWS Elastic Beanstalk has coupled to its environment,
 * where the application configures none. Elastic Beanstalk passes it in
 * {@code RDS_HOSTNAME}, {@code RDS_PORT}, {@code RDS_DB_NAME}, {@code RDS_USERNAME} and
 * {@code RDS_PASSWORD}.
 *
 * @see <a href=
 * "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.RDS.html">Adding a
 * database to your Elastic Beanstalk environment</a>
 */
@API(status = API.Status.INTERNAL)
public class ElasticBeanstalkEnvironmentPostProcessor implements EnvironmentPostProcessor {

	/**
	 * Name of the source of the properties.
	 */
	public static final String PROPERTY_SOURCE = "elasticBeanstalkDatabase";

	private final Log logger;

	/**
	 * Create a post-processor.
	 * @param logFactory makes logs that are written once logging is set up
	 */
	ElasticBeanstalkEnvironmentPostProcessor(DeferredLogFactory logFactory) {
		this.logger = logFactory.getLog(ElasticBeanstalkEnvironmentPostProcessor.class);
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		PropertySource<?> variables = environment.getPropertySources()
			.get(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
		String host = text(variables, "RDS_HOSTNAME");
		if (host == null || OnClusterProperty.configuredKey(environment).isPresent()
				|| StringUtils.hasText(environment.getProperty("spring.datasource.url"))) {
			return;
		}
		String port = text(variables, "RDS_PORT");
		Map<String, Object> properties = new LinkedHashMap<>();
		put(properties, "rds.writer", (port != null) ? host + ":" + port : host);
		put(properties, "rds.database", text(variables, "RDS_DB_NAME"));
		put(properties, "rds.credentials.username", text(variables, "RDS_USERNAME"));
		put(properties, "rds.credentials.password", text(variables, "RDS_PASSWORD"));
		environment.getPropertySources().addLast(new MapPropertySource(PROPERTY_SOURCE, properties));
		this.logger.info("rds.writer is '%s', the database of the Elastic Beanstalk environment (RDS_HOSTNAME)"
			.formatted(properties.get("rds.writer")));
	}

	private static @Nullable String text(@Nullable PropertySource<?> variables, String name) {
		return (variables != null && variables.getProperty(name) instanceof String text && StringUtils.hasText(text))
				? text : null;
	}

	/**
	 * Puts a value that is taken as it is, also where it looks like a placeholder.
	 */
	private static void put(Map<String, Object> properties, String key, @Nullable String value) {
		if (value != null) {
			properties.put(key, value.replace("${", "\\${"));
		}
	}

}
