package io.rdsboot.springai.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Matches when a vector repository is declared to be a store.
 */
class OnDeclaredVectorStoreCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Spring AI vector stores");
		List<String> declared = DeclaredVectorStore.of(context.getEnvironment())
			.stream()
			.map(DeclaredVectorStore::property)
			.toList();
		return declared.isEmpty()
				? ConditionOutcome.noMatch(message.didNotFind("property").items("rds.vector.repositories.*.spring-ai"))
				: ConditionOutcome.match(message.found("property", "properties").items(declared));
	}

}
