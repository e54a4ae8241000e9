package io.rdsboot.langchain4j.autoconfigure;

import java.util.List;
import java.util.concurrent.Executor;

import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.langchain4j.RdsEmbeddingStore;
import io.rdsboot.vector.VectorRepository;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes the beans of embedding stores.
 */
final class EmbeddingStoreFactory {

	/**
	 * Name of the method that makes a bean. As code that is generated ahead of time can
	 * call a method, and no lambda, definitions name it.
	 */
	static final String METHOD = "embeddingStore";

	private static final String APPLICATION_TASK_EXECUTOR = "applicationTaskExecutor";

	private EmbeddingStoreFactory() {
	}

	/**
	 * Make the store of a repository.
	 * @param name the name of the repository
	 * @param beanFactory has the repository under its name, and perhaps Boot's executor
	 * @param customizers change how the store is built
	 */
	static RdsEmbeddingStore embeddingStore(String name, BeanFactory beanFactory,
			ObjectProvider<RdsEmbeddingStoreCustomizer> customizers) {
		try {
			RdsEmbeddingStore.Builder builder = RdsEmbeddingStore
				.builder(beanFactory.getBean(name, VectorRepository.class));
			if (beanFactory.containsBean(APPLICATION_TASK_EXECUTOR)) {
				builder.executor(beanFactory.getBean(APPLICATION_TASK_EXECUTOR, Executor.class));
			}
			customizers.orderedStream().forEach((customizer) -> customizer.customize(name, builder));
			return builder.build();
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidRdsConfigurationException(
					List.of(new ConfigurationProblem("rds.vector.repositories.%s.langchain4j".formatted(name), "true",
							String.valueOf(ex.getMessage()), "Correct the declaration, or remove the property.")));
		}
	}

}
