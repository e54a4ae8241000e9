package io.rdsboot.springai.autoconfigure;

import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.autoconfigure.problem.ConfigurationProblem;
import io.rdsboot.autoconfigure.problem.InvalidRdsConfigurationException;
import io.rdsboot.springai.RdsVectorStore;
import io.rdsboot.vector.VectorRepository;

import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationConvention;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Makes the beans of declared stores.
 */
final class VectorStoreFactory {

	/**
	 * Name of the method that makes a bean, which code that is generated ahead of time
	 * calls.
	 */
	static final String METHOD = "store";

	private VectorStoreFactory() {
	}

	/**
	 * Make a store.
	 * @param repository name of the repository
	 * @param environment has the declaration
	 * @param beans has the repository and the models
	 * @param jdbcTemplate the application's, which is the store's native client
	 */
	static RdsVectorStore store(String repository, Environment environment, ListableBeanFactory beans,
			ObjectProvider<BatchingStrategy> batchingStrategy, ObjectProvider<ObservationRegistry> observationRegistry,
			ObjectProvider<VectorStoreObservationConvention> observationConvention,
			ObjectProvider<JdbcTemplate> jdbcTemplate) {
		DeclaredVectorStore declared = DeclaredVectorStore.of(environment)
			.stream()
			.filter((each) -> each.repository().equals(repository))
			.findFirst()
			.orElse(new DeclaredVectorStore(repository, null));
		RdsVectorStore.Builder store = RdsVectorStore
			.builder(beans.getBean(repository, VectorRepository.class), model(declared, beans))
			.observationRegistry(observationRegistry.getIfUnique(() -> ObservationRegistry.NOOP))
			.jdbcTemplate(jdbcTemplate.getIfUnique());
		batchingStrategy.ifUnique(store::batchingStrategy);
		observationConvention.ifAvailable(store::customObservationConvention);
		return store.build();
	}

	private static EmbeddingModel model(DeclaredVectorStore declared, ListableBeanFactory beans) {
		List<String> names = List
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, EmbeddingModel.class, true, false));
		String name = declared.embeddingModel();
		String property = declared.property();
		if (name != null) {
			if (!names.contains(name)) {
				throw problem(property + "-embedding-model", name,
						"there is no such bean of type EmbeddingModel" + there(names), "Correct the name of the bean.");
			}
			return beans.getBean(name, EmbeddingModel.class);
		}
		EmbeddingModel model = beans.getBeanProvider(EmbeddingModel.class).getIfUnique();
		if (model != null) {
			return model;
		}
		throw names.isEmpty() ? problem(property, "true",
				"there is no bean of type EmbeddingModel, which the VectorStore needs",
				"Add a model, such as by the dependency org.springframework.ai:spring-ai-starter-model-openai, or define such a bean.")
				: problem(property, "true", "there are several beans of type EmbeddingModel" + there(names),
						"Set %s-embedding-model to the name of one, or make one of them @Primary.".formatted(property));
	}

	private static String there(List<String> names) {
		return names.isEmpty() ? "" : ": " + String.join(", ", names);
	}

	private static InvalidRdsConfigurationException problem(String key, String value, String description,
			String action) {
		return new InvalidRdsConfigurationException(List.of(new ConfigurationProblem(key, value, description, action)));
	}

}
