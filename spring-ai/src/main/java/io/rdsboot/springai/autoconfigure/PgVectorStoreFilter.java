package io.rdsboot.springai.autoconfigure;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import org.springframework.ai.vectorstore.SpringAIVectorStoreTypes;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out Spring AI's auto-configuration of {@code PgVectorStore} where a repository
 * is declared to be a store, because it makes a second one whatever stores there are. It
 * stays where {@code spring.ai.vectorstore.type} asks for it.
 */
class PgVectorStoreFilter implements AutoConfigurationImportFilter, EnvironmentAware, BeanFactoryAware {

	private static final String AUTO_CONFIGURATION = "org.springframework.ai.vectorstore.pgvector.autoconfigure.PgVectorStoreAutoConfiguration";

	private @Nullable Environment environment;

	private @Nullable BeanFactory beanFactory;

	@Override
	public void setEnvironment(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void setBeanFactory(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public boolean[] match(@Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
		boolean[] matches = new boolean[autoConfigurationClasses.length];
		for (int i = 0; i < matches.length; i++) {
			matches[i] = !AUTO_CONFIGURATION.equals(autoConfigurationClasses[i]) || isWanted();
		}
		return matches;
	}

	private boolean isWanted() {
		Environment properties = Objects.requireNonNull(this.environment);
		if (properties.containsProperty(SpringAIVectorStoreTypes.TYPE)) {
			return true;
		}
		List<String> declared = DeclaredVectorStore.of(properties).stream().map(DeclaredVectorStore::property).toList();
		if (declared.isEmpty()) {
			return true;
		}
		ConditionEvaluationReport report = ConditionEvaluationReport.find(Objects.requireNonNull(this.beanFactory));
		if (report != null) {
			report.recordConditionEvaluation(AUTO_CONFIGURATION, new OnDeclaredVectorStoreCondition(),
					ConditionOutcome.noMatch(ConditionMessage.forCondition("Spring AI vector stores")
						.because("%s takes its place; %s=%s keeps it".formatted(String.join(", ", declared),
								SpringAIVectorStoreTypes.TYPE, SpringAIVectorStoreTypes.PGVECTOR))));
		}
		return false;
	}

}
