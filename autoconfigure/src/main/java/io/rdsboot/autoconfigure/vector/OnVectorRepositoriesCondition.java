package io.rdsboot.autoconfigure.vector;

import java.util.Map;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when a vector repository is declared.
 */
class OnVectorRepositoriesCondition extends SpringBootCondition {

	private static final String KEY = "rds.vector.repositories";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Vector repositories");
		Map<String, Object> repositories = Binder.get(context.getEnvironment())
			.bind(KEY, Bindable.mapOf(String.class, Object.class))
			.orElse(Map.of());
		return repositories.isEmpty() ? ConditionOutcome.noMatch(message.didNotFind("property").items(KEY))
				: ConditionOutcome.match(message.found("repository", "repositories").items(repositories.keySet()));
	}

}
