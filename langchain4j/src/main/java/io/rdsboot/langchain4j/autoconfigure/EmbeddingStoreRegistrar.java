package io.rdsboot.langchain4j.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.langchain4j.store.embedding.EmbeddingStore;
import io.rdsboot.autoconfigure.vector.RdsVectorProperties;
import io.rdsboot.autoconfigure.vector.bean.RepositoryBeanRegistrar;
import io.rdsboot.langchain4j.RdsEmbeddingStore;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * Registers {@code <name>EmbeddingStore} for each vector repository that asks for it.
 */
class EmbeddingStoreRegistrar extends RepositoryBeanRegistrar {

	EmbeddingStoreRegistrar(Environment environment, BeanFactory beanFactory) {
		super(environment, beanFactory, new Kind("EmbeddingStore", ".langchain4j", EmbeddingStore.class,
				EmbeddingStoreFactory.class, EmbeddingStoreFactory.METHOD));
	}

	@Override
	protected Map<String, ResolvableType> declared(Environment environment) {
		Map<String, ResolvableType> types = new LinkedHashMap<>();
		Binder.get(environment)
			.bindOrCreate("rds.vector", RdsVectorProperties.class)
			.getRepositories()
			.forEach((name, declared) -> {
				if (declared.isLangchain4j()) {
					types.put(name, ResolvableType.forClass(RdsEmbeddingStore.class));
				}
			});
		return types;
	}

}
