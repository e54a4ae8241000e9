package io.rdsboot.springai.autoconfigure;

import java.util.List;

import io.micrometer.observation.ObservationRegistry;
import io.rdsboot.autoconfigure.vector.bean.ModelBeans;
import io.rdsboot.springai.RdsVectorStore;
import io.rdsboot.vector.VectorRepository;

import org.springframework.ai.embedding.BatchingStrategy;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.vectorstore.observation.VectorStoreObservationConvention;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
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
	static RdsVectorStore store(String repository, Environment environment, ConfigurableListableBeanFactory beans,
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

	private static EmbeddingModel model(DeclaredVectorStore declared, ConfigurableListableBeanFactory beans) {
		ModelBeans models = new ModelBeans(declared.property(), declared.property() + "-embedding-model", "VectorStore",
				"Add a model, such as by the dependency org.springframework.ai:spring-ai-starter-model-openai, or define such a bean.");
		return (EmbeddingModel) models.choose(beans, List.of(EmbeddingModel.class), declared.embeddingModel())
			.getBeanInstance();
	}

}
