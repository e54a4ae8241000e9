package io.rdsboot.autoconfigure.cluster;

import java.util.Optional;
import java.util.stream.Stream;

import org.apiguardian.api.API;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.aot.AbstractAotProcessor;
import org.springframework.core.SpringProperties;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when a cluster is configured, or connection details of one are there.
 */
@API(status = API.Status.INTERNAL)
public class OnRdsClusterCondition extends AnyNestedCondition {

	OnRdsClusterCondition() {
		super(ConfigurationPhase.REGISTER_BEAN);
	}

	@Conditional(OnClusterProperty.class)
	static class Configured {

	}

	@ConditionalOnBean(RdsConnectionDetails.class)
	static class WithRdsConnectionDetails {

	}

	@ConditionalOnBean(JdbcConnectionDetails.class)
	static class WithJdbcConnectionDetails {

	}

	/**
	 * Matches when anything of a cluster is configured: what is missing is then an error,
	 * not a reason to back off. Vector tables alone need no cluster. Matches as well
	 * while an application is processed ahead of time, unless it configures another
	 * database: addresses and credentials are often known at run time only.
	 */
	public static class OnClusterProperty extends SpringBootCondition {

		private static final String[] KEYS = { "rds.writer", "rds.readers", "rds.reader-groups", "rds.database",
				"rds.credentials" };

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("RDS cluster");
			Environment environment = context.getEnvironment();
			if (SpringProperties.getFlag(AbstractAotProcessor.AOT_PROCESSING)
					&& !environment.containsProperty("spring.datasource.url")) {
				return ConditionOutcome.match(message.because("the cluster may be configured at run time only"));
			}
			return configuredKey(environment)
				.map((key) -> ConditionOutcome.match(message.foundExactly("property " + key)))
				.orElseGet(() -> ConditionOutcome
					.noMatch(message.didNotFind("property", "properties").items((Object[]) KEYS)));
		}

		/**
		 * Returns the first key of a cluster that has a value, or empty if none has.
		 */
		public static Optional<String> configuredKey(Environment environment) {
			return Stream.of(KEYS).filter((key) -> isSet(environment, ConfigurationPropertyName.of(key))).findFirst();
		}

		/**
		 * Returns whether a property says where the cluster is or how to log in, so that
		 * connection details take its place.
		 */
		static boolean isPropertyOfCluster(ConfigurationPropertyName name) {
			return Stream.of(KEYS)
				.map(ConfigurationPropertyName::of)
				.anyMatch((key) -> key.equals(name) || key.isAncestorOf(name));
		}

		/**
		 * Returns whether a key, or one below it, has a value.
		 */
		private static boolean isSet(Environment environment, ConfigurationPropertyName key) {
			for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
				if (source.getConfigurationProperty(key) != null
						|| source.containsDescendantOf(key) == ConfigurationPropertyState.PRESENT) {
					return true;
				}
			}
			return false;
		}

	}

}
