package io.rdsboot.autoconfigure;

import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when a cluster is configured, or connection details of one are there.
 */
class OnRdsClusterCondition extends AnyNestedCondition {

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
	 * not a reason to back off. Vector tables alone need no cluster.
	 */
	static class OnClusterProperty extends SpringBootCondition {

		private static final String[] KEYS = { "rds.writer", "rds.readers", "rds.database", "rds.credentials" };

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			ConditionMessage.Builder message = ConditionMessage.forCondition("RDS cluster");
			Binder binder = Binder.get(context.getEnvironment());
			for (String key : KEYS) {
				if (binder.bind(key, Bindable.of(Object.class)).isBound()) {
					return ConditionOutcome.match(message.foundExactly("property " + key));
				}
			}
			return ConditionOutcome.noMatch(message.didNotFind("property", "properties").items((Object[]) KEYS));
		}

	}

}
